/** What store/telemetry-store.ts promises of readings and their rollups. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  addReadings,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  type Reading,
  type Rollup,
  type Value,
} from '../../hub/lib/rollup.ts';
import type { Store } from '../../hub/store/store.ts';
import { type Floors, READING_MS_MAX, ROLLUP_WIDTHS, SERIES_PER_DEVICE_MAX } from '../../hub/store/telemetry-store.ts';
import { deviceRow } from './store-rows.ts';
import type { OpenStore, StoreUnderTest } from './store-under-test.ts';

const DAY0 = Date.UTC(2026, 10, 20);
const WIDTH_MS = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS };
const EVERYTHING: Floors = { raw: 0, minute: 0, hour: 0, day: 0 };
const EVER = { fromMs: 0, toMs: READING_MS_MAX + 1 };
const ALL = { ...EVER, limit: 100_000 };
const RUNS = 30;

const put = (store: Store, atMs: number, value: Value, metric = 'temp') =>
  store.commit([store.telemetry.put('d1', atMs, [[metric, value]])]);

/** Until there is nothing to do. */
async function tendAll(store: Store, nowMs: number, floors = EVERYTHING): Promise<void> {
  for (let pieces = 0; await store.telemetry.tend(nowMs, floors); pieces++) expect(pieces).toBeLessThan(10_000);
}

function recomputed(readings: readonly Reading[], width: keyof typeof WIDTH_MS): Rollup[] {
  const rollups: Rollup[] = [];
  addReadings(rollups, readings, WIDTH_MS[width]);
  return rollups;
}

/** What the store says of a metric is what its readings say. */
async function expectRight(store: Store, readings: readonly Reading[], metric = 'temp'): Promise<void> {
  expect(await store.telemetry.readings('d1', metric, ALL)).toEqual(readings);
  for (const width of ROLLUP_WIDTHS) {
    expect(await store.telemetry.rollups('d1', metric, width, ALL)).toEqual(recomputed(readings, width));
  }
}

export function describeTelemetry(name: string, open: OpenStore): void {
  describe(name, () => {
    let opened: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.dispose());
    const reopen = async () => {
      store = await opened.reopen();
    };

    /** Every ten minutes, from the beginning of a day. */
    async function fill(hours: number): Promise<Reading[]> {
      const readings = Array.from({ length: hours * 6 }, (_none, at) => ({
        atMs: DAY0 + at * 10 * MINUTE_MS,
        value: at,
      }));
      await store.commit(readings.map(({ atMs, value }) => store.telemetry.put('d1', atMs, [['temp', value]])));
      return readings;
    }

    it('are there, with their rollups, as soon as they are stored', async () => {
      await store.commit([
        store.telemetry.put('d1', DAY0, [
          ['temp', 21.5],
          ['door', true],
          ['mode', 'auto'],
        ]),
        store.telemetry.put('d2', DAY0, [['temp', 1]]),
      ]);
      expect(store.telemetry.metrics('d1')).toEqual(['door', 'mode', 'temp']);
      await expectRight(store, [{ atMs: DAY0, value: 21.5 }]);
      await expectRight(store, [{ atMs: DAY0, value: true }], 'door');
      await expectRight(store, [{ atMs: DAY0, value: 'auto' }], 'mode');
      await expectRight(store, [], 'unknown');
    });

    it('change nothing until they are committed', async () => {
      store.telemetry.put('d1', DAY0, [['temp', 1]]);
      await expectRight(store, []);
      await reopen();
      expect(store.telemetry.metrics('d1')).toEqual([]);
    });

    it.each([0, -1.5, 1e-300, Number.MAX_VALUE, true, false, '', 'text', '21.5', '["x"]', 'ü 🦄\n"', '\ud800'])(
      'keep %j as it is',
      async (value) => {
        await put(store, DAY0, value);
        await expectRight(store, [{ atMs: DAY0, value }]);
        await put(store, DAY0 + 1, value);
        await tendAll(store, DAY0 + DAY_MS);
        await reopen();
        const twice = [DAY0, DAY0 + 1].map((atMs) => ({ atMs, value }));
        expect(await store.telemetry.readings('d1', 'temp', ALL)).toEqual(twice);
        const [hour] = await store.telemetry.rollups('d1', 'temp', 'hour', ALL);
        expect(hour).toEqual(recomputed(twice, 'hour')[0]);
      },
    );

    it.each([Number.NaN, Number.POSITIVE_INFINITY])('are never %d', (value) => {
      expect(() => store.telemetry.put('d1', DAY0, [['temp', value]])).toThrow(TypeError);
    });

    it.each([-1, 1.5, Number.NaN, READING_MS_MAX + 1])('are never of the time %d', (atMs) => {
      expect(() => store.telemetry.put('d1', atMs, [['temp', 1]])).toThrow(RangeError);
    });

    it('may be of any other time', async () => {
      for (const atMs of [0, READING_MS_MAX]) await put(store, atMs, 1);
      await tendAll(store, DAY0);
      await expectRight(
        store,
        [0, READING_MS_MAX].map((atMs) => ({ atMs, value: 1 })),
      );
    });

    it('are kept of a bounded number of metrics', async () => {
      const values = Array.from({ length: SERIES_PER_DEVICE_MAX + 5 }, (_none, at) => [`m${at}`, at] as const);
      await store.commit([store.telemetry.put('d1', DAY0, values)]);
      expect(store.telemetry.metrics('d1')).toHaveLength(SERIES_PER_DEVICE_MAX);
    });

    it('written twice change nothing, also after their hour was rolled up and after a restart', async () => {
      const readings = await fill(30);
      await expectRight(store, readings);
      await fill(30);
      await expectRight(store, readings);
      await tendAll(store, DAY0 + 2 * DAY_MS);
      await fill(30);
      await expectRight(store, readings);
      await reopen();
      await expectRight(store, readings);
      await tendAll(store, DAY0 + 2 * DAY_MS);
      await expectRight(store, readings);
    });

    it('that come late are counted at once, and stay counted after a restart and after tending', async () => {
      const readings = await fill(50);
      await tendAll(store, DAY0 + 3 * DAY_MS);
      const late = { atMs: DAY0 + 90 * MINUTE_MS + 1, value: -7 };
      await put(store, late.atMs, late.value);
      const all = [...readings, late].sort((a, b) => a.atMs - b.atMs);
      await expectRight(store, all);
      await reopen();
      await expectRight(store, all);
      await tendAll(store, DAY0 + 3 * DAY_MS);
      await expectRight(store, all);
    });

    it.each(['oldest', 'newest'])('that come late for very many hours, the %s first, are right too', async (order) => {
      const readings = await fill(24 * 8);
      await tendAll(store, DAY0 + 9 * DAY_MS);
      const late = readings.filter((_none, at) => at % 6 === 0).map(({ atMs }) => ({ atMs: atMs + 1, value: 0.5 }));
      const all = [...readings, ...late].sort((a, b) => a.atMs - b.atMs);
      if (order === 'newest') late.reverse();
      await Promise.all(late.map(({ atMs, value }) => put(store, atMs, value)));
      await expectRight(store, all);
      await reopen();
      await expectRight(store, all);
      await tendAll(store, DAY0 + 9 * DAY_MS);
      await expectRight(store, all);
    });

    it('that come at any moment of the tending are counted', async () => {
      const moments = [0, 1, 2, 3, 4, 5].flatMap((turns) => [0, 1, 2, 4, 8, 16, 32].map((steps) => ({ turns, steps })));
      const nowMs = DAY0 + 3 * DAY_MS;
      for (const [at, { turns, steps }] of moments.entries()) {
        const metric = `m${at}`;
        const model: Reading[] = [];
        const say = (atMs: number): Promise<void> => {
          model.push({ atMs, value: atMs % 1000 });
          return put(store, atMs, atMs % 1000, metric);
        };
        for (let hour = 0; hour < 4; hour++) await say(DAY0 + hour * HOUR_MS);
        await tendAll(store, nowMs);
        // An hour to count again, and hours to roll up.
        const before = [say(DAY0 + HOUR_MS + 1), say(DAY0 + 30 * HOUR_MS)];
        const tending = store.telemetry.tend(nowMs, EVERYTHING);
        for (let turn = 0; turn < turns; turn++) await nextTurn();
        for (let step = 0; step < steps; step++) await Promise.resolve();
        const during = [say(DAY0 + HOUR_MS + 2), say(DAY0 + 29 * HOUR_MS), say(DAY0 + 34 * HOUR_MS)];
        await Promise.all([...before, tending, ...during]);
        await tendAll(store, nowMs);
        const readings = model.sort((a, b) => a.atMs - b.atMs);
        await expectRight(store, readings, metric);
      }
    });

    it('from the future wait there without making the present late', async () => {
      await put(store, DAY0 + DAY_MS, 99);
      await tendAll(store, DAY0 + HOUR_MS);
      const readings = await fill(3);
      await tendAll(store, DAY0 + 3 * HOUR_MS);
      await expectRight(store, [...readings, { atMs: DAY0 + DAY_MS, value: 99 }]);
    });

    it('are listed in ranges, oldest first, no more than asked for', async () => {
      const readings = await fill(5);
      const range = { fromMs: DAY0 + HOUR_MS, toMs: DAY0 + 2 * HOUR_MS };
      expect(await store.telemetry.readings('d1', 'temp', { ...range, limit: 100 })).toEqual(readings.slice(6, 12));
      expect(await store.telemetry.readings('d1', 'temp', { ...range, limit: 2 })).toEqual(readings.slice(6, 8));
      for (const isRolled of [false, true]) {
        if (isRolled) await tendAll(store, DAY0 + DAY_MS);
        const hours = recomputed(readings, 'hour');
        const list = (fromMs: number, toMs: number, limit: number) =>
          store.telemetry.rollups('d1', 'temp', 'hour', { fromMs, toMs, limit });
        expect(await list(DAY0 + HOUR_MS, DAY0 + 3 * HOUR_MS, 10)).toEqual(hours.slice(1, 3));
        expect(await list(DAY0 + 1, DAY0 + 3 * HOUR_MS + 1, 10)).toEqual(hours.slice(1, 4));
        expect(await list(DAY0, DAY0 + DAY_MS, 2)).toEqual(hours.slice(0, 2));
      }
      await expect(store.telemetry.readings('d1', 'temp', { ...range, limit: 0 })).rejects.toThrow(RangeError);
    });

    it('are forgotten by range, and with them what they were in the rollups', async () => {
      const readings = await fill(72);
      const left = (fromMs: number, toMs: number, from: readonly Reading[]) =>
        from.filter(({ atMs }) => atMs < fromMs || atMs >= toMs);
      await tendAll(store, DAY0 + 2 * DAY_MS + HOUR_MS);
      const ranges = [
        [DAY0 + 25 * MINUTE_MS, DAY0 + 45 * MINUTE_MS],
        [DAY0 + 3 * HOUR_MS + 1, DAY0 + 5 * HOUR_MS - 1],
        [DAY0 + 20 * HOUR_MS + 1, DAY0 + 50 * HOUR_MS + 1],
        [DAY0 + 70 * HOUR_MS, READING_MS_MAX + 99],
      ] as const;
      let rest: Reading[] = readings;
      for (const [fromMs, toMs] of ranges) {
        await store.telemetry.erase('d1', 'temp', { fromMs, toMs });
        rest = left(fromMs, toMs, rest);
        await expectRight(store, rest);
      }
      await reopen();
      await tendAll(store, DAY0 + 9 * DAY_MS);
      await expectRight(store, rest);
      await store.telemetry.erase('d1', 'temp', EVER);
      await expectRight(store, []);
    });

    it('go with their device, and a new one of its name has none of them', async () => {
      await store.commit([store.devices.put(deviceRow({ id: 'd1' }))]);
      await fill(30);
      await tendAll(store, DAY0 + 2 * DAY_MS);
      await store.commit([store.devices.remove('d1')]);
      expect(store.telemetry.metrics('d1')).toEqual([]);
      await expectRight(store, []);
      await put(store, DAY0, 5);
      await reopen();
      await tendAll(store, DAY0 + 2 * DAY_MS);
      await expectRight(store, [{ atMs: DAY0, value: 5 }]);
    });

    it('stay away when their device goes at any moment of the tending', async () => {
      for (let turns = 0; turns < 12; turns++) {
        await store.commit([store.devices.put(deviceRow({ id: 'd1' }))]);
        await put(store, DAY0 + turns, turns);
        const tending = store.telemetry.tend(DAY0 + 2 * DAY_MS, EVERYTHING);
        for (let turn = 0; turn < turns; turn++) await nextTurn();
        await store.commit([store.devices.remove('d1')]);
        await tending;
        await reopen();
        expect(store.telemetry.metrics('d1')).toEqual([]);
        await tendAll(store, DAY0 + 2 * DAY_MS);
      }
    });

    it('older than what is kept are swept, and rollups only by their own age', async () => {
      const readings = await fill(72);
      const floors = { raw: DAY0 + 2 * DAY_MS, minute: DAY0 + DAY_MS, hour: DAY0 + DAY_MS, day: 0 };
      await tendAll(store, DAY0 + 4 * DAY_MS, floors);
      const at = (width: 'minute' | 'hour' | 'day') => store.telemetry.rollups('d1', 'temp', width, ALL);
      expect(await store.telemetry.readings('d1', 'temp', ALL)).toEqual(readings.slice(288));
      expect(await at('minute')).toEqual(recomputed(readings, 'minute').slice(144));
      expect(await at('hour')).toEqual(recomputed(readings, 'hour').slice(24));
      expect(await at('day')).toEqual(recomputed(readings, 'day'));
    });

    it('that come after their like was swept are added once', async () => {
      const readings = await fill(72);
      const floors = { ...EVERYTHING, raw: DAY0 + 2 * DAY_MS };
      await tendAll(store, DAY0 + 4 * DAY_MS, floors);
      const late = { atMs: DAY0 + 30 * MINUTE_MS + 5, value: 1000 };
      for (let again = 0; again < 2; again++) {
        await put(store, late.atMs, late.value);
        await tendAll(store, DAY0 + 4 * DAY_MS, floors);
        await reopen();
      }
      await put(store, late.atMs, late.value);
      await tendAll(store, DAY0 + 4 * DAY_MS, floors);
      const all = [...readings, late].sort((a, b) => a.atMs - b.atMs);
      expect(await store.telemetry.rollups('d1', 'temp', 'day', ALL)).toEqual(recomputed(all, 'day').map(withoutLast));
      // Erased where only minutes know: they go whole, and the hour is what is left.
      await store.telemetry.erase('d1', 'temp', { fromMs: late.atMs, toMs: late.atMs + 1 });
      const rest = readings.filter(({ atMs }) => atMs !== DAY0 + 30 * MINUTE_MS);
      const hours = await store.telemetry.rollups('d1', 'temp', 'hour', ALL);
      expect(hours).toEqual(recomputed(rest, 'hour'));
    });

    it('of a new metric may begin long ago', async () => {
      await fill(24 * 3);
      const floors = { ...EVERYTHING, raw: DAY0 + 30 * DAY_MS };
      await tendAll(store, DAY0 + 60 * DAY_MS, floors);
      expect(await store.telemetry.rollups('d1', 'temp', 'day', ALL)).toHaveLength(3);
    });
  });

  describe(`${name}, whatever comes in whatever order`, () => {
    it('have the rollups that their readings have', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), (steps) => play(open, steps)),
        {
          numRuns: RUNS,
        },
      );
    });
  });
}

/** The last value of a bucket is not known any more where its readings were swept. */
function withoutLast(rollup: Rollup, at: number): Rollup {
  return at === 0 ? { ...rollup, last: 1000 } : rollup;
}

const anyValue: fc.Arbitrary<Value> = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }).map((half) => half / 2),
  fc.boolean(),
  fc.constantFrom('on', 'off'),
);
/** Often at the edges of hours and days, and often the same again. */
const anyTime = fc
  .tuple(fc.constantFrom(0, 1, 23, 24, 25, 47, 48, 71), fc.constantFrom(0, 1, 59_999, 60_000, 1_800_000, 3_599_999))
  .map(([hour, ms]) => DAY0 + hour * HOUR_MS + ms);
const anyStep = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), atMs: anyTime, value: anyValue }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('tend' as const), nowMs: anyTime, isAwaited: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('piece' as const), nowMs: anyTime }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('turn' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('erase' as const), fromMs: anyTime, toMs: anyTime }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('look' as const) }) },
);
type Step = typeof anyStep extends fc.Arbitrary<infer One> ? One : never;

async function play(open: OpenStore, steps: readonly Step[]): Promise<void> {
  const { store: first, reopen, dispose } = await open();
  let store = first;
  const model = new Map<number, Value>();
  let running: Promise<unknown>[] = [];
  const settle = async (): Promise<void> => {
    await Promise.all(running);
    running = [];
  };
  const look = async (): Promise<void> => {
    await settle();
    const readings = [...model].sort(([a], [b]) => a - b).map(([atMs, value]) => ({ atMs, value }));
    await expectRight(store, readings);
  };
  try {
    for (const step of steps) {
      if (step.kind === 'put') {
        model.set(step.atMs, step.value);
        running.push(put(store, step.atMs, step.value));
      } else if (step.kind === 'tend') {
        const tended = tendAll(store, step.nowMs);
        running.push(tended);
        if (step.isAwaited) await tended;
      } else if (step.kind === 'piece') {
        running.push(store.telemetry.tend(step.nowMs, EVERYTHING));
      } else if (step.kind === 'turn') {
        await nextTurn();
      } else if (step.kind === 'erase') {
        await settle();
        await store.telemetry.erase('d1', 'temp', step);
        for (const atMs of model.keys()) if (atMs >= step.fromMs && atMs < step.toMs) model.delete(atMs);
      } else if (step.kind === 'reopen') {
        await settle();
        store = await reopen();
      } else {
        await look();
      }
    }
    await look();
    await tendAll(store, DAY0 + 9 * DAY_MS);
    await look();
  } finally {
    await settle();
    await dispose();
  }
}
