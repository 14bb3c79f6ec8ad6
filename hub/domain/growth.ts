/** How fast something grows, and when it will have filled what is left. Pure. */

export interface Sized {
  readonly atMs: number;
  readonly bytes: number;
}

const DAY_MS = 86_400_000;
/** Less than this says nothing: compaction makes a store swell and shrink all the time. */
export const GROWTH_SPAN_MS_MIN = 3_600_000;
/** Nobody plans for a day that is further away. */
const FORECAST_MS_MAX = 10 * 365 * DAY_MS;

/** Bytes per day along the straight line nearest to all points; null while they span too little time. */
export function growthPerDay(points: readonly Sized[]): number | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || last.atMs - first.atMs < GROWTH_SPAN_MS_MIN) return null;
  const meanMs = mean(points.map(({ atMs }) => atMs));
  const meanBytes = mean(points.map(({ bytes }) => bytes));
  let along = 0;
  let spread = 0;
  for (const { atMs, bytes } of points) {
    along += (atMs - meanMs) * (bytes - meanBytes);
    spread += (atMs - meanMs) ** 2;
  }
  return Math.round((along / spread) * DAY_MS);
}

/** When `freeBytes` are used up; null when it does not grow, or not within ten years. */
export function fullAt(nowMs: number, freeBytes: number, perDay: number | null): number | null {
  if (perDay === null || perDay <= 0) return null;
  const leftMs = (freeBytes / perDay) * DAY_MS;
  return leftMs > FORECAST_MS_MAX ? null : Math.round(nowMs + leftMs);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
