/** Pairing, from the request to the device's answer and everything that can come between. */
import { beforeEach, describe, expect, it } from 'vitest';
import { answer, DEVICE, makeSimonWorld, personNamed, type SimonWorld, score } from '../../app/simon.fixture.ts';
import type { Pairing } from '../../contract/pairing.ts';

const AMY = personNamed('amy');
const BOB = personNamed('bob');
const OPERATOR = personNamed('olga', 'operator');

let world: SimonWorld;
let steps: Pairing[];

beforeEach(async () => {
  world = await makeSimonWorld();
  follow();
});

function follow(): void {
  steps = [];
  world.simon.onPairingChanged((pairing) => void steps.push(pairing));
}
const state = () => world.simon.pairings.of(DEVICE);
const stored = () => world.store.pairings.get(DEVICE);

async function pair(username = 'amy'): Promise<void> {
  await world.simon.pairings.request(personNamed(username), DEVICE, undefined);
  await world.send(answer(username)).done;
}

describe('a pairing request', () => {
  it('is stored, said to the device, and paired with its answer', async () => {
    world.addDevice();
    await world.simon.pairings.request(AMY, 'aa:bb:cc:dd:ee:ff', undefined);
    expect(world.published).toEqual([{ device_id: DEVICE, username: 'amy' }]);
    expect(await stored()).toMatchObject({ state: 'requested', username: 'amy' });
    expect(world.simon.playerOf(DEVICE)).toBeNull();
    world.clock.advance(120);
    await world.send(answer('amy')).done;
    expect(await stored()).toMatchObject({ state: 'paired', username: 'amy', answeredAtMs: world.clock.nowMs() });
    expect(world.simon.playerOf(DEVICE)).toBe('amy');
    expect(steps.map((it) => it.state)).toEqual(['requested', 'requested', 'paired']);
  });

  it('that waited while the device was deleted leaves nothing under its name', async () => {
    world.addDevice();
    const first = world.simon.pairings.request(AMY, DEVICE, undefined);
    const second = world.simon.pairings.request(BOB, DEVICE, undefined);
    const refused = expect(second).rejects.toMatchObject({ code: 'DEVICE_UNKNOWN' });
    // Both are in line, and the store has not begun.
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    world.devices.delete(DEVICE);
    world.simon.forgetDevice(DEVICE);
    await first;
    await refused;
    expect(state().state).toBe('none');
  });

  it('times out after 15 s, and still counts the answer that comes later', async () => {
    world.addDevice();
    await world.simon.pairings.request(AMY, DEVICE, undefined);
    world.clock.advance(14_999);
    expect(state().state).toBe('requested');
    world.clock.advance(1);
    expect(state().state).toBe('timed_out');
    await world.store.commit([]);
    expect(await stored()).toMatchObject({ state: 'timed_out' });
    await world.send(answer('amy')).done;
    expect(state()).toMatchObject({ state: 'paired', username: 'amy' });
    world.clock.advance(60_000);
    expect(state().state).toBe('paired');
  });

  it('for a device that is off is said when it subscribes, before and after the timeout', async () => {
    world.addDevice({ connected: false });
    await world.simon.pairings.request(AMY, DEVICE, undefined);
    expect(state().publishedAtMs).toBeNull();
    world.published.length = 0;
    world.clock.advance(3_600_000);
    world.addDevice({ connected: true });
    world.simon.pairings.deviceSubscribed(DEVICE);
    expect(world.published).toEqual([{ device_id: DEVICE, username: 'amy' }]);
    expect(state()).toMatchObject({ state: 'timed_out', publishedAtMs: world.clock.nowMs() });
  });

  it('goes on after a restart of the hub', async () => {
    world.addDevice();
    await world.simon.pairings.request(AMY, DEVICE, undefined);
    world.clock.advance(10_000);
    await world.restart();
    expect(state().state).toBe('requested');
    world.clock.advance(5000);
    expect(state().state).toBe('timed_out');
    await world.restart();
    await world.send(answer('amy')).done;
    expect(world.simon.playerOf(DEVICE)).toBe('amy');
  });

  it('ignores an answer with another name', async () => {
    world.addDevice();
    await world.simon.pairings.request(AMY, DEVICE, undefined);
    const other = world.send(answer('mallory'));
    expect(other.writes).toEqual([]);
    await other.done;
    expect(state().state).toBe('requested');
  });

  it('lets the old player keep the device until the new one is taken over, and shows who that was', async () => {
    world.addDevice();
    await pair('amy');
    await world.simon.pairings.request(OPERATOR, DEVICE, 'bob');
    expect(state()).toMatchObject({ state: 'requested', username: 'bob', previousUsername: 'amy' });
    expect(world.simon.playerOf(DEVICE)).toBe('amy');
    await world.send(answer('amy')).done; // a late answer to the earlier request
    expect(world.simon.playerOf(DEVICE)).toBe('amy');
    await world.send(answer('bob')).done;
    expect(state()).toMatchObject({ state: 'paired', username: 'bob', previousUsername: 'amy' });
  });

  it('is made one after the other for one device: the last one counts', async () => {
    world.addDevice();
    await Promise.all(['amy', 'bob'].map((name) => world.simon.pairings.request(OPERATOR, DEVICE, name)));
    expect(world.published.map((it) => it.username)).toEqual(['amy', 'bob']);
    expect(state().username).toBe('bob');
    expect(await stored()).toMatchObject({ username: 'bob' });
  });

  it('that cannot be stored is not said to the device and leaves everything as it was', async () => {
    world.addDevice();
    await pair('amy');
    world.published.length = 0;
    world.isFailing = true;
    const request = world.simon.pairings.request(OPERATOR, DEVICE, 'bob');
    await expect(request).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(world.published).toEqual([]);
    expect(state()).toMatchObject({ state: 'paired', username: 'amy' });
  });
});

describe('an answer', () => {
  it('that could not be stored has not been given', async () => {
    world.addDevice();
    await world.simon.pairings.request(AMY, DEVICE, undefined);
    world.isFailing = true;
    expect(await world.send(answer('amy')).done).toBe(false);
    expect(state().state).toBe('requested');
    world.isFailing = false;
    await world.send(answer('amy')).done;
    expect(state().state).toBe('paired');
  });

  it('of a device that is already paired changes nothing', async () => {
    world.addDevice();
    await pair();
    const before = await stored();
    world.clock.advance(60_000);
    expect(world.send(answer('amy')).writes).toEqual([]);
    expect(await stored()).toEqual(before);
  });
});

describe('a paired device', () => {
  it('hears its name at every subscription, because it forgets it when switched off', async () => {
    world.addDevice();
    await pair();
    await world.restart();
    world.published.length = 0;
    world.simon.pairings.deviceSubscribed(DEVICE);
    expect(world.published).toEqual([{ device_id: DEVICE, username: 'amy' }]);
  });

  it('that nobody has paired hears nothing', () => {
    world.addDevice();
    world.simon.pairings.deviceSubscribed(DEVICE);
    expect(world.published).toEqual([]);
  });

  it('is free at once when unpaired, and is told until it has answered', async () => {
    world.addDevice();
    await pair();
    world.published.length = 0;
    expect(await world.simon.pairings.end(AMY, DEVICE)).toMatchObject({ state: 'none', username: null });
    expect(world.simon.playerOf(DEVICE)).toBeNull();
    world.clock.advance(60_000);
    world.simon.pairings.deviceSubscribed(DEVICE);
    await world.send(answer('')).done;
    world.simon.pairings.deviceSubscribed(DEVICE);
    expect(world.published.map((it) => it.username)).toEqual(['', '']);
    await world.restart();
    expect(state().state).toBe('none');
    await world.send(score(3)).done;
    expect((await world.simon.listScores({})).items[0]?.username).toBe('');
  });

  it('that leaves the registry is forgotten with its timer', async () => {
    world.addDevice();
    await world.simon.pairings.request(AMY, DEVICE, undefined);
    world.simon.forgetDevice(DEVICE);
    steps.length = 0;
    world.clock.advance(60_000);
    expect(state().state).toBe('none');
    expect(steps).toEqual([]);
  });
});

describe('who may pair', () => {
  const request = (...[person, username]: [Parameters<typeof world.simon.pairings.request>[0], string?]) =>
    world.simon.pairings.request(person, DEVICE, username);

  it('anybody takes a waiting device for themselves, which is then theirs', async () => {
    world.waiting.set(DEVICE, { id: DEVICE, ownerId: null, demo: false, connected: true, dialects: ['simon'] });
    expect(await request(AMY, 'amy')).toBe(DEVICE);
    expect(world.devices.get(DEVICE)?.ownerId).toBe(AMY.userId);
    expect(world.published).toHaveLength(1);
    await expect(request(BOB)).rejects.toMatchObject({ code: 'NOT_YOURS' });
  });

  it('only operators and owners pair for others, and only with people that exist', async () => {
    world.addDevice();
    await expect(request(AMY, 'bob')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(request(AMY, 'nobody')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(request(OPERATOR, 'nobody')).rejects.toMatchObject({ code: 'PLAYER_UNKNOWN' });
    await request(OPERATOR, 'bob');
    expect(state().username).toBe('bob');
  });

  it('a device nobody knows, or one that speaks no pairing dialect, is refused', async () => {
    await expect(request(AMY)).rejects.toMatchObject({ code: 'DEVICE_UNKNOWN' });
    world.addDevice({ dialects: ['tasmota'] });
    await expect(request(AMY)).rejects.toMatchObject({ code: 'PAIRING_UNSUPPORTED' });
  });

  it('only the player, the owner of the device and operators end a pairing', async () => {
    world.addDevice();
    await pair('amy');
    await expect(world.simon.pairings.end(BOB, DEVICE)).rejects.toMatchObject({ code: 'NOT_YOURS' });
    expect((await world.simon.pairings.end(OPERATOR, DEVICE)).state).toBe('none');
  });
});
