/** The last hour's rates as two lines over time, and the facts of their summary. Pure. */
import type { HealthMinute } from '../../../../hub/contract/live.ts';
import type { CurveFrame } from '../../parts/curve.tsx';

export interface RatePoint {
  x: number;
  inY: number;
  outY: number;
  minute: HealthMinute;
}

export interface RateCurve {
  points: RatePoint[];
  inLine: string;
  inArea: string;
  outLine: string;
  /** Rates at which a grid line is drawn, smallest first. */
  ticks: { value: number; y: number }[];
  /** Averages per second. */
  inPerS: number;
  outPerS: number;
  busiest: HealthMinute;
}

const MINUTE_MS = 60_000;
/** The width of the plot is always an hour: what is not there yet is empty. */
const MINUTES = 60;
const TICKS_MAX = 4;

/** Oldest first; null when there are too few for a line. */
export function rateCurve(minutes: readonly HealthMinute[], plot: CurveFrame): RateCurve | null {
  const last = minutes.at(-1);
  if (last === undefined || minutes.length < 2) return null;
  const highest = Math.max(...minutes.map(({ inPerS, outPerS }) => Math.max(inPerS, outPerS)));
  const step = niceStep(highest);
  const ceiling = Math.max(step, Math.ceil(highest / step) * step);
  const y = (rate: number): number => round(plot.top + (1 - rate / ceiling) * (plot.height - plot.top - plot.bottom));
  const wide = plot.width - plot.left - plot.right;
  const x = (atMs: number): number => round(plot.width - plot.right - ((last.atMs - atMs) / spanMs) * wide);
  const points = minutes
    .map((minute) => ({ x: x(minute.atMs), inY: y(minute.inPerS), outY: y(minute.outPerS), minute }))
    .filter((point) => point.x >= plot.left);
  const inLine = lineOf(points, ({ inY }) => inY);
  return {
    points,
    inLine,
    inArea: `${inLine}V${y(0)}H${points[0]?.x ?? 0}Z`,
    outLine: lineOf(points, ({ outY }) => outY),
    ticks: Array.from({ length: Math.round(ceiling / step) + 1 }, (_, at) => {
      const value = round(at * step, 1000);
      return { value, y: y(value) };
    }),
    inPerS: mean(minutes.map(({ inPerS }) => inPerS)),
    outPerS: mean(minutes.map(({ outPerS }) => outPerS)),
    busiest: minutes.reduce((best, minute) => (total(minute) > total(best) ? minute : best)),
  };
}

const spanMs = (MINUTES - 1) * MINUTE_MS;

/** 1, 2 or 5 times a power of ten, so that few grid lines carry round numbers; nothing finer than a tenth. */
function niceStep(highest: number): number {
  const rough = Math.max(highest / TICKS_MAX, 0.1);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
}

const lineOf = (points: readonly RatePoint[], y: (point: RatePoint) => number): string =>
  points.map((point, at) => `${at === 0 ? 'M' : 'L'}${point.x} ${y(point)}`).join('');
const total = ({ inPerS, outPerS }: HealthMinute): number => inPerS + outPerS;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const round = (value: number, to = 10): number => Math.round(value * to) / to;
