/** What people see of games: leaderboards, rounds being played, and the end of a demonstration. */
import { beforeEach, describe, expect, it } from 'vitest';
import { answer, DEVICE, makeSimonWorld, personNamed, type SimonWorld, score } from '../../app/simon.fixture.ts';
import { ROUND_FORGOTTEN_MS } from './rounds.ts';

const DAY_MS = 86_400_000;

let world: SimonWorld;
beforeEach(async () => {
  world = await makeSimonWorld();
  world.addDevice();
});

async function pair(username: string, deviceId = DEVICE): Promise<void> {
  await world.simon.pairings.request(personNamed(username, 'operator'), deviceId, undefined);
  await world.send(answer(username), deviceId).done;
}
const play = (value: number): Promise<boolean> => world.send(score(value)).done;
const listed = async () => (await world.simon.listScores({ limit: 200 })).items;

describe('the leaderboard', () => {
  it('counts this week from Monday, this month, and all time', async () => {
    await pair('amy');
    await play(30);
    world.clock.advance(13 * DAY_MS); // from Wednesday 18 November to Tuesday 1 December
    await play(8);
    const best = async (window: 'all' | 'month' | 'week') => (await world.simon.leaderboard({ window }))[0]?.best;
    expect([await best('all'), await best('month'), await best('week')]).toEqual([30, 8, 8]);
    world.clock.advance(6 * DAY_MS); // Monday 7 December
    expect([await best('month'), await best('week')]).toEqual([8, undefined]);
  });

  it('puts the one first who reached the best score first', async () => {
    world.addDevice({ id: 'OTHER' });
    await pair('bob');
    await play(9);
    world.clock.advance(1000);
    await pair('amy', 'OTHER');
    await world.send(score(9), 'OTHER').done;
    expect((await world.simon.leaderboard({})).map((entry) => entry.username)).toEqual(['bob', 'amy']);
    expect(await world.simon.leaderboard({ limit: 1 })).toHaveLength(1);
  });
});

describe('data of the demonstration', () => {
  it('goes in one piece and leaves the tallies of everybody else right', async () => {
    world.addDevice({ id: 'DEMO', demo: true });
    await pair('amy');
    await pair('amy', 'DEMO');
    await play(10);
    for (const value of [31, 32, 3]) await world.send(score(value), 'DEMO').done;
    expect(await world.simon.leaderboard({})).toMatchObject([{ username: 'amy', best: 32, games: 4 }]);
    const [newest] = await listed();
    await world.simon.scores.remove(newest?.id ?? '');
    expect(await world.simon.hasDemo()).toBe(true);
    await world.simon.removeDemo();
    expect(await world.simon.hasDemo()).toBe(false);
    expect((await listed()).map((one) => one.deviceId)).toEqual([DEVICE]);
    expect(await world.simon.leaderboard({ window: 'week' })).toMatchObject([{ username: 'amy', best: 10, games: 1 }]);
  });
});

describe('rounds', () => {
  const round = (value: number) => ({ kind: 'round' as const, claimedId: DEVICE, round: value });

  it('show the game being played, until its score or two minutes of silence', async () => {
    await pair('amy');
    let changes = 0;
    world.simon.onRoundsChanged(() => {
      changes += 1;
    });
    await world.send(round(3)).done;
    expect(world.simon.rounds()).toMatchObject([{ deviceId: DEVICE, username: 'amy', round: 3 }]);
    await play(3);
    expect(world.simon.rounds()).toEqual([]);
    await world.send(round(1)).done;
    world.clock.advance(ROUND_FORGOTTEN_MS - 1000);
    await world.send(round(2)).done;
    world.clock.advance(ROUND_FORGOTTEN_MS - 1);
    expect(world.simon.rounds()).toHaveLength(1);
    world.clock.advance(1);
    expect(world.simon.rounds()).toEqual([]);
    expect(changes).toBe(5);
  });

  it('are never stored', async () => {
    expect(world.send(round(4)).writes).toEqual([]);
    expect(await listed()).toEqual([]);
  });
});
