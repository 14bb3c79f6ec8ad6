import { describe, expect, it } from 'vitest';
import { chartLines, niceTicks } from './chart-lines.ts';

const frame = { width: 110, height: 110, left: 10, right: 0, top: 0, bottom: 10 };
const view = { frame, fromMs: 0, toMs: 100 };

describe('the lines of a chart', () => {
  it('are nothing when nothing was measured', () => {
    expect(chartLines([{ t: [], avg: [] }], view)).toBeNull();
    expect(chartLines([{ t: [5], avg: [null] }], view)).toBeNull();
  });

  it('leave a gap open', () => {
    const chart = chartLines([{ t: [0, 40, 50, 100], avg: [0, 10, null, 10] }], { ...view, min: 0, max: 10 });
    expect(chart?.paths).toEqual(['M10 100L50 0M110 0']);
  });

  it('share one scale, and one cursor', () => {
    const lines = [
      { t: [0, 100], avg: [0, 10] },
      { t: [50], avg: [20] },
    ];
    const chart = chartLines(lines, { ...view, min: 0, max: 20 });
    expect(chart?.stops.map(({ atMs, values }) => [atMs, values])).toEqual([
      [0, [0, null]],
      [50, [0, 20]],
      [100, [10, 20]],
    ]);
    expect([chart?.low, chart?.high]).toEqual([0, 20]);
  });

  it('give a value that never changes room above and below', () => {
    const chart = chartLines([{ t: [0, 100], avg: [5, 5] }], view);
    expect(chart?.paths).toEqual(['M10 50L110 50']);
  });
});

it('ticks are round numbers inside the range', () => {
  expect(niceTicks(11.2, 24.9)).toEqual([15, 20]);
  expect(niceTicks(0, 1)).toEqual([0, 0.5, 1]);
  expect(niceTicks(-3, 3)).toEqual([-2, 0, 2]);
});
