/** Reading payloads strictly: a wrong field is named, never repaired. Names from payloads are plain data. */
import { EVENT_DATA_LENGTH_MAX, EVENT_ID_LENGTH_MAX } from '../../contract/limits.ts';
import type { Misunderstood } from './dialect.ts';

/** Longest device id or user name a payload may carry. */
export const NAME_LENGTH_MAX = 64;
/** Words like online, high. */
export const STATUS_LENGTH_MAX = 64;
export const TOPIC_LENGTH_MAX = 256;
/** Ten years of uptime are the longest believed. */
export const UPTIME_MAX_S = 10 * 31_536_000;

/** Thrown by the readers below and turned into an answer by `understand`; never leaves the dialects. */
class Unreadable extends Error {
  readonly code: Misunderstood['code'];

  constructor(code: Misunderstood['code'], detail: string) {
    super(detail);
    this.code = code;
  }
}

/** Runs a decoder; what its readers found wrong becomes the answer. */
export function understand<Answer>(decode: () => Answer): Answer | Misunderstood {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Unreadable) return { code: error.code, detail: error.message };
    throw error;
  }
}

export function invalid(detail: string): never {
  throw new Unreadable('PAYLOAD_INVALID', detail);
}

/** The payload as text, at most `maxBytes` of UTF-8. */
export function textOf(payload: Uint8Array, maxBytes: number): string {
  if (payload.byteLength > maxBytes) {
    throw new Unreadable(
      'PAYLOAD_TOO_LARGE',
      `At most ${maxBytes} bytes are taken here; it has ${payload.byteLength}.`,
    );
  }
  try {
    return DECODER.decode(payload);
  } catch {
    throw new Unreadable('PAYLOAD_NOT_JSON', 'It is not UTF-8 text.');
  }
}

const DECODER = new TextDecoder('utf-8', { fatal: true });

/** A JSON object whose own keys alone count: `__proto__` is a key like any other. */
export class Fields {
  readonly #values: object;

  constructor(value: unknown, path = 'the payload') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) invalid(`${path}: must be a JSON object.`);
    this.#values = value;
  }

  static parse(text: string): Fields {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new Unreadable('PAYLOAD_NOT_JSON', 'It is not valid JSON.');
    }
    return new Fields(value);
  }

  /** The value as it is; undefined when absent. */
  raw(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? Reflect.get(this.#values, name) : undefined;
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  object(name: string): Fields {
    return new Fields(this.raw(name), name);
  }

  names(): readonly string[] {
    return Object.keys(this.#values);
  }

  text(name: string, maxLength: number): string {
    const value = this.raw(name);
    if (typeof value !== 'string') invalid(`${name}: must be a string.`);
    if (value.length > maxLength) invalid(`${name}: must have at most ${maxLength} characters.`);
    return value;
  }

  optionalText(name: string, maxLength: number): string | undefined {
    return Object.hasOwn(this.#values, name) ? this.text(name, maxLength) : undefined;
  }

  nonEmptyText(name: string, maxLength: number): string {
    const value = this.text(name, maxLength);
    if (value === '') invalid(`${name}: must not be empty.`);
    return value;
  }

  integer(name: string, max: number): number {
    const value = this.raw(name);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max) {
      invalid(`${name}: must be an integer from 0 to ${max}.`);
    }
    return value;
  }

  optionalNumber(name: string, max: number): number | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !(value >= 0 && value <= max)) {
      invalid(`${name}: must be a number from 0 to ${max}.`);
    }
    return value;
  }
}

/** What a sender calls an event, so that it is one however often it is sent; an empty id is none. */
export function eventIdOf(fields: Fields): string | undefined {
  const id = fields.optionalText('event_id', EVENT_ID_LENGTH_MAX);
  return id === '' ? undefined : id;
}

/** A field as JSON, whatever it is; '' when absent. */
export function jsonOf(fields: Fields, name: string): string {
  const value = fields.raw(name);
  if (value === undefined || value === null) return '';
  const json = tryJson(value) ?? invalid(`${name}: is nested too deeply.`);
  if (json.length > EVENT_DATA_LENGTH_MAX) invalid(`${name}: must have at most ${EVENT_DATA_LENGTH_MAX} characters.`);
  return json;
}

/** Undefined: writing it takes more of the stack than there is; reading it did not. */
function tryJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** One of a few words; undefined when absent. */
export function oneOf<Word extends string>(fields: Fields, name: string, words: readonly Word[]): Word | undefined {
  const value = fields.raw(name);
  if (value === undefined) return undefined;
  return words.find((word) => word === value) ?? invalid(`${name}: must be one of ${words.join(', ')}.`);
}
