/** Alerts with real devices, ingest and store: raised once, kept, cleared; whatever happens to the hub meanwhile. */
import { describe, expect, it } from 'vitest';
import { event, makeWorld, readings, type World } from '../../app/happenings.fixture.ts';
import type { AlertRuleBody } from '../../contract/alert.ts';

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

describe('a device that says several things whenever it wakes up', () => {
  /** Two or three posts, and then nothing until it wakes up again. */
  const wakesUp = async (world: World, posts: number, everyS: number): Promise<void> => {
    for (let post = 0; post < posts; post++) {
      await world.say('d', readings({ post }));
      await world.wait(2);
    }
    await world.wait(everyS - posts * 2);
  };

  it('is not offline while it sleeps, from its first day on, and is when it does not wake up any more', async () => {
    for (const [posts, everyS] of [
      [2, 10],
      [2, 120],
      [3, 120],
    ] as const) {
      const world = await makeWorld();
      await world.alerts.createRule({ kind: 'no-data' }, 'ada');
      for (let wake = 0; wake < 12; wake++) await wakesUp(world, posts, everyS);
      expect(world.told).toEqual([]);
      await world.wait(3 * everyS);
      expect(seen(world)).toEqual(['no-data d open 1']);
      expect(world.told).toEqual(['raised no-data d']);
    }
  });
});

it('what a person sets is no word of the device: it raises nothing, ends nothing, and breaks no silence', async () => {
  const world = await makeWorld();
  const set = (t: number) => {
    const receivedMs = world.clock.nowMs();
    const metrics = new Map([['t', t]]);
    const report = { kind: 'readings', claimedId: 'd', atMs: receivedMs, isDated: true, metrics } as const;
    return world.ingest.note({ deviceId: 'd', report, receivedMs, also: [] });
  };
  await world.say('d', readings({ t: 20 }));
  await world.alerts.createRule(WARM, 'ada');
  await world.alerts.createRule({ kind: 'no-data', metric: 't', afterS: 60 }, 'ada');
  await set(31);
  await world.wait(58);
  expect(seen(world)).toEqual([]);
  await set(31);
  await world.wait(10);
  expect(seen(world)).toEqual(['no-data d open 1']);
  await set(31);
  await world.wait(10);
  expect(seen(world)).toEqual(['no-data d open 1']);
  await world.say('d', readings({ t: 31 }));
  await world.wait(5);
  expect(seen(world)).toEqual(['threshold d open 1']);
  await set(20);
  expect(seen(world)).toEqual(['threshold d open 1']);
  await world.say('d', readings({ t: 20 }));
  expect(seen(world)).toEqual([]);
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

it('every sentence of the hub has a code, and what a device says has none', async () => {
  const world = await makeWorld();
  const rules = [
    { kind: 'threshold', metric: 'hot', direction: 'above', limit: 30 },
    { kind: 'threshold', metric: 'cold', direction: 'below', limit: 10 },
    { kind: 'no-data' },
    { kind: 'no-data', afterS: 900 },
    { kind: 'no-data', metric: 'hot', afterS: 800 },
    { kind: 'event', eventType: 'bell' },
    { kind: 'event', eventType: 'fever' },
  ] as const;
  for (const rule of rules) await world.alerts.createRule(rule, 'ada');
  await world.say('d', readings({ hot: 31, cold: 1 }), event('bell'), event('fever', { message: 'High' }));
  world.alerts.intrusion({ deviceId: 'd', type: 'MOTION', atMs: world.clock.nowMs() });
  await world.wait(1000);
  const said = world.alerts.standing().map(({ code, message, afterS }) => [code, message, afterS]);
  expect(said.sort(([, a], [, b]) => String(a).localeCompare(String(b)))).toEqual([
    ['event-reported', 'bell was reported.', null],
    ['value-below', 'cold is 1, below 10.', null],
    [null, 'High', null],
    ['value-above', 'hot is 31, above 30.', null],
    ['intrusion', 'MOTION while the hub is armed.', null],
    ['device-silent', 'No data for more than 900 s.', 900],
    ['metric-silent', 'No hot for more than 800 s.', 800],
    ['device-offline', 'The device is offline.', null],
  ]);
  // The same alert may be raised by words of the device and by none.
  await world.say('d', event('bell', { message: 'Ding' }));
  expect(world.alerts.standing().find(({ eventType }) => eventType === 'bell')).toMatchObject({
    ...{ code: null, message: 'Ding', count: 2 },
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

  it('leaves nothing that one of the same name would continue', async () => {
    const world = await makeWorld();
    await world.alerts.createRule({ kind: 'no-data', afterS: 60 }, 'ada');
    await world.say('d', readings({ t: 1 }));
    await world.wait(70);
    const [first] = world.alerts.standing();
    await world.alerts.acknowledge(first?.id ?? '', 'ada', undefined);
    await world.say('d', readings({ t: 1 }));
    await world.wait(1);
    await world.devices.remove('d');
    await world.settled();
    await world.say('d', readings({ t: 1 }));
    await world.wait(70);
    expect(seen(world)).toEqual(['no-data d open 1']);
  });
});
