/** A chart of a metric within a budget of points: which rollups it needs, on which grid, and where it has gaps. */
import { addRollup, bucketStart, DAY_MS, HOUR_MS, MINUTE_MS, type Rollup, type Value, widen } from '../lib/rollup.ts';
import type { Floors } from './retention.ts';

export interface ChartRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
}

export type Width = 'minute' | 'hour' | 'day';
/** Narrowest first. */
const WIDTHS: readonly Width[] = ['minute', 'hour', 'day'];
export const WIDTH_MS: Readonly<Record<Width, number>> = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS };
/** Rollups by the minute are fine enough when they give this share of the points asked for. */
const SHARE_MIN = 0.5;
/** Rollups that one chart is made of: so many for each point, and so many anyway. */
const ROWS_A_POINT_MAX = 20;
const ROWS_FREE = 5000;
/** Silence this many times as long as usual is a gap. */
const GAP_FACTOR = 2.5;
const AVERAGE_DIGITS = 12;

/**
 * The narrowest rollups of which there are not too many, `most` at the utmost unless even days are more; undefined: the
 * range is so short that it needs readings.
 */
export function widthFor({ fromMs, toMs, points }: ChartRange, most = Number.POSITIVE_INFINITY): Width | undefined {
  const lengthMs = toMs - fromMs;
  if (lengthMs / MINUTE_MS < points * SHARE_MIN) return undefined;
  const rowsMax = Math.min(most, Math.max(ROWS_FREE, points * ROWS_A_POINT_MAX));
  return WIDTHS.find((width) => lengthMs / WIDTH_MS[width] <= rowsMax) ?? 'day';
}

/** A step of whole buckets with which the range, wherever it begins, has no more steps than points (but at least two). */
export function stepFor({ fromMs, toMs, points }: ChartRange, bucketMs: number): number {
  // Steps begin at multiples of themselves, so that points stay where they are while the range moves on: one more.
  return Math.max(1, Math.ceil((toMs - fromMs) / Math.max(1, points - 1) / bucketMs)) * bucketMs;
}

export interface Segment {
  readonly width: Width;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where rollups of the wanted width are not kept any more, wider ones must do. Oldest first. */
export function segmentsOf(
  { fromMs, toMs }: Pick<ChartRange, 'fromMs' | 'toMs'>,
  wanted: Width,
  floors: Floors,
): Segment[] {
  const segments: Segment[] = [];
  let endMs = toMs;
  for (const width of WIDTHS.slice(WIDTHS.indexOf(wanted))) {
    const startMs = width === 'day' ? fromMs : Math.max(fromMs, floors[width]);
    // The bucket the range begins in belongs to it.
    if (startMs < endMs) segments.unshift({ width, fromMs: bucketStart(startMs, WIDTH_MS[width]), toMs: endMs });
    endMs = Math.min(endMs, startMs);
  }
  return segments;
}

export interface Columns {
  t: number[];
  min: (number | null)[];
  avg: (number | null)[];
  max: (number | null)[];
  last: (Value | null)[];
  count: number[];
}

export const noColumns = (): Columns => ({ t: [], min: [], avg: [], max: [], last: [], count: [] });

/** One point for each step that holds something, at most `points`. `rollups` oldest first. */
export function onGrid(rollups: readonly Rollup[], stepMs: number, points: number): Rollup[] {
  const [first, ...others] = widen(rollups, stepMs);
  if (first === undefined) return [];
  if (points > 1) return [first, ...others];
  for (const rollup of others) addRollup(first, rollup);
  return [first];
}

/** Points as columns, one of nulls in each gap. `spanMs`: what one point stands for; 0 for a single reading. */
export function columnsOf(points: readonly Rollup[], spanMs: number): Columns {
  const columns = noColumns();
  const gapMs = GAP_FACTOR * Math.max(spanMs, usualDistance(points));
  let previousMs = Number.POSITIVE_INFINITY;
  for (const point of points) {
    if (point.atMs - previousMs > gapMs) pushGap(columns, previousMs + Math.floor((point.atMs - previousMs) / 2));
    pushPoint(columns, point);
    previousMs = point.atMs;
  }
  return columns;
}

function pushPoint(columns: Columns, { atMs, count, numbers, min, max, sum, last }: Rollup): void {
  const has = numbers > 0;
  columns.t.push(atMs);
  columns.min.push(has ? min : null);
  columns.avg.push(has ? averageOf(sum, numbers) : null);
  columns.max.push(has ? max : null);
  columns.last.push(last);
  columns.count.push(count);
}

function pushGap(columns: Columns, atMs: number): void {
  columns.t.push(atMs);
  columns.min.push(null);
  columns.avg.push(null);
  columns.max.push(null);
  columns.last.push(null);
  columns.count.push(0);
}

/** Without the noise that adding decimals leaves. */
export const averageOf = (sum: number, numbers: number): number => Number((sum / numbers).toPrecision(AVERAGE_DIGITS));

/** The median: half of the points follow each other faster. */
function usualDistance(points: readonly Rollup[]): number {
  const distances = new Float64Array(Math.max(0, points.length - 1));
  for (let at = 0; at < distances.length; at++) distances[at] = (points[at + 1]?.atMs ?? 0) - (points[at]?.atMs ?? 0);
  return distances.sort()[distances.length >> 1] ?? 0;
}
