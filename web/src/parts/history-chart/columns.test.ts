/** A line that grows while the device speaks. */
import { describe, expect, it } from 'vitest';
import { type Columns, caughtUp, grown, NO_COLUMNS, POINTS_MAX, statsOf, trimmed } from './columns.ts';

const STEP_MS = 100;
const readings = (...values: [number, number][]) => values.map(([atMs, value]) => ({ atMs, value }));
const every = (gapMs: number, count: number) =>
  readings(...Array.from({ length: count }, (_, at): [number, number] => [1000 + at * gapMs, at]));
const line = (columns: Columns) => columns.t.map((atMs, at) => `${atMs}:${columns.avg[at]}`).join(' ');

describe('a growing line', () => {
  it('takes readings that are close together as one point with its least, mean and most', () => {
    const columns = grown(NO_COLUMNS, readings([1000, 4], [1040, 8], [1200, 1]), STEP_MS);
    expect(columns).toEqual({ t: [1000, 1200], min: [4, 1], avg: [6, 1], max: [8, 1], count: [2, 1] });
  });

  it('leaves a gap where silence was much longer than usual, and none while it is still unknown what is usual', () => {
    const steady = grown(NO_COLUMNS, every(1000, 5), STEP_MS);
    expect(line(grown(steady, readings([15_000, 9]), STEP_MS))).toContain('10000:null 15000:9');
    expect(line(grown(steady, readings([6500, 9]), STEP_MS))).not.toContain('null');
    expect(line(grown(NO_COLUMNS, readings([0, 1], [60_000, 2]), STEP_MS))).not.toContain('null');
  });

  it('is not changed by what comes late or twice', () => {
    const steady = grown(NO_COLUMNS, every(1000, 5), STEP_MS);
    expect(grown(steady, readings([2500, 9], [5000, 4]), STEP_MS)).toEqual(steady);
  });

  it('takes over what the hub says of the time after a lost link, with the gap between', () => {
    const before = grown(NO_COLUMNS, every(1000, 5), STEP_MS);
    const later = grown(NO_COLUMNS, readings([5000, 4], [20_000, 7], [21_000, 8]), STEP_MS);
    expect(line(caughtUp(before, later, STEP_MS))).toBe('1000:0 2000:1 3000:2 4000:3 5000:4 20000:7 21000:8');
    const alone = grown(NO_COLUMNS, readings([20_000, 7], [21_000, 8]), STEP_MS);
    expect(line(caughtUp(before, alone, STEP_MS))).toContain('5000:4 12500:null 20000:7');
    expect(caughtUp(before, NO_COLUMNS, STEP_MS)).toBe(before);
  });

  it('forgets what has moved out of the range, and never grows beyond its limit', () => {
    const steady = grown(NO_COLUMNS, every(1000, 5), STEP_MS);
    expect(trimmed(steady, 3500).t).toEqual([3000, 4000, 5000]);
    expect(trimmed(steady, 0)).toEqual(steady);
    expect(grown(NO_COLUMNS, every(200, POINTS_MAX + 50), STEP_MS).t).toHaveLength(POINTS_MAX);
  });

  it('is summed up for the part that is seen', () => {
    const steady = grown(NO_COLUMNS, every(1000, 5), STEP_MS);
    expect(statsOf(steady, { fromMs: 2000, toMs: 4000 })).toEqual({ min: 1, max: 3, avg: 2, last: 3, readings: 3 });
    expect(statsOf(steady, { fromMs: 9000, toMs: 9500 })).toBeNull();
  });
});
