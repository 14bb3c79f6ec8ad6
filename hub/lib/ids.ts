/** Random ids and secrets, and the hashes under which secrets are kept. */
import { hash, randomBytes, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';

/** An id for rows: 32 hexadecimal characters, guessable by nobody. (Node keeps randomness in stock for UUIDs.) */
export const newId = (): string => randomUUID().replaceAll('-', '');

/** Makes ids that sort as they were made, also those of one millisecond. */
export function makeSortableIds(): (atMs: number) => string {
  let last = { atMs: 0, count: 0 };
  return (atMs) => {
    last = { atMs, count: atMs === last.atMs ? last.count + 1 : 0 };
    return `${hex(atMs, 11)}${hex(last.count, 5)}${newIdTail()}`;
  };
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** Always the same id for the same parts: 20 hexadecimal characters. */
export const idOfParts = (...parts: readonly string[]): string =>
  hash('sha256', JSON.stringify(parts), 'hex').slice(0, 20);

/** Eight random hexadecimal characters: tells apart what has the rest of its id in common. */
export const newIdTail = (): string => randomUUID().slice(0, 8);

/** A secret of 256 bits as 43 URL-safe characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** SHA-256 in base64url: how secrets of full entropy are stored. */
export const hashSecret = (secret: string): string => hash('sha256', secret, 'base64url');

/** Compares two hashes in constant time. */
export function isSameHash(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Makes ids that sort by the time they were made, also within one millisecond and while the clock is set back. */
export function makeOrderedIds(): (nowMs: number) => string {
  let last = 0;
  return (nowMs) => {
    last = Math.max(last + 1, nowMs * IDS_A_MS);
    return last.toString(RADIX).padStart(TIME_DIGITS, '0') + randomBytes(RANDOM_BYTES).toString('hex');
  };
}
const IDS_A_MS = 1000;
const RADIX = 36;
/** Enough for the next two centuries. */
const TIME_DIGITS = 11;
const RANDOM_BYTES = 4;
/** In [0, 1), for delays that must not be the same for everybody. */
export const randomFraction = (): number => randomInt(FRACTION_STEPS) / FRACTION_STEPS;
const FRACTION_STEPS = 2 ** 32;
