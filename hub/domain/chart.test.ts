import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, rollupOf, type Value } from '../lib/rollup.ts';
import { columnsOf, onGrid, segmentsOf, stepFor, WIDTH_MS, widthFor } from './chart.ts';

const DAY0 = Date.UTC(2026, 10, 20);
const range = (ms: number, points = 600) => ({ fromMs: DAY0 - ms, toMs: DAY0, points });
const single = (atMs: number, value: Value = 1) => rollupOf({ atMs, value }, 1);

describe('a chart', () => {
  it('reads the narrowest rollups of which there are not too many', () => {
    expect(widthFor(range(20 * 365 * DAY_MS))).toBe('day');
    expect(widthFor(range(365 * DAY_MS))).toBe('hour');
    expect(widthFor(range(30 * DAY_MS))).toBe('hour');
    expect(widthFor(range(7 * DAY_MS))).toBe('minute');
    expect(widthFor(range(6 * HOUR_MS))).toBe('minute');
    expect(widthFor(range(HOUR_MS))).toBeUndefined();
    expect(widthFor(range(HOUR_MS, 60))).toBe('minute');
    expect(widthFor(range(DAY_MS, 60))).toBe('minute');
    expect(widthFor(range(1e6 * DAY_MS, 1))).toBe('day');
  });

  it('has at most as many steps as points, of whole buckets, wherever it begins', () => {
    const any = fc.tuple(
      fc.integer({ min: 0, max: DAY0 }),
      fc.integer({ min: 1, max: 400 * DAY_MS }),
      fc.integer({ min: 1, max: 2000 }),
      fc.constantFrom(1, MINUTE_MS, HOUR_MS, DAY_MS),
    );
    fc.assert(
      fc.property(any, ([fromMs, lengthMs, points, bucketMs]) => {
        const toMs = fromMs + lengthMs;
        const stepMs = stepFor({ fromMs, toMs, points }, bucketMs);
        const steps = Math.floor((toMs - 1) / stepMs) - Math.floor(fromMs / stepMs) + 1;
        expect(stepMs % bucketMs).toBe(0);
        expect(steps).toBeLessThanOrEqual(Math.max(2, points));
      }),
    );
  });

  it('is read from wider rollups where the wanted ones are not kept any more', () => {
    const floors = { raw: DAY0 - DAY_MS, minute: DAY0 - 2 * DAY_MS, hour: DAY0 - 4 * DAY_MS, day: 0 };
    const fromMs = DAY0 - 6 * DAY_MS + HOUR_MS + 1;
    expect(segmentsOf({ fromMs, toMs: DAY0 }, 'minute', floors)).toEqual([
      { width: 'day', fromMs: DAY0 - 6 * DAY_MS, toMs: DAY0 - 4 * DAY_MS },
      { width: 'hour', fromMs: DAY0 - 4 * DAY_MS, toMs: DAY0 - 2 * DAY_MS },
      { width: 'minute', fromMs: DAY0 - 2 * DAY_MS, toMs: DAY0 },
    ]);
    const recent = { fromMs: DAY0 - HOUR_MS - 1, toMs: DAY0 };
    const start = DAY0 - HOUR_MS - WIDTH_MS.minute;
    expect(segmentsOf(recent, 'minute', floors)).toEqual([{ width: 'minute', fromMs: start, toMs: DAY0 }]);
    expect(segmentsOf({ fromMs: 0, toMs: DAY0 - 5 * DAY_MS }, 'hour', floors)).toEqual([
      { width: 'day', fromMs: 0, toMs: DAY0 - 5 * DAY_MS },
    ]);
  });

  it('shows a gap where there was silence for much longer than usual, as one point of nulls', () => {
    const points = [0, 10, 20, 30, 80, 90].map((at) => single(at * 1000, at));
    expect(columnsOf(points, 0)).toEqual({
      t: [0, 10_000, 20_000, 30_000, 55_000, 80_000, 90_000],
      min: [0, 10, 20, 30, null, 80, 90],
      avg: [0, 10, 20, 30, null, 80, 90],
      max: [0, 10, 20, 30, null, 80, 90],
      last: [0, 10, 20, 30, null, 80, 90],
      count: [1, 1, 1, 1, 0, 1, 1],
    });
    expect(columnsOf(points, 30_000).count).not.toContain(0);
  });

  it('of one point has everything in it', () => {
    const points = [0, 100, 200].map((at) => single(at, at));
    expect(columnsOf(onGrid(points, 10, 1), 10)).toMatchObject({
      t: [0],
      min: [0],
      avg: [100],
      max: [200],
      count: [3],
    });
  });

  it('of text has only what was said last', () => {
    const points = [single(0, 'on'), single(1, true)];
    expect(columnsOf(onGrid(points, 1, 600), 1)).toEqual({
      t: [0, 1],
      min: [null, 1],
      avg: [null, 1],
      max: [null, 1],
      last: ['on', true],
      count: [1, 1],
    });
    expect(columnsOf([], 1)).toEqual({ t: [], min: [], avg: [], max: [], last: [], count: [] });
  });

  it('has averages without the noise of adding', () => {
    const [point] = onGrid(
      [0.1, 0.2].map((value, at) => single(at, value)),
      10,
      600,
    );
    expect(columnsOf(point ? [point] : [], 10).avg).toEqual([0.15]);
  });
});
