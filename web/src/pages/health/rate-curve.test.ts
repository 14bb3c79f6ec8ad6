/** The geometry of the last hour. */
import { describe, expect, it } from 'vitest';
import { rateCurve } from './rate-curve.ts';

const PLOT = { width: 640, height: 200, left: 40, right: 10, top: 10, bottom: 20 };
const MINUTE_MS = 60_000;
const hour = (rates: readonly [number, number][]) =>
  rates.map(([inPerS, outPerS], at) => ({ atMs: at * MINUTE_MS, inPerS, outPerS }));

describe('the curve of the last hour', () => {
  it('needs two minutes', () => {
    expect(rateCurve([], PLOT)).toBeNull();
    expect(rateCurve(hour([[1, 2]]), PLOT)).toBeNull();
  });

  it('fills the plot with sixty minutes, and the right of it with fewer', () => {
    const full = rateCurve(hour(Array.from({ length: 60 }, () => [1, 2])), PLOT);
    expect([full?.points[0]?.x, full?.points.at(-1)?.x]).toEqual([40, 630]);
    const few = rateCurve(
      hour([
        [1, 2],
        [1, 2],
        [1, 2],
      ]),
      PLOT,
    );
    expect(few?.points.map(({ x }) => x)).toEqual([610, 620, 630]);
  });

  it('has round numbers on its grid, from zero to above the highest rate', () => {
    const ticks = (highest: number) =>
      rateCurve(
        hour([
          [0, highest],
          [0, 0],
        ]),
        PLOT,
      )?.ticks.map(({ value }) => value);
    expect(ticks(0)).toEqual([0, 0.1]);
    expect(ticks(0.3)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(ticks(7)).toEqual([0, 2, 4, 6, 8]);
    expect(ticks(1300)).toEqual([0, 500, 1000, 1500]);
  });

  it('draws the highest rate highest and nothing on the floor', () => {
    const curve = rateCurve(
      hour([
        [10, 0],
        [0, 5],
      ]),
      PLOT,
    );
    expect(curve?.points[0]).toMatchObject({ inY: 10, outY: 180 });
    expect(curve?.inArea.endsWith('V180H620Z')).toBe(true);
  });

  it('knows its averages and its busiest minute', () => {
    expect(
      rateCurve(
        hour([
          [1, 1],
          [3, 9],
          [2, 2],
        ]),
        PLOT,
      ),
    ).toMatchObject({ inPerS: 2, outPerS: 4, busiest: { atMs: MINUTE_MS } });
  });
});
