/** A player's curve. */
import { describe, expect, it } from 'vitest';
import type { Score } from '../../../../hub/contract/score.ts';
import { playerCurve } from './curve.ts';

const PLOT = { width: 120, height: 60, left: 10, right: 10, top: 5, bottom: 5 };
const games = (...scores: number[]): Score[] =>
  scores.map((score, at) => ({
    id: String(at),
    deviceId: 'd',
    username: 'lea',
    score,
    atMs: at + 1,
    demo: false,
  }));

describe('playerCurve', () => {
  it('has nothing to say about a player without games', () => {
    expect(playerCurve([], PLOT)).toBeNull();
  });

  it('draws the oldest game left and the newest right, whatever order the list has', () => {
    const curve = playerCurve(games(0, 5, 10).reverse(), PLOT);
    expect(curve?.points.map((point) => point.x)).toEqual([10, 60, 110]);
    expect(curve?.points.map((point) => point.y)).toEqual([55, 30, 5]);
    expect(curve?.line).toBe('M10 55L60 30L110 5');
  });

  it('keeps the record as steps that never go down', () => {
    const curve = playerCurve(games(4, 2, 8, 3), PLOT);
    expect(curve?.points.map((point) => point.record)).toEqual([4, 4, 8, 8]);
  });

  it('puts a single game in the middle', () => {
    expect(playerCurve(games(3), PLOT)?.points[0]?.x).toBe(60);
  });

  it('chooses whole grid lines from zero that cover the best game', () => {
    expect(playerCurve(games(27), PLOT)?.ticks.map((tick) => tick.value)).toEqual([0, 5, 10, 15, 20, 25, 30]);
    expect(playerCurve(games(3), PLOT)?.ticks.map((tick) => tick.value)).toEqual([0, 1, 2, 3]);
    expect(playerCurve(games(0, 0), PLOT)?.ticks.map((tick) => tick.value)).toEqual([0, 1]);
  });

  it('speaks of a trend only when there are enough games', () => {
    expect(playerCurve(games(1, 2, 3, 4, 5), PLOT)?.trend).toBeNull();
    expect(playerCurve(games(1, 1, 1, 4, 4, 4), PLOT)?.trend).toBe(3);
  });
});
