/** Many values of one thing as few: count, smallest, largest, sum and last of each bucket of time. */

export type Value = number | boolean | string;

export interface Reading {
  atMs: number;
  value: Value;
}

export interface Rollup {
  /** The beginning of its bucket. */
  atMs: number;
  count: number;
  /** How many of them were numbers, or booleans as 0 and 1; without any, min, max and sum are 0. */
  numbers: number;
  min: number;
  max: number;
  sum: number;
  last: Value;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** The beginning of the bucket a time is in; days are those of UTC. */
export const bucketStart = (atMs: number, widthMs: number): number => atMs - (atMs % widthMs);
/** The first beginning of a bucket that is not before a time. */
export const bucketEnd = (atMs: number, widthMs: number): number => bucketStart(atMs + widthMs - 1, widthMs);

/** What one reading is as a rollup. */
export function rollupOf({ atMs, value }: Reading, widthMs: number): Rollup {
  const number = numberOf(value);
  const start = bucketStart(atMs, widthMs);
  if (number === undefined) return { atMs: start, count: 1, numbers: 0, min: 0, max: 0, sum: 0, last: value };
  return { atMs: start, count: 1, numbers: 1, min: number, max: number, sum: number, last: value };
}

/** Adds readings, oldest first, to the rollups of those before them; the last one may change, others follow it. */
export function addReadings(rollups: Rollup[], readings: Iterable<Reading>, widthMs: number): void {
  let open = rollups.at(-1);
  for (const reading of readings) {
    if (open === undefined || reading.atMs >= open.atMs + widthMs) {
      open = rollupOf(reading, widthMs);
      rollups.push(open);
      continue;
    }
    const number = numberOf(reading.value);
    open.count += 1;
    open.last = reading.value;
    if (number !== undefined) addNumbers(open, { numbers: 1, min: number, max: number, sum: number });
  }
}

/** Rollups of narrower buckets, oldest first, as those of wider ones. */
export function widen(rollups: Iterable<Rollup>, widthMs: number): Rollup[] {
  const wide: Rollup[] = [];
  let open: Rollup | undefined;
  for (const rollup of rollups) {
    if (open === undefined || rollup.atMs >= open.atMs + widthMs) {
      open = { ...rollup, atMs: bucketStart(rollup.atMs, widthMs) };
      wide.push(open);
    } else {
      addRollup(open, rollup);
    }
  }
  return wide;
}

/** `later` is of the same bucket: what was last becomes its last. */
export function addRollup(rollup: Rollup, later: Rollup): void {
  rollup.count += later.count;
  rollup.last = later.last;
  if (later.numbers > 0) addNumbers(rollup, later);
}

function addNumbers(rollup: Rollup, { numbers, min, max, sum }: Pick<Rollup, 'numbers' | 'min' | 'max' | 'sum'>): void {
  const isFirst = rollup.numbers === 0;
  rollup.numbers += numbers;
  rollup.min = isFirst ? min : Math.min(rollup.min, min);
  rollup.max = isFirst ? max : Math.max(rollup.max, max);
  // Two of the largest numbers make an infinite one, which no row can hold.
  rollup.sum = Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, rollup.sum + sum));
}

function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'boolean' ? Number(value) : undefined;
}
