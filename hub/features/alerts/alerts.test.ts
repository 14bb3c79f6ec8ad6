/** Alerts with real devices, ingest and store: raised once, kept, cleared; whatever happens to the hub meanwhile. */
import { describe, expect, it } from 'vitest';
import { event, makeWorld, readings, type World } from '../../app/happenings.fixture.ts';
import type { AlertRuleBody } from '../../contract/alert.ts';
import { ALERT_RULES_MAX, ALERT_RULES_PER_DEVICE_MAX } from '../../contract/limits.ts';
import { WAITING_MAX } from './alert-limits.ts';

const WARM: AlertRuleBody = { kind: 'threshold', metric: 't', direction: 'above', limit: 30, hysteresis: 2 };
const seen = ({ alerts }: World) =>
  alerts.standing().map(({ kind, deviceId, state, count }) => `${kind} ${deviceId} ${state} ${count}`);

describe('a threshold', () => {
  it('raises one alert for each device, counts, and clears it behind the hysteresis', async () => {
    const world = await makeWorld();
    await world.alerts.createRule(WARM, 'ada');
    for (const t of [29, 31, 32]) await world.say('d', readings({ t }));
    await world.say('e', readings({ t: 40 }));
    await world.say('f', readings({ t: 'broken' }));
    expect(seen(world).sort()).toEqual(['threshold d open 2', 'threshold e open 1']);
    await world.say('d', readings({ t: 29 }));
    expect(seen(world)).toHaveLength(2);
    await world.say('d', readings({ t: 28 }));
    expect(seen(world)).toEqual(['threshold e open 1']);
    await world.settled();
    const { items } = await world.alerts.list({ state: 'cleared' });
    expect(items).toMatchObject([{ deviceId: 'd', clearedBecause: 'recovered', count: 2, value: 32 }]);
  });

  it('for a time is raised by the clock when no value comes any more', async () => {
    const world = await makeWorld();
    await world.alerts.createRule({ ...WARM, forS: 30 }, 'ada');
    await world.say('d', readings({ t: 31 }));
    await world.wait(29);
    expect(seen(world)).toEqual([]);
    await world.wait(2);
    expect(seen(world)).toEqual(['threshold d open 1']);
  });

  it('goes on watching when the clock of the hub is set back', async () => {
    const world = await makeWorld();
    await world.alerts.createRule(WARM, 'ada');
    await world.alerts.createRule({ kind: 'no-data', metric: 't', afterS: 60 }, 'ada');
    await world.say('d', readings({ t: 20 }));
    world.clock.jump(-366 * 86_400_000);
    await world.say('d', readings({ t: 31 }));
    expect(seen(world)).toEqual(['threshold d open 1']);
    await world.say('d', readings({ t: 20 }));
    await world.wait(70);
    expect(seen(world)).toEqual(['no-data d open 1']);
  });

  it('that is new is judged by the latest values, and one that is changed begins anew', async () => {
    const world = await makeWorld();
    await world.say('d', readings({ t: 31 }));
    const { id } = await world.alerts.createRule(WARM, 'ada');
    await world.settled();
    expect(seen(world)).toEqual(['threshold d open 1']);
    await world.alerts.patchRule(id, { severity: 'critical' });
    expect(seen(world)).toEqual(['threshold d open 1']);
    await world.alerts.patchRule(id, { limit: 35 });
    await world.settled();
    expect(seen(world)).toEqual([]);
    await world.alerts.patchRule(id, { limit: 20 });
    await world.settled();
    expect(seen(world)).toEqual(['threshold d open 1']);
    await world.alerts.removeRule(id);
    expect(seen(world)).toEqual([]);
    expect(world.told.at(-1)).toBe('cleared threshold d');
  });
});

describe('no data', () => {
  it('for a set time raises, and is over when something comes', async () => {
    const world = await makeWorld();
    await world.alerts.createRule({ kind: 'no-data', afterS: 60 }, 'ada');
    await world.say('d', readings({ t: 1 }));
    await world.wait(58);
    expect(seen(world)).toEqual([]);
    await world.wait(10);
    expect(seen(world)).toEqual(['no-data d open 1']);
    await world.say('d', readings({ t: 1 }));
    await world.wait(1);
    expect(seen(world)).toEqual([]);
  });

  it('of one metric raises while the device goes on with others', async () => {
    const world = await makeWorld();
    await world.say('d', readings({ t: 1, co2: 400 }));
    await world.alerts.createRule({ kind: 'no-data', metric: 'co2', afterS: 60 }, 'ada');
    for (let n = 0; n < 7; n++) {
      await world.say('d', readings({ t: 1 }));
      await world.wait(10);
    }
    expect(seen(world)).toEqual(['no-data d open 1']);
    await world.say('d', readings({ co2: 400 }));
    await world.wait(6);
    expect(seen(world)).toEqual([]);
  });

  it('is learned from the rhythm of each device, and a device that comes and goes continues its alert', async () => {
    const world = await makeWorld();
    await world.alerts.createRule({ kind: 'no-data' }, 'ada');
    for (let n = 0; n < 5; n++) {
      for (const [id, everyS] of [
        ['quick', 1],
        ['slow', 10],
      ] as const)
        if (n % everyS === 0) await world.say(id, readings({ n }));
      await world.wait(10);
    }
    await world.wait(40);
    expect(seen(world)).toEqual(['no-data quick open 1']);
    await world.say('quick', readings({ n: 1 }));
    expect(seen(world)).toEqual([]);
    await world.wait(60);
    expect(seen(world)).toEqual(['no-data quick open 2']);
    expect((await world.alerts.list({ state: 'all' })).items).toHaveLength(1);
  });
});

describe('an event', () => {
  it('raises by its type, counts repeats, and is news again after it was acknowledged', async () => {
    const world = await makeWorld();
    await world.alerts.createRule({ kind: 'event', eventType: 'Fever', deviceId: null }, 'ada');
    for (let n = 0; n < 3; n++) await world.say('d', event('FEVER', { message: `number ${n}` }));
    await world.say('d', event('COUGH'));
    expect(seen(world)).toEqual(['event d open 3']);
    const [alert] = world.alerts.standing();
    expect(alert?.message).toBe('number 2');
    await world.alerts.acknowledge(alert?.id ?? '', 'ada', 'gone to the doctor');
    expect(seen(world)).toEqual(['event d acknowledged 3']);
    await world.say('d', event('FEVER'));
    expect(seen(world)).toEqual(['event d open 4']);
    await world.wait(1000);
    expect(seen(world)).toEqual(['event d open 4']);
    await world.alerts.acknowledge(alert?.id ?? '', 'ada', undefined);
    await world.wait(301);
    expect((await world.alerts.get(alert?.id ?? ''))?.clearedBecause).toBe('quiet');
  });

  it('with a time of its own is over when it was quiet for so long', async () => {
    const world = await makeWorld();
    await world.alerts.createRule({ kind: 'event', eventType: 'bell', clearAfterS: 20 }, 'ada');
    await world.say('d', event('bell'));
    await world.wait(15);
    await world.say('d', event('bell'));
    await world.wait(15);
    expect(seen(world)).toEqual(['event d open 2']);
    await world.wait(6);
    expect(seen(world)).toEqual([]);
  });
});

describe('what people do', () => {
  it('is stored when it is answered, and refused for what is not there', async () => {
    const world = await makeWorld();
    await world.alerts.createRule(WARM, 'ada');
    await world.say('d', readings({ t: 31 }));
    const [alert] = world.alerts.standing();
    const id = alert?.id ?? '';
    await world.alerts.acknowledge(id, 'ada', 'seen');
    expect(await world.store.alerts.get(id)).toMatchObject({ state: 'acknowledged', ackedBy: 'ada', note: 'seen' });
    await expect(world.alerts.acknowledge('none', 'ada', undefined)).rejects.toMatchObject({ code: 'ALERT_UNKNOWN' });
    await world.alerts.snooze(id, world.clock.nowMs() + 10_000, undefined);
    expect((await world.store.alerts.get(id))?.snoozedUntilMs).toBe(world.clock.nowMs() + 10_000);
    await world.wait(11);
    expect(world.alerts.standing()[0]?.snoozedUntilMs).toBeNull();
    await world.say('d', readings({ t: 1 }));
    await world.settled();
    await expect(world.alerts.snooze(id, world.clock.nowMs() + 1, undefined)).rejects.toMatchObject({
      code: 'ALERT_CLEARED',
    });
  });

  it('has not happened when it is told that the store fails, now or later', async () => {
    const world = await makeWorld();
    await world.alerts.createRule(WARM, 'ada');
    await world.say('d', readings({ t: 31 }));
    await world.settled();
    const [before] = world.alerts.standing();
    const id = before?.id ?? '';
    world.faults.isFailing = true;
    const failed = { code: 'STORE_UNAVAILABLE' };
    await expect(world.alerts.acknowledge(id, 'ada', undefined)).rejects.toMatchObject(failed);
    await expect(world.alerts.snooze(id, world.clock.nowMs() + 60_000, undefined)).rejects.toMatchObject(failed);
    await expect(world.alerts.createRule(WARM, 'ada')).rejects.toMatchObject(failed);
    expect(world.alerts.rules()).toHaveLength(1);
    expect([world.alerts.standing(), world.told]).toEqual([[before], ['raised threshold d']]);
    world.faults.isFailing = false;
    await world.wait(12);
    expect([world.alerts.standing(), await world.store.alerts.get(id)]).toEqual([[before], before]);
  });

  it('is kept beside what happened to the alert while it was being stored', async () => {
    const world = await makeWorld();
    await world.alerts.createRule({ kind: 'event', eventType: 'bell' }, 'ada');
    await world.alerts.createRule(WARM, 'ada');
    await world.say('d', event('bell'), readings({ t: 31 }));
    await world.settled();
    const [rung] = world.added;
    const [{ id = '' } = {}] = world.alerts.about({ deviceId: 'd', type: 'bell' });
    const release = world.hold();
    const acknowledging = world.alerts.acknowledge(id, 'ada', 'heard');
    await world.settled();
    expect((await world.alerts.get(id))?.state).toBe('open');
    if (rung !== undefined) world.alerts.eventAdded(rung);
    release();
    const both = { state: 'acknowledged', ackedBy: 'ada', note: 'heard', count: 2 };
    expect(await acknowledging).toMatchObject(both);
    await world.settled();
    expect(await world.store.alerts.get(id)).toMatchObject(both);
  });

  it('does not bring back an alert that was over while it was being stored', async () => {
    const world = await makeWorld();
    const { id: ruleId } = await world.alerts.createRule(WARM, 'ada');
    await world.say('d', readings({ t: 31 }));
    await world.settled();
    const [{ id = '' } = {}] = world.alerts.standing();
    const release = world.hold();
    const snoozing = world.alerts.snooze(id, world.clock.nowMs() + 60_000, 'later');
    await world.settled();
    world.alerts.committed([{ deviceId: 'd', report: readings({ t: 1 }, world.clock.nowMs()) }]);
    release();
    const over = { ruleId, state: 'cleared', clearedBecause: 'recovered', snoozedUntilMs: null, note: 'later' };
    expect(await snoozing).toMatchObject(over);
    await world.settled();
    expect([world.alerts.standing(), await world.store.alerts.get(id)]).toMatchObject([[], over]);
  });

  it('that waits where too much waits is refused, and what happens by itself is still stored', async () => {
    const world = await makeWorld();
    await world.alerts.createRule(WARM, 'ada');
    await world.say('d', readings({ t: 31 }));
    await world.settled();
    const [{ id = '' } = {}] = world.alerts.standing();
    const release = world.hold();
    const asked = Array.from({ length: WAITING_MAX + 1 }, () => world.alerts.acknowledge(id, 'ada', undefined));
    const outcomes = Promise.allSettled(asked);
    await expect(asked.at(-1)).rejects.toMatchObject({ code: 'STORE_BUSY' });
    world.alerts.committed([{ deviceId: 'd', report: readings({ t: 1 }, world.clock.nowMs()) }]);
    release();
    expect((await outcomes).filter(({ status }) => status === 'fulfilled')).toHaveLength(WAITING_MAX);
    await world.wait(2);
    expect(await world.store.alerts.get(id)).toMatchObject({ state: 'cleared', ackedBy: 'ada' });
  });
});

describe('a restart', () => {
  it('finds what stood as it was, judges it by the latest values, and counts nothing twice', async () => {
    const world = await makeWorld();
    await world.alerts.createRule(WARM, 'ada');
    await world.alerts.createRule({ kind: 'event', eventType: 'bell' }, 'ada');
    await world.say('d', readings({ t: 31 }), event('bell'));
    await world.say('e', readings({ t: 20 }));
    await world.settled();
    await world.alerts.acknowledge(world.alerts.about({ deviceId: 'd', type: 'bell' })[0]?.id ?? '', 'ada', undefined);
    const before = seen(world);
    const again = await world.restart({ isKilled: true });
    expect(seen(again)).toEqual(before);
    expect(again.alerts.rules()).toHaveLength(2);
    await again.say('d', readings({ t: 20 }));
    await again.settled();
    expect(seen(again)).toEqual(['event d acknowledged 1']);
  });

  it('raises what was stored and not yet an alert when the hub was killed', async () => {
    const world = await makeWorld();
    await world.alerts.createRule({ kind: 'event', eventType: 'bell' }, 'ada');
    await world.alerts.createRule(WARM, 'ada');
    await world.mode.change({ mode: 'surveillance' }, 'ada');
    await world.say('d', event('quiet'));
    // The message is stored, and the hub ends before anybody looks at it.
    const receivedMs = world.clock.nowMs();
    const reports = [
      { ...event('bell', { claimedId: 'd', atMs: receivedMs }) },
      { ...event('MOTION_DETECTED', { claimedId: 'd', atMs: receivedMs }) },
    ];
    const writes = reports.flatMap((report) => world.events.writesFor({ deviceId: 'd', report }, receivedMs));
    await world.store.commit(writes);
    const again = await world.restart({ isKilled: true });
    expect(seen(again).sort()).toEqual(['event d open 1', 'surveillance d open 1']);
    await again.settled();
    expect(seen(await again.restart({ isKilled: true })).sort()).toEqual(['event d open 1', 'surveillance d open 1']);
  });

  it('does not raise what happened before its rule was made', async () => {
    const world = await makeWorld();
    await world.say('d', event('bell'));
    world.clock.advance(1000);
    await world.alerts.createRule({ kind: 'event', eventType: 'bell' }, 'ada');
    expect(seen(await world.restart({ isKilled: true }))).toEqual([]);
  });

  it('does not take the time it took for a silence', async () => {
    const world = await makeWorld();
    await world.alerts.createRule({ kind: 'no-data', afterS: 60 }, 'ada');
    await world.say('d', readings({ t: 1 }));
    const again = await world.restart({ downMs: 3_600_000 });
    await again.wait(55);
    expect(seen(again)).toEqual([]);
    await again.wait(12);
    expect(seen(again)).toEqual(['no-data d open 1']);
  });
});

describe('the number of rules', () => {
  it('is bounded for one device, also when a rule is moved there', async () => {
    const { alerts, say } = await makeWorld();
    await say('d', readings({ t: 1 }));
    const rules = [];
    for (let n = 0; n < ALERT_RULES_PER_DEVICE_MAX; n++)
      rules.push(await alerts.createRule({ ...WARM, deviceId: 'd' }, 'ada'));
    const full = { code: 'ALERT_RULES_DEVICE_FULL' };
    await expect(alerts.createRule({ ...WARM, deviceId: 'd' }, 'bob')).rejects.toMatchObject(full);
    const { id } = await alerts.createRule(WARM, 'ada');
    await expect(alerts.patchRule(id, { deviceId: 'd' })).rejects.toMatchObject(full);
    expect(alerts.rule(id).deviceId).toBeNull();
    expect(await alerts.patchRule(rules[0]?.id ?? '', { limit: 31 })).toMatchObject({ deviceId: 'd', limit: 31 });
    await alerts.removeRule(rules[1]?.id ?? '');
    expect(await alerts.patchRule(id, { deviceId: 'd' })).toMatchObject({ deviceId: 'd' });
  });

  it('is bounded for one person and for the hub', async () => {
    const { alerts } = await makeWorld();
    for (let n = 0; n < 3; n++) await alerts.createRule(WARM, 'vera', 3);
    await expect(alerts.createRule(WARM, 'vera', 3)).rejects.toMatchObject({ code: 'ALERT_RULES_OWN_FULL' });
    for (let n = 3; n < ALERT_RULES_MAX; n++) await alerts.createRule(WARM, 'ada');
    await expect(alerts.createRule(WARM, 'ada')).rejects.toMatchObject({ code: 'ALERT_RULES_FULL' });
  });
});

describe('a device that is deleted', () => {
  it('takes its alerts and its own rules with it', async () => {
    const world = await makeWorld();
    await world.say('d', readings({ t: 31 }));
    await world.alerts.createRule({ ...WARM, deviceId: 'd' }, 'ada');
    await world.alerts.createRule({ kind: 'no-data' }, 'ada');
    await world.settled();
    expect(seen(world)).toEqual(['threshold d open 1']);
    await world.devices.remove('d');
    await world.settled();
    expect([seen(world), world.alerts.rules().map(({ kind }) => kind)]).toEqual([[], ['no-data']]);
  });
});
