/** A player's games as a curve: where each point lies, the record so far, and the facts of its summary. Pure. */
import type { Score } from '../../../../hub/contract/score.ts';
import type { CurveFrame } from '../../parts/curve.tsx';

export interface CurvePoint {
  x: number;
  y: number;
  /** From 1: which of the games shown. */
  game: number;
  score: number;
  /** Best score up to and including this game. */
  record: number;
  atMs: number;
}

export interface Curve {
  points: CurvePoint[];
  line: string;
  area: string;
  /** The record as steps. */
  recordLine: string;
  /** Scores at which a grid line is drawn, smallest first. */
  ticks: { value: number; y: number }[];
  best: number;
  average: number;
  /** Mean of the last games minus mean of the ones before; null with fewer than `TREND_GAMES` games. */
  trend: number | null;
}

/** Fewer games than this say nothing about getting better. */
export const TREND_GAMES = 6;
const TICK_STEPS = [1, 2, 5, 10];
const TICKS_MAX = 6;

/** Games in any order; drawn oldest first, one step per game. Null when there is none. */
export function playerCurve(games: readonly Score[], plot: CurveFrame): Curve | null {
  if (games.length === 0) return null;
  const ordered = [...games].sort((a, b) => a.atMs - b.atMs);
  const best = Math.max(...ordered.map((game) => game.score));
  const tickStep = TICK_STEPS.find((step) => best / step < TICKS_MAX) ?? 10;
  const ceiling = Math.max(tickStep, Math.ceil(best / tickStep) * tickStep);
  const y = (value: number): number => round(plot.top + (1 - value / ceiling) * (plot.height - plot.top - plot.bottom));
  const wide = plot.width - plot.left - plot.right;
  const x = (at: number): number =>
    round(plot.left + (ordered.length === 1 ? wide / 2 : (at * wide) / (ordered.length - 1)));
  let record = 0;
  const points = ordered.map((game, at) => {
    record = Math.max(record, game.score);
    return { x: x(at), y: y(game.score), game: at + 1, score: game.score, record, atMs: game.atMs };
  });
  const line = points.map((point, at) => `${at === 0 ? 'M' : 'L'}${point.x} ${point.y}`).join('');
  const floor = y(0);
  return {
    points,
    line,
    area: `${line}L${points.at(-1)?.x ?? 0} ${floor}L${points[0]?.x ?? 0} ${floor}Z`,
    recordLine: points
      .map((point, at) => (at === 0 ? `M${point.x} ${y(point.record)}` : `H${point.x}V${y(point.record)}`))
      .join(''),
    ticks: Array.from({ length: ceiling / tickStep + 1 }, (_, at) => ({ value: at * tickStep, y: y(at * tickStep) })),
    best,
    average: mean(ordered.map((game) => game.score)),
    trend: trendOf(ordered.map((game) => game.score)),
  };
}

function trendOf(scores: readonly number[]): number | null {
  if (scores.length < TREND_GAMES) return null;
  const half = Math.floor(scores.length / 2);
  return mean(scores.slice(-half)) - mean(scores.slice(0, half));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const round = (value: number): number => Math.round(value * 10) / 10;
