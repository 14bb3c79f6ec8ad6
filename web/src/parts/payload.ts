/** A payload as the viewer needs it: parsed, in hexadecimal, compared with the one before, as a run of numbers. Pure. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Undefined when it is not JSON, or a bare word or text that only happens to be. */
export function parseJson(text: string | null): Json | undefined {
  if (text === null || text === '') return undefined;
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** One leaf of a JSON value under its path. */
export interface Leaf {
  readonly path: string;
  readonly value: string;
}
/** Leaves compared; beyond this many nothing is marked. */
export const LEAVES_MAX = 2_000;

export function leavesOf(value: Json, path = '', into: Map<string, Json> = new Map()): Map<string, Json> {
  if (into.size >= LEAVES_MAX) return into;
  if (typeof value !== 'object' || value === null) {
    into.set(path, value);
    return into;
  }
  const entries: [string, Json][] = Array.isArray(value)
    ? value.map((item, at) => [String(at), item])
    : Object.entries(value);
  if (entries.length === 0) into.set(path, Array.isArray(value) ? '[]' : '{}');
  for (const [name, item] of entries) leavesOf(item, childPath(path, name), into);
  return into;
}

export const childPath = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

export interface Difference {
  /** Path → what it was; null: it was not there. */
  readonly changed: ReadonlyMap<string, string | null>;
  readonly gone: readonly Leaf[];
}

export function differenceOf(before: Json, now: Json): Difference {
  const [old, present] = [leavesOf(before), leavesOf(now)];
  const changed = new Map<string, string | null>();
  for (const [path, value] of present) {
    const was = old.get(path);
    if (was === undefined) changed.set(path, null);
    else if (was !== value) changed.set(path, JSON.stringify(was));
  }
  const gone = [...old].filter(([path]) => !present.has(path));
  return { changed, gone: gone.map(([path, value]) => ({ path, value: JSON.stringify(value) })) };
}

/** Paths of numbers; '' is the whole payload. */
export function numbersIn(value: Json | undefined): Map<string, number> {
  const numbers = new Map<string, number>();
  if (value === undefined) return numbers;
  for (const [path, leaf] of leavesOf(value)) if (typeof leaf === 'number') numbers.set(path, leaf);
  return numbers;
}

export interface HexLine {
  readonly at: string;
  readonly hex: string;
  readonly text: string;
}
const LINE_BYTES = 16;
const OFFSET_DIGITS = 4;

export function hexLines(bytes: Uint8Array): HexLine[] {
  const lines: HexLine[] = [];
  for (let at = 0; at < bytes.length; at += LINE_BYTES) {
    const part = [...bytes.subarray(at, at + LINE_BYTES)];
    lines.push({
      at: at.toString(16).padStart(OFFSET_DIGITS, '0'),
      hex: part.map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
      text: part
        .map((byte) => (byte >= FIRST_VISIBLE && byte <= LAST_VISIBLE ? String.fromCharCode(byte) : '·'))
        .join(''),
    });
  }
  return lines;
}
const FIRST_VISIBLE = 0x20;
const LAST_VISIBLE = 0x7e;

interface Payload {
  readonly base64: string;
  /** Of all of it, whatever is kept. */
  readonly bytes: number;
}

/** Whether what is kept of one message is the beginning of another of the same length. */
export function isBeginningOf(kept: Payload, whole: Payload): boolean {
  // The last four characters of base64 may stand for less than three bytes.
  const safe = kept.base64.length - BASE64_GROUP;
  return kept.bytes === whole.bytes && whole.base64.startsWith(kept.base64.slice(0, Math.max(0, safe)));
}
const BASE64_GROUP = 4;

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
