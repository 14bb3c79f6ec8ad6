/** Scores and their tallies, on a real store: what is counted, once, whatever fails in between. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { answer, DEVICE, makeSimonWorld, personNamed, type SimonWorld, score } from '../../app/simon.fixture.ts';
import { SCORE_MAX } from '../../contract/limits.ts';
import type { Score } from '../../contract/score.ts';
import { ALL_DAYS, countGames, FIRST_DAY, LAST_DAY, makeDayOf } from '../../domain/scores.ts';
import { RECOUNT_DELAY_MS } from './recounts.ts';

const DAY_MS = 86_400_000;
const dayOf = makeDayOf('Europe/Paris');
const LIMIT = 10_000;

let world: SimonWorld;
beforeEach(async () => {
  world = await makeSimonWorld();
  world.addDevice();
});

async function pair(username: string, deviceId = DEVICE): Promise<void> {
  await world.simon.pairings.request(personNamed(username, 'operator'), deviceId, undefined);
  await world.send(answer(username), deviceId).done;
}
const play = (value: number, eventId?: string): Promise<boolean> => world.send(score(value, eventId)).done;
const tally = (username: string, day = ALL_DAYS) => world.store.tallies.get(day, username);
const listed = async (): Promise<Score[]> => (await world.simon.listScores({ limit: 200 })).items;

/** A recount that was put off has been made when the line of changes is free again. */
async function settled(): Promise<void> {
  world.clock.advance(RECOUNT_DELAY_MS);
  await world.simon.scores.remove('no such score').catch(() => undefined);
}

/** Every tally of the store, and what it should be from the games themselves. */
async function tallies(target: SimonWorld) {
  const rows = [...(await target.store.scores.list({ limit: LIMIT })).items];
  const expected = new Map<string, object | undefined>();
  for (const key of new Set(
    rows.flatMap((row) => [`${ALL_DAYS} ${row.username}`, `${dayOf(row.atMs)} ${row.username}`]),
  )) {
    const games = rows.filter((row) =>
      [`${ALL_DAYS} ${row.username}`, `${dayOf(row.atMs)} ${row.username}`].includes(key),
    );
    expected.set(key, countGames(games));
  }
  const stored = [
    ...(await target.store.tallies.range(ALL_DAYS, ALL_DAYS, LIMIT)),
    ...(await target.store.tallies.range(FIRST_DAY, LAST_DAY, LIMIT)),
  ];
  return { expected, stored: new Map(stored.map(({ day, username, ...rest }) => [`${day} ${username}`, rest])) };
}

describe('a score', () => {
  it('is stored with the time of the hub and the paired person, together with its tallies', async () => {
    await pair('amy');
    await play(12);
    expect(await listed()).toEqual([
      { id: expect.any(String), deviceId: DEVICE, username: 'amy', score: 12, atMs: world.clock.nowMs(), demo: false },
    ]);
    const counted = { best: 12, bestAtMs: world.clock.nowMs(), games: 1, lastAtMs: world.clock.nowMs() };
    expect(await tally('amy')).toMatchObject(counted);
    expect(await tally('amy', '2026-11-18')).toMatchObject(counted);
  });

  it('played while nobody is paired belongs to nobody and does not compete', async () => {
    await play(30);
    expect((await listed())[0]?.username).toBe('');
    expect(await world.simon.leaderboard({})).toEqual([]);
  });

  it('is announced when it is stored, not before', async () => {
    const added: Score[] = [];
    world.simon.onScoreAdded((one) => void added.push(one));
    const message = world.send(score(5));
    expect(added).toEqual([]);
    await message.done;
    expect(added.map((one) => one.score)).toEqual([5]);
  });

  it('counts even when others are on their way to the store at the same time', async () => {
    await pair('amy');
    await Promise.all([3, 9, 4].map((value) => play(value)));
    expect(await tally('amy')).toMatchObject({ games: 3, best: 9 });
  });

  it('that came in the same millisecond is listed in the order it came', async () => {
    await Promise.all([3, 9, 4].map((value) => play(value)));
    expect((await listed()).map((one) => one.score)).toEqual([4, 9, 3]);
  });
});

describe('a game with an event id', () => {
  it('is stored once, however often it is sent', async () => {
    await pair('amy');
    const both = [world.send(score(7, 'e1')), world.send(score(7, 'e1'))];
    await Promise.all(both.map((message) => message.done));
    await play(7, 'e1');
    expect(await listed()).toHaveLength(1);
    expect(await tally('amy')).toMatchObject({ games: 1 });
  });

  it('is still the same game after a restart of the hub', async () => {
    await pair('amy');
    await play(7, 'e1');
    await world.restart();
    await play(7, 'e1');
    await play(7, 'e2');
    expect(await tally('amy')).toMatchObject({ games: 2 });
  });

  it('does not come back after it was removed, also not after a restart', async () => {
    await pair('amy');
    await play(7, 'e1');
    const [game] = await listed();
    await world.simon.scores.remove(game?.id ?? '');
    for (const restarts of [false, true]) {
      if (restarts) await world.restart();
      await play(7, 'e1');
      expect(await listed()).toEqual([]);
      expect(await tally('amy')).toBeUndefined();
    }
  });

  it('is the same game however many others were played since, also after a restart', async () => {
    await pair('amy');
    const events = Array.from({ length: 200 }, (_, at) => `e${at}`);
    for (const event of events) await play(1, event);
    for (const restarts of [false, true]) {
      if (restarts) await world.restart();
      for (const event of events) await play(1, event);
      expect(await tally('amy')).toMatchObject({ games: 200 });
    }
  });

  it('of another device is another game', async () => {
    world.addDevice({ id: 'OTHER' });
    await play(7, 'e1');
    await world.send(score(7, 'e1'), 'OTHER').done;
    expect(await listed()).toHaveLength(2);
  });

  it('is stored by the repetition when the first message was not', async () => {
    await pair('amy');
    world.isFailing = true;
    const first = world.send(score(7, 'e1'));
    world.isFailing = false;
    const second = world.send(score(7, 'e1'));
    expect(second.writes.length).toBeGreaterThan(0);
    expect(await Promise.all([first.done, second.done])).toEqual([false, true]);
    await settled();
    expect(await listed()).toHaveLength(1);
    expect(await tally('amy')).toMatchObject({ games: 1, best: 7 });
  });

  it('may be sent again after it could not be stored', async () => {
    world.isFailing = true;
    expect(await play(7, 'e1')).toBe(false);
    world.isFailing = false;
    await play(7, 'e1');
    expect(await listed()).toHaveLength(1);
  });
});

describe('when the store fails', () => {
  it('a score that was not stored is in no tally, also not in one written after it', async () => {
    await pair('amy');
    await play(5);
    world.isFailing = true;
    const lost = world.send(score(30));
    world.isFailing = false;
    const kept = world.send(score(6));
    await Promise.all([lost.done, kept.done]);
    await settled();
    expect(await tally('amy')).toMatchObject({ games: 2, best: 6 });
    expect(await tally('amy', '2026-11-18')).toMatchObject({ games: 2, best: 6 });
  });

  it('the next score already does without the one that was lost', async () => {
    await pair('amy');
    world.isFailing = true;
    await play(30);
    world.isFailing = false;
    await play(6);
    expect(await tally('amy')).toMatchObject({ games: 1, best: 6 });
  });

  it('tallies are counted again until that succeeds', async () => {
    await pair('amy');
    await play(5);
    world.isFailing = true;
    await play(30);
    await settled();
    await settled();
    world.isFailing = false;
    await settled();
    await play(7);
    expect(await tally('amy')).toMatchObject({ games: 2, best: 7 });
  });

  it('a removal that failed has removed nothing', async () => {
    await pair('amy');
    await play(30);
    const [one] = await listed();
    world.isFailing = true;
    await expect(world.simon.scores.remove(one?.id ?? '')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    world.isFailing = false;
    await settled();
    await play(7);
    expect(await tally('amy')).toMatchObject({ games: 2, best: 30 });
  });
});

describe('removing a score', () => {
  it('takes it out of lists and leaderboards, and restoring puts it back', async () => {
    await pair('amy');
    await play(5);
    world.clock.advance(1000);
    await play(30);
    const [best] = await listed();
    const id = best?.id ?? '';
    const removed: string[] = [];
    world.simon.onScoreRemoved((one) => void removed.push(one));
    await world.simon.scores.remove(id);
    expect(removed).toEqual([id]);
    expect((await listed()).map((one) => one.score)).toEqual([5]);
    expect(await world.simon.leaderboard({ window: 'week' })).toMatchObject([{ username: 'amy', best: 5, games: 1 }]);
    expect(await world.simon.scores.restore(id)).toEqual(best);
    expect(await world.simon.leaderboard({})).toMatchObject([{ username: 'amy', best: 30, games: 2 }]);
  });

  it('leaves no tally behind with the last game', async () => {
    await pair('amy');
    await play(5);
    await world.simon.scores.remove((await listed())[0]?.id ?? '');
    expect(await tally('amy')).toBeUndefined();
    expect(await world.simon.leaderboard({})).toEqual([]);
  });

  it('of weeks ago corrects all time from the days that are not in memory any more', async () => {
    await pair('amy');
    await play(30);
    world.clock.advance(40 * DAY_MS);
    await play(9);
    world.clock.advance(40 * DAY_MS);
    await world.restart();
    await play(4);
    const old = (await listed()).at(-1);
    await world.simon.scores.remove(old?.id ?? '');
    expect(await tally('amy')).toMatchObject({ games: 2, best: 9 });
    expect(await tally('amy', '2026-11-18')).toBeUndefined();
    await world.simon.scores.restore(old?.id ?? '');
    await settled();
    expect(await tally('amy', '2026-11-18')).toMatchObject({ games: 1, best: 30 });
    expect(await tally('amy')).toMatchObject({ games: 3, best: 30 });
  });

  it('counts games that are stored, or on their way, while the others are being counted', async () => {
    await pair('amy');
    await play(30);
    const late: Promise<boolean>[] = [];
    world.afterRead = async () => {
      await play(11);
      late.push(play(12));
    };
    await world.simon.scores.remove((await listed())[0]?.id ?? '');
    await Promise.all(late);
    expect(await tally('amy')).toMatchObject({ games: 2, best: 12 });
    expect(await tally('amy', '2026-11-18')).toMatchObject({ games: 2, best: 12 });
    await play(5);
    expect(await tally('amy')).toMatchObject({ games: 3, best: 12 });
  });

  it('counts a game once that is stored while nobody has heard so yet', async () => {
    await pair('amy');
    await play(30);
    const [best] = await listed();
    const accepted = { deviceId: DEVICE, report: score(8) };
    await world.store.commit(world.simon.writesFor(accepted, world.clock.nowMs()));
    await world.simon.scores.remove(best?.id ?? '');
    world.simon.settle(accepted, true);
    await play(2);
    expect(await tally('amy')).toMatchObject({ games: 2, best: 8 });
  });

  it('twice, or of one that never was, is refused', async () => {
    await play(5);
    const id = (await listed())[0]?.id ?? '';
    await world.simon.scores.remove(id);
    await expect(world.simon.scores.remove(id)).rejects.toMatchObject({ code: 'SCORE_UNKNOWN' });
    await expect(world.simon.scores.restore('none')).rejects.toMatchObject({ code: 'SCORE_UNKNOWN' });
  });
});

describe('a clock that is set', () => {
  it('forward after the start, into days that have games, loses none of them', async () => {
    await pair('amy');
    const bootMs = world.clock.nowMs() - 10 * DAY_MS;
    await play(20);
    // A machine without a battery starts with the time of its last shutdown, or an older one.
    world = await makeSimonWorld({ on: world.store, nowMs: bootMs });
    world.addDevice();
    await play(3);
    world.clock.advance(10 * DAY_MS);
    await play(4);
    expect(await tally('amy', '2026-11-18')).toMatchObject({ games: 2, best: 20 });
    expect(await tally('amy')).toMatchObject({ games: 3, best: 20 });
  });

  it('back, to a day that is not in memory any more, counts that day again', async () => {
    await pair('amy');
    await play(20);
    const nowMs = world.clock.nowMs();
    world = await makeSimonWorld({ on: world.store, nowMs: nowMs + 300 * DAY_MS });
    world.addDevice();
    await play(3);
    world.clock.advance(-300 * DAY_MS);
    await play(4);
    await settled();
    expect(await tally('amy', '2026-11-18')).toMatchObject({ games: 2, best: 20 });
    expect(await tally('amy')).toMatchObject({ games: 3, best: 20 });
  });
});

describe('the tallies', () => {
  it('equal a recount from the games under any play, failure, removal, restoration, restart and passing of days', async () => {
    const steps = fc.array(
      fc.record({
        what: fc.constantFrom('play', 'play', 'play', 'burst', 'fail', 'remove', 'restore', 'restart', 'day', 'month'),
        value: fc.integer({ min: 0, max: SCORE_MAX }),
        pick: fc.nat(100),
      }),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        world = await makeSimonWorld();
        world.addDevice();
        const removed: string[] = [];
        for (const { what, value, pick } of all) await perform(what, value, pick, removed);
        world.isFailing = false;
        await settled();
        const { stored, expected } = await tallies(world);
        expect(stored).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  async function perform(what: string, value: number, pick: number, removed: string[]): Promise<void> {
    const names = ['amy', 'bob'];
    if (what === 'play') {
      await pair(names[pick % 2] ?? 'amy');
      await play(value, pick < 20 ? `event ${pick}` : undefined);
    }
    if (what === 'burst') await Promise.all([play(value), play(pick % 33, 'same'), play(pick % 33, 'same')]);
    if (what === 'fail') {
      world.isFailing = true;
      const lost = world.send(score(value));
      world.isFailing = pick % 2 === 0;
      await Promise.all([lost.done, play(pick % 33)]);
      world.isFailing = false;
    }
    const items = await listed();
    const one = items[pick % Math.max(1, items.length)];
    if (what === 'remove' && one !== undefined) {
      await world.simon.scores.remove(one.id);
      removed.push(one.id);
    }
    const back = removed.at(-1);
    if (what === 'restore' && back !== undefined) await world.simon.scores.restore(back);
    if (what === 'restart') {
      await settled();
      await world.restart();
    }
    if (what === 'day') world.clock.advance(DAY_MS);
    if (what === 'month') world.clock.advance(31 * DAY_MS);
  }
});
