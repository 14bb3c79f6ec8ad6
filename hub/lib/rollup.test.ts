import { describe, expect, it } from 'vitest';
import { addReadings, bucketEnd, bucketStart, type Reading, type Rollup, widen } from './rollup.ts';

const of = (...readings: [atMs: number, value: Reading['value']][]): Reading[] =>
  readings.map(([atMs, value]) => ({ atMs, value }));
function rolled(readings: readonly Reading[], widthMs: number): Rollup[] {
  const rollups: Rollup[] = [];
  addReadings(rollups, readings, widthMs);
  return rollups;
}

describe('rollups', () => {
  it('say of each bucket how many, the smallest, the largest, the sum and the last', () => {
    expect(rolled(of([0, 3], [4, 1], [9, 2], [25, 7]), 10)).toEqual([
      { atMs: 0, count: 3, numbers: 3, min: 1, max: 3, sum: 6, last: 2 },
      { atMs: 20, count: 1, numbers: 1, min: 7, max: 7, sum: 7, last: 7 },
    ]);
  });

  it('count booleans as 0 and 1, and text only as said', () => {
    expect(rolled(of([0, 'open'], [1, true], [2, false], [3, 'shut']), 10)).toEqual([
      { atMs: 0, count: 4, numbers: 2, min: 0, max: 1, sum: 1, last: 'shut' },
    ]);
    expect(rolled(of([0, 'a']), 10)).toEqual([{ atMs: 0, count: 1, numbers: 0, min: 0, max: 0, sum: 0, last: 'a' }]);
  });

  it('of wider buckets are the same, whether made from readings or from narrower ones', () => {
    const readings = of([0, 'x'], [3, 5], [12, -1], [19, true], [31, 'y'], [99, 4]);
    for (const widthMs of [10, 20, 50, 100]) {
      expect(widen(rolled(readings, 10), widthMs)).toEqual(rolled(readings, widthMs));
    }
  });

  it('hold sums of the largest numbers there are', () => {
    const [huge] = rolled(of([0, Number.MAX_VALUE], [1, Number.MAX_VALUE]), 10);
    expect(huge?.sum).toBe(Number.MAX_VALUE);
  });

  it('begin at multiples of their width', () => {
    expect([bucketStart(29, 10), bucketStart(30, 10), bucketEnd(29, 10), bucketEnd(30, 10)]).toEqual([20, 30, 30, 30]);
  });
});
