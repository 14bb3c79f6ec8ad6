/** Columns of history as the lines of a small chart: one scale for all of them, gaps left open. Pure. */
import type { HistorySeries } from '../../../../../hub/contract/history.ts';
import type { CurveFrame } from '../../../parts/curve.tsx';

/** Places the data cursor stops at, at most. */
const STOPS_MAX = 120;
const TICKS = 4;

export interface ChartStop {
  readonly x: number;
  readonly atMs: number;
  /** By line; null where it was silent. */
  readonly values: readonly (number | null)[];
  readonly ys: readonly (number | null)[];
}

export interface ChartLines {
  /** One for each line, in their order. */
  readonly paths: readonly string[];
  readonly ticks: readonly { value: number; y: number }[];
  readonly stops: readonly ChartStop[];
  readonly low: number;
  readonly high: number;
}

interface ChartView {
  readonly frame: CurveFrame;
  readonly fromMs: number;
  readonly toMs: number;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}
type Columns = Pick<HistorySeries, 't' | 'avg'>;

/** Null: nothing was measured. */
export function chartLines(lines: readonly Columns[], { frame, fromMs, toMs, min, max }: ChartView): ChartLines | null {
  const all = lines.flatMap(({ avg }) => avg.filter((value) => value !== null));
  if (all.length === 0) return null;
  const low = min ?? smallest(all);
  const high = max ?? largest(all);
  const room = low === high ? Math.abs(low) * 0.1 || 1 : (high - low) * 0.08;
  const bottom = min ?? low - room;
  const top = Math.max(max ?? high + room, bottom + Number.EPSILON);
  const width = frame.width - frame.left - frame.right;
  const height = frame.height - frame.top - frame.bottom;
  const x = (atMs: number): number => frame.left + ((atMs - fromMs) / (toMs - fromMs)) * width;
  const y = (value: number): number =>
    frame.top + (1 - (Math.min(Math.max(value, bottom), top) - bottom) / (top - bottom)) * height;
  return {
    paths: lines.map((line) => pathOf(line, x, y)),
    ticks: niceTicks(bottom, top).map((value) => ({ value, y: y(value) })),
    stops: stopsOf(lines, { fromMs, toMs, x, y }),
    low: smallest(all),
    high: largest(all),
  };
}

type Scale = (value: number) => number;

function pathOf({ t, avg }: Columns, x: Scale, y: Scale): string {
  let path = '';
  let isDown = false;
  t.forEach((atMs, at) => {
    const value = avg[at] ?? null;
    if (value !== null) path += `${isDown ? 'L' : 'M'}${round(x(atMs))} ${round(y(value))}`;
    isDown = value !== null;
  });
  return path;
}

function stopsOf(
  lines: readonly Columns[],
  { fromMs, toMs, x, y }: { fromMs: number; toMs: number; x: Scale; y: Scale },
): ChartStop[] {
  const times = [...new Set(lines.flatMap(({ t }) => t))].filter((atMs) => atMs >= fromMs && atMs <= toMs);
  times.sort((a, b) => a - b);
  const step = Math.max(1, Math.ceil(times.length / STOPS_MAX));
  return times
    .filter((_atMs, at) => (times.length - 1 - at) % step === 0)
    .map((atMs) => {
      const values = lines.map((line) => valueAt(line, atMs));
      return { x: x(atMs), atMs, values, ys: values.map((value) => (value === null ? null : y(value))) };
    });
}

/** The last value up to that time. */
function valueAt({ t, avg }: Columns, atMs: number): number | null {
  const at = t.findLastIndex((time) => time <= atMs);
  return at === -1 ? null : (avg[at] ?? null);
}

/** Round numbers inside the range, about `TICKS` of them. */
export function niceTicks(low: number, high: number): number[] {
  const raw = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-6; tick += step) {
    ticks.push(Number(tick.toPrecision(12)));
  }
  return ticks;
}

const smallest = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));
const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));
const round = (value: number): number => Math.round(value * 10) / 10;
