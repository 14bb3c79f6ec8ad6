/** The mode with real ingest and store: countdowns, the schedule, and a hub that ends in between. */
import { describe, expect, it } from 'vitest';
import { event, makeWorld, type World } from '../../app/happenings.fixture.ts';

const MOTION = event('MOTION_DETECTED', { dataJson: '{"presence":true}' });
const alarms = ({ alerts }: World) =>
  alerts.standing().map(({ kind, deviceId, state }) => `${kind} ${deviceId} ${state}`);

describe('surveillance', () => {
  it('watches when the exit delay is over, and gives who comes in the time of the entry delay', async () => {
    const world = await makeWorld();
    await world.mode.change({ mode: 'surveillance', exitDelayS: 30, entryDelayS: 20 }, 'ada');
    await world.say('d', MOTION);
    expect(world.mode.view()).toMatchObject({ armed: false, entryEndsMs: null });
    const heard: boolean[] = [];
    world.mode.onChanged(({ armed }) => heard.push(armed));
    await world.wait(31);
    expect(heard).toEqual([true]);
    await world.say('d', MOTION);
    expect(world.mode.view()).toMatchObject({ entryEndsMs: world.clock.nowMs() + 20_000, entryDeviceId: 'd' });
    await world.wait(18);
    expect(alarms(world)).toEqual([]);
    await world.mode.change({ mode: 'active' }, 'ada');
    await world.wait(10);
    expect(alarms(world)).toEqual([]);
  });

  it('takes nothing from a body but what people may set', async () => {
    const { mode } = await makeWorld();
    const body = { mode: 'surveillance', by: 'eve', sinceMs: 1, armsAtMs: 9e15, entryType: 7 } as const;
    const view = await mode.change(body, 'ada');
    expect(view).toMatchObject({ by: 'ada', armed: true, armsAtMs: null });
    expect(view.sinceMs).toBeGreaterThan(1);
  });

  it('is not alarmed by a sensor that says that there is nobody, however it writes it', async () => {
    const world = await makeWorld();
    await world.mode.change({ mode: 'surveillance' }, 'ada');
    for (const presence of ['false', '0', '"0"', '"False"']) {
      await world.say('d', event('MOTION_DETECTED', { dataJson: `{"presence":${presence}}` }));
    }
    expect(alarms(world)).toEqual([]);
    await world.say('d', event('MOTION_DETECTED', { dataJson: '{"presence":1}' }));
    expect(alarms(world)).toEqual(['surveillance d open']);
  });

  it('raises when nobody comes in, once', async () => {
    const world = await makeWorld();
    await world.mode.change({ mode: 'surveillance', entryDelayS: 20 }, 'ada');
    await world.say('d', MOTION);
    await world.wait(25);
    expect(alarms(world)).toEqual(['surveillance d open']);
    expect(world.alerts.standing()[0]?.count).toBe(1);
  });

  it('goes on counting over a restart, and raises at once when the time ran out meanwhile', async () => {
    const world = await makeWorld();
    await world.mode.change({ mode: 'surveillance', entryDelayS: 60 }, 'ada');
    await world.say('d', MOTION);
    await world.settled();
    const again = await world.restart({ downMs: 30_000, isKilled: true });
    expect(again.mode.view()).toMatchObject({ mode: 'surveillance', by: 'ada', entryDeviceId: 'd' });
    await again.wait(20);
    expect(alarms(again)).toEqual([]);
    const late = await again.restart({ downMs: 30_000, isKilled: true });
    await late.wait(2);
    expect(alarms(late)).toEqual(['surveillance d open']);
    const once = await late.restart({ isKilled: true });
    await once.wait(2);
    expect(once.alerts.standing()[0]?.count).toBe(1);
  });

  it('begins the countdown of what was stored and not yet noticed when the hub was killed', async () => {
    const killed = async (downMs: number): Promise<World> => {
      const world = await makeWorld();
      await world.mode.change({ mode: 'surveillance', entryDelayS: 20 }, 'ada');
      await world.say('d', event('quiet'));
      const receivedMs = world.clock.nowMs();
      const report = { ...MOTION, claimedId: 'd', atMs: receivedMs };
      await world.store.commit(world.events.writesFor({ deviceId: 'd', report }, receivedMs));
      const again = await world.restart({ downMs, isKilled: true });
      expect(again.mode.view()).toMatchObject({ entryEndsMs: receivedMs + 20_000, entryDeviceId: 'd' });
      return again;
    };
    const soon = await killed(5000);
    await soon.wait(13);
    expect(alarms(soon)).toEqual([]);
    await soon.wait(4);
    expect(alarms(soon)).toEqual(['surveillance d open']);
    const late = await killed(60_000);
    await late.wait(1);
    expect(alarms(late)).toEqual(['surveillance d open']);
    const once = await late.restart({ isKilled: true });
    await once.wait(30);
    expect(once.alerts.standing()[0]?.count).toBe(1);
    const home = await killed(5000);
    await home.mode.change({ mode: 'active' }, 'ada');
    const empty = await home.restart({ isKilled: true });
    await empty.wait(30);
    expect(alarms(empty)).toEqual([]);
  });

  it('is switched by its schedule, in nobody’s name, also when the hub was away at that time', async () => {
    // 12:00 in UTC, a Friday.
    const world = await makeWorld();
    const windows = [{ days: [5], from: '13:00', to: '14:00' }];
    const set = await world.mode.change({ schedule: { enabled: true, windows } }, 'ada');
    expect(set).toMatchObject({ mode: 'active', nextChangeMs: Date.UTC(2026, 10, 20, 13) });
    world.clock.advance(3_600_000);
    expect(world.mode.view()).toMatchObject({
      mode: 'surveillance',
      by: null,
      bySchedule: true,
      armed: true,
      nextChangeMs: Date.UTC(2026, 10, 20, 14),
    });
    await world.settled();
    const again = await world.restart({ downMs: 3_600_000, isKilled: true });
    await again.wait(1);
    expect(again.mode.view()).toMatchObject({ mode: 'active', bySchedule: true });
  });

  it('switched on inside a window arms at once, and a person has the last word until the next edge', async () => {
    const world = await makeWorld();
    const windows = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '11:00', to: '13:00' }];
    expect(await world.mode.change({ schedule: { enabled: true, windows } }, 'ada')).toMatchObject({
      mode: 'surveillance',
    });
    await world.mode.change({ mode: 'active' }, 'ada');
    await world.wait(5);
    expect(world.mode.view()).toMatchObject({ mode: 'active', by: 'ada' });
    world.clock.advance(23 * 3_600_000);
    expect(world.mode.view().mode).toBe('surveillance');
  });

  it('has not changed when it is told that it could not be stored, now or later', async () => {
    const world = await makeWorld();
    const windows = [{ days: [5], from: '11:00', to: '13:00' }];
    await world.mode.change({ entryDelayS: 5 }, 'ada');
    const before = world.mode.view();
    const heard: string[] = [];
    world.mode.onChanged(({ mode }) => heard.push(mode));
    world.faults.isFailing = true;
    const body = { mode: 'surveillance', entryDelayS: 9, schedule: { enabled: true, windows } } as const;
    await expect(world.mode.change(body, 'ada')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect([world.mode.view(), heard]).toEqual([before, []]);
    world.faults.isFailing = false;
    await world.wait(2);
    expect(world.mode.view()).toEqual(before);
    expect((await world.restart({ isKilled: true })).mode.view()).toEqual(before);
  });

  it('that changed by itself is stored when the store works again', async () => {
    const world = await makeWorld();
    await world.mode.change(
      { schedule: { enabled: true, windows: [{ days: [5], from: '13:00', to: '14:00' }] } },
      'ada',
    );
    world.faults.isFailing = true;
    world.clock.advance(3_600_000);
    await world.wait(2);
    expect(world.mode.view().mode).toBe('surveillance');
    world.faults.isFailing = false;
    await world.wait(2);
    expect((await world.store.mode.get())?.mode).toBe('surveillance');
  });

  it('counts for what a countdown has become while it was being stored', async () => {
    const world = await makeWorld();
    await world.say('d', MOTION);
    const [motion] = world.added;
    const { watched } = await world.mode.change({ mode: 'surveillance', entryDelayS: 20 }, 'ada');
    const release = world.hold();
    const changing = world.mode.change({ watched: ['MOTION_DETECTED', 'bell'] }, 'ada');
    await world.settled();
    if (motion !== undefined) world.mode.eventAdded(motion);
    expect(world.mode.view()).toMatchObject({ watched, entryDeviceId: 'd' });
    release();
    expect(await changing).toMatchObject({ watched: ['MOTION_DETECTED', 'bell'], entryDeviceId: 'd' });
    await world.settled();
    const again = await world.restart({ isKilled: true });
    expect(again.mode.view()).toMatchObject({ watched: ['MOTION_DETECTED', 'bell'], entryDeviceId: 'd' });
  });
});
