/** Lines side by side. */
import { describe, expect, it } from 'vitest';
import { type Columns, grown, NO_COLUMNS } from './columns.ts';
import { alignedOf, type ChartSeries, lonePoints, nearestIndex, panelsOf, pointAt } from './series.ts';

const columns = (...points: [number, number][]): Columns =>
  grown(NO_COLUMNS, points.map(([atMs, value]) => ({ atMs, value })), 1); // biome-ignore format: one line
const series = (key: string, unit: string): ChartSeries => ({
  key,
  label: key,
  unit,
  colour: 1,
  isSwitch: false,
  columns: NO_COLUMNS,
  format: String,
});

describe('lines of a chart', () => {
  it('share their times; where one has no point there is none, which is not a gap', () => {
    const gap = { ...columns([20, 5]), avg: [null], min: [null], max: [null] };
    const { xs, rows } = alignedOf([{ columns: columns([10, 1], [30, 3]) }, { columns: gap }]);
    expect(xs).toEqual([10, 20, 30]);
    expect(rows[0]).toEqual([1, undefined, 3]);
    expect(rows[3]).toEqual([undefined, null, undefined]);
  });

  it('have a point where readings between gaps are too close for a line, also among the times of other lines', () => {
    const lone = (...row: (number | null | undefined)[]) => lonePoints([0, 10, 20, 30, 40, 50, 60, 70, 80], row, 10);
    expect(lone(1, null, 2, undefined, 3, null, undefined, 4, undefined)).toEqual([0, 7]);
    expect(lone(undefined, 1, 2, null, null, 5, 6)).toEqual([2, 6]);
    expect(lone(undefined, 1, undefined, 2)).toEqual([]);
    expect(lone()).toEqual([]);
  });

  it('have two units in one drawing, the others in the next', () => {
    const panels = panelsOf([series('t', '°C'), series('h', '%'), series('dew', '°C'), series('co2', 'ppm')]);
    expect(panels.map((panel) => panel.map(({ key }) => key))).toEqual([['t', 'h', 'dew'], ['co2']]);
  });

  it('say what they were nearest to a time', () => {
    const line = columns([10, 1], [20, 2], [30, 3]);
    expect([4, 14, 15, 16, 99].map((atMs) => pointAt(line, atMs)?.avg)).toEqual([1, 1, 1, 2, 3]);
    expect(pointAt(NO_COLUMNS, 5)).toBeNull();
    expect(nearestIndex([], 5)).toBe(-1);
  });
});
