/** The points of one line as columns, and how they grow while the device speaks: merged, with gaps, within limits. Pure. */

/** As the history of the hub: a gap is a point of nulls. */
export interface Columns {
  readonly t: readonly number[];
  readonly min: readonly (number | null)[];
  readonly avg: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  readonly count: readonly number[];
}
export interface Reading {
  readonly atMs: number;
  readonly value: number;
}

export const NO_COLUMNS: Columns = { t: [], min: [], avg: [], max: [], count: [] };
/** Silence this many times as long as usual is a gap, as for the hub. */
const GAP_FACTOR = 2.5;
/** Points that what is usual is learned from. */
const USUAL_OF = 60;
/** More points than this are not kept, however long a chart stays open. */
export const POINTS_MAX = 4000;

interface Growing {
  t: number[];
  min: (number | null)[];
  avg: (number | null)[];
  max: (number | null)[];
  count: number[];
}

/** With readings that came since, oldest first; those within `stepMs` of the last point become part of it. */
export function grown(columns: Columns, readings: readonly Reading[], stepMs: number): Columns {
  const next = copyOf(columns);
  for (const { atMs, value } of readings) {
    const last = next.t.length - 1;
    const lastMs = next.t[last] ?? Number.NEGATIVE_INFINITY;
    // a reading that comes late changes the past, which is the hub's to say
    if (atMs <= lastMs && (next.count[last] ?? 0) <= 1) continue;
    if (atMs - lastMs < stepMs && next.avg[last] !== null && atMs >= lastMs) widenLast(next, value);
    else if (atMs > lastMs) {
      if (isGap(next, atMs, stepMs)) push(next, (lastMs + atMs) / 2, null, 0);
      push(next, atMs, value, 1);
    }
  }
  return kept(next, POINTS_MAX);
}

/** With what the hub says of the time since `later.t[0]`: its points replace ours from there on. */
export function caughtUp(columns: Columns, later: Columns, stepMs: number): Columns {
  const fromMs = later.t[0];
  if (fromMs === undefined) return columns;
  const next = copyOf(columns);
  let keep = next.t.length;
  while (keep > 0 && (next.t[keep - 1] ?? 0) >= fromMs) keep -= 1;
  for (const column of [next.t, next.min, next.avg, next.max, next.count]) column.length = keep;
  later.t.forEach((atMs, at) => {
    if (keep > 0 && at === 0 && isGap(next, atMs, stepMs)) push(next, ((next.t.at(-1) ?? atMs) + atMs) / 2, null, 0);
    next.t.push(atMs);
    next.min.push(later.min[at] ?? null);
    next.avg.push(later.avg[at] ?? null);
    next.max.push(later.max[at] ?? null);
    next.count.push(later.count[at] ?? 0);
  });
  return kept(next, POINTS_MAX);
}

/** Without what lies before the range, but for one point, so that the line comes in from the edge. */
export function trimmed(columns: Columns, fromMs: number): Columns {
  const first = columns.t.findIndex((atMs) => atMs >= fromMs);
  const before = first === -1 ? columns.t.length - 1 : first - 1;
  return before <= 0 ? columns : kept(copyOf(columns), columns.t.length - before);
}

/** Smallest, largest and mean of what is within the stretch, and the last value; null when nothing is. */
export function statsOf(
  { t, min, avg, max, count }: Columns,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): { min: number; max: number; avg: number; last: number; readings: number } | null {
  let [low, high, sum, readings, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  t.forEach((atMs, at) => {
    const mean = avg[at];
    if (atMs < fromMs || atMs > toMs || mean === null || mean === undefined) return;
    low = Math.min(low, min[at] ?? mean);
    high = Math.max(high, max[at] ?? mean);
    const weight = Math.max(1, count[at] ?? 1);
    sum += mean * weight;
    readings += weight;
    last = mean;
  });
  return readings === 0 ? null : { min: low, max: high, avg: sum / readings, last, readings };
}

function widenLast(columns: Growing, value: number): void {
  const at = columns.t.length - 1;
  const count = columns.count[at] ?? 0;
  const mean = columns.avg[at] ?? value;
  columns.min[at] = Math.min(columns.min[at] ?? value, value);
  columns.max[at] = Math.max(columns.max[at] ?? value, value);
  columns.avg[at] = (mean * count + value) / (count + 1);
  columns.count[at] = count + 1;
}

function push(columns: Growing, atMs: number, value: number | null, count: number): void {
  columns.t.push(atMs);
  columns.min.push(value);
  columns.avg.push(value);
  columns.max.push(value);
  columns.count.push(count);
}

function isGap(columns: Growing, atMs: number, stepMs: number): boolean {
  const last = columns.t.length - 1;
  const lastMs = columns.t[last];
  if (lastMs === undefined || columns.avg[last] === null) return false;
  const usualMs = usualDistance(columns);
  return usualMs !== null && atMs - lastMs > GAP_FACTOR * Math.max(stepMs, usualMs);
}

/** The median distance of the last points; null while there are too few to know. */
function usualDistance({ t, avg }: Growing): number | null {
  const distances: number[] = [];
  for (let at = Math.max(1, t.length - USUAL_OF); at < t.length; at++) {
    if (avg[at] !== null && avg[at - 1] !== null) distances.push((t[at] ?? 0) - (t[at - 1] ?? 0));
  }
  distances.sort((a, b) => a - b);
  return distances.length < 2 ? null : (distances[distances.length >> 1] ?? null);
}

function kept(columns: Growing, most: number): Growing {
  const surplus = columns.t.length - most;
  if (surplus > 0)
    for (const column of [columns.t, columns.min, columns.avg, columns.max, columns.count]) column.splice(0, surplus);
  return columns;
}

const copyOf = ({ t, min, avg, max, count }: Columns): Growing => ({
  t: [...t],
  min: [...min],
  avg: [...avg],
  max: [...max],
  count: [...count],
});
