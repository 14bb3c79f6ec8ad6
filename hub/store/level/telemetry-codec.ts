/** Readings and rollups as the text of a row, as short as JSON allows. */
import { RucheError } from '../../contract/errors.ts';
import type { Rollup, Value } from '../../lib/rollup.ts';

/** Throws TypeError for a number that is none. */
export function encodeValue(value: Value): string {
  if (typeof value !== 'number') return JSON.stringify(value);
  if (!Number.isFinite(value)) throw new TypeError('a reading has a value that cannot be stored');
  return String(value);
}

/** Throws STORE_UNAVAILABLE for a damaged row. */
export function decodeValue(text: string): Value {
  const value = Number(text);
  // Most are numbers; an empty row would be 0.
  if (!Number.isNaN(value) && text !== '') return value;
  const parsed = parse(text);
  return isValue(parsed) ? parsed : damaged();
}

/** One reading alone is written as that. */
export function encodeRollup({ count, numbers, min, max, sum, last }: Rollup): string {
  if (count === 1) return encodeValue(last);
  const stats = `${count},${min},${max},${sum},${encodeValue(last)}`;
  return numbers === count ? `[${stats}]` : `[${stats},${numbers}]`;
}

/** Throws STORE_UNAVAILABLE for a damaged row. */
export function decodeRollup(atMs: number, text: string): Rollup {
  if (!text.startsWith('[')) return rollupOfOne(atMs, decodeValue(text));
  const parsed = parse(text);
  if (!Array.isArray(parsed)) return damaged();
  const [count, min, max, sum, last, numbers = count]: unknown[] = parsed;
  if (!isValue(last)) return damaged();
  return {
    atMs,
    count: asNumber(count),
    numbers: asNumber(numbers),
    min: asNumber(min),
    max: asNumber(max),
    sum: asNumber(sum),
    last,
  };
}

function rollupOfOne(atMs: number, last: Value): Rollup {
  if (typeof last === 'string') return { atMs, count: 1, numbers: 0, min: 0, max: 0, sum: 0, last };
  const number = Number(last);
  return { atMs, count: 1, numbers: 1, min: number, max: number, sum: number, last };
}

const isValue = (value: unknown): value is Value =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';

const asNumber = (value: unknown): number => (typeof value === 'number' ? value : damaged());

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return damaged();
  }
}

function damaged(): never {
  throw new RucheError('STORE_UNAVAILABLE', 'A stored reading is damaged.');
}
