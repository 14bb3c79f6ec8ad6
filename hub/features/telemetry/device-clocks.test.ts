import { describe, expect, it } from 'vitest';
import { fajma } from '../../domain/dialects/fajma.ts';
import { DeviceClocks } from './device-clocks.ts';
import { device, fail, setUp, values } from './ingest.fixture.ts';
import { Latest } from './latest.ts';

const said = (test: Awaited<ReturnType<typeof setUp>>, v: object, parts: object = {}): number => {
  const outcome = test.accept(device('serre'), 'ruche/serre/telemetry', values(v, parts));
  const report = outcome.kind === 'taken' ? outcome.reports[0]?.report : undefined;
  if (report?.kind !== 'readings') throw new Error(`${outcome.kind}, not taken`);
  return report.atMs;
};

describe('readings without a time', () => {
  async function withSerre() {
    const test = await setUp();
    await test.devices.create({ id: 'serre' }, 'u');
    return test;
  }

  it('have a millisecond each, however many come in one, so that none replaces another', async () => {
    const test = await withSerre();
    const nowMs = test.clock.nowMs();
    const times = Array.from({ length: 5000 }, (_none, n) => said(test, { n }));
    expect(times).toEqual(times.map((_time, n) => nowMs + n));
    test.clock.advance(6000);
    expect(said(test, { n: 0 })).toBe(test.clock.nowMs());
  });

  it('keep to that over a restart of the hub', async () => {
    const test = await withSerre();
    for (let n = 0; n < 100; n++) {
      await test.commit(test.accept(device('serre'), 'ruche/serre/telemetry', values({ n })));
    }
    const { devices, store, clock } = test;
    const nowMs = clock.nowMs();
    const latest = new Latest(store, fail);
    await latest.load(devices.ids());
    const again = new DeviceClocks((deviceId) => latest.newestMs(deviceId));
    const report = { kind: 'readings', claimedId: 'serre', atMs: nowMs, isDated: false, metrics: new Map() } as const;
    expect(again.placed('serre', report, nowMs).atMs).toBe(nowMs + 100);
    expect(again.placed('serre', report, nowMs).atMs).toBe(nowMs + 101);
  });

  it('also when the device sends the time of a clock it does not have', async () => {
    const test = await withSerre();
    const nowMs = test.clock.nowMs();
    expect([1, 1, 2].map((n) => said(test, { n }, { t: 0 }) - nowMs)).toEqual([0, 1, 2]);
    expect([1, 1, 2].map((n) => said(test, { n }, { t: 7 }) - nowMs)).toEqual([3, 3, 4]);
  });
});

describe('readings with a time', () => {
  async function withSerre() {
    const test = await setUp();
    await test.devices.create({ id: 'serre' }, 'u');
    return { test, t: Math.floor(test.clock.nowMs() / 1000) * 1000 };
  }

  it('are kept at that time; the same ones said again are the same', async () => {
    const { test, t } = await withSerre();
    expect([said(test, { n: 1 }, { t }), said(test, { n: 1 }, { t }), said(test, { m: 5 }, { t })]).toEqual([t, t, t]);
    expect([said(test, { n: 1, m: 5 }, { t }), said(test, { n: 2 }, { t: t - 60_000 })]).toEqual([t, t - 60_000]);
  });

  it('do not replace each other where the clock of the device has whole seconds', async () => {
    const { test, t } = await withSerre();
    expect([1, 2, 3, 2, 1, 3].map((n) => said(test, { n }, { t: t / 1000 }) - t)).toEqual([0, 1, 2, 1, 0, 2]);
    expect(said(test, { n: 3 }, { t: t / 1000 + 1 }) - t).toBe(1000);
  });

  it('take each a place in two batches that were put together in one second', async () => {
    const { test, t } = await withSerre();
    const store = async (values: number[]): Promise<void> => {
      const measurements = values.map((temperature) => ({ temperature }));
      const body = { device_id: 'serre', batch_timestamp: t / 1000, measurements };
      const read = fajma.bodies?.find(({ door }) => door.endsWith('batch'))?.read(body, { receivedMs: t });
      if (read === undefined || !('reports' in read)) throw new Error('the batch is not understood');
      const heard = { principal: device('serre'), clientId: '', dialect: 'fajma', receivedMs: t };
      await test.ingest.store({ ...heard, reports: read.reports });
    };
    await store([20, 20, 20]);
    await store([21, 21, 21]);
    await store([21, 21, 21]);
    await store([20, 20, 20]);
    const kept = test.asked.flatMap(({ report }) => (report.kind === 'readings' ? [report.atMs - t] : []));
    expect(kept).toEqual([0, 1, 2, 3, 4, 5, 3, 4, 5, 0, 1, 2]);
  });
});

describe('a device without a date', () => {
  const sensor = device('ESP32_001');
  async function withSensor() {
    const test = await setUp();
    await test.devices.create({ id: 'ESP32_001' }, 'u');
    const say = (kind: string, parts: object) => {
      const outcome = test.accept(sensor, `fajma/esp32/${kind}`, { device_id: 'ESP32_001', ...parts });
      if (outcome.kind !== 'taken') throw new Error(`${outcome.kind}, not taken`);
      return outcome.reports[0]?.report;
    };
    return { ...test, say };
  }

  it('gets the true times of what it held back, after a heartbeat said when it was switched on', async () => {
    const { say, clock } = await withSensor();
    const bootMs = clock.nowMs() - 900_000;
    say('heartbeat', { status: 'online', timestamp: 900_000 });
    for (const timestamp of [120_000, 132_000, 144_000]) {
      expect(say('data', { timestamp, temperature: 20 })).toMatchObject({
        atMs: bootMs + timestamp,
        deviceUptimeMs: timestamp,
      });
    }
    clock.advance(5000);
    expect(say('data', { timestamp: 905_000, temperature: 20 })).toMatchObject({ atMs: clock.nowMs() });
  });

  it('has values of one millisecond told apart, and the same one said twice recognised', async () => {
    const { say, clock } = await withSensor();
    const nowMs = clock.nowMs();
    const times = [1000, 2000, 2000, 3000].map((timestamp) => say('data', { timestamp, temperature: 20 }));
    expect(times).toMatchObject([{ atMs: nowMs }, { atMs: nowMs + 1 }, { atMs: nowMs + 1 }, { atMs: nowMs + 2 }]);
    clock.advance(35_000); // it slept, and measured at the same moment of its next run
    expect(say('data', { timestamp: 3000, temperature: 20 })).toMatchObject({ atMs: clock.nowMs() });
  });
});
