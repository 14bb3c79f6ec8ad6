/** Reads the fields of one packet, one after the other; what does not fit ends the reading. */

import { REASON } from './reason-codes.ts';
import { textOf } from './utf8.ts';

/** Ends the reading of a packet; caught where it began, see `reading`. */
export class Broken extends Error {
  readonly reason: number;

  constructor(detail: string, reason: number = REASON.malformed) {
    super(detail);
    this.reason = reason;
  }
}

/** What `read` answers, or why the packet cannot be read. */
export function reading<T>(read: () => T): T | Broken {
  try {
    return read();
  } catch (error) {
    if (error instanceof Broken) return error;
    throw error;
  }
}

/** A variable byte integer has at most four bytes. [MQTT-1.5.5-1] */
const VARINT_DIGITS_MAX = 4;

export class Cursor {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;

  constructor(bytes: Buffer, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** The body of a whole packet: behind its type and length. */
  static body(bytes: Buffer, start: number, end: number): Cursor {
    let at = start + 1;
    while ((bytes[at] ?? 0) >= 0x80) at++;
    return new Cursor(bytes, at + 1, end);
  }

  get left(): number {
    return this.end - this.at;
  }

  byte(what: string): number {
    const at = this.#take(1, what);
    return this.bytes[at] ?? 0;
  }

  u16(what: string): number {
    return this.bytes.readUInt16BE(this.#take(2, what));
  }

  u32(what: string): number {
    return this.bytes.readUInt32BE(this.#take(4, what));
  }

  varint(what: string): number {
    let value = 0;
    for (let digit = 0; digit < VARINT_DIGITS_MAX; digit++) {
      const byte = this.byte(what);
      value += (byte & 0x7f) << (7 * digit);
      if (byte < 0x80) return value;
    }
    throw new Broken(`the length of ${what} has more than four bytes`);
  }

  binary(what: string): Buffer {
    const length = this.u16(what);
    const at = this.#take(length, what);
    return this.bytes.subarray(at, at + length);
  }

  /** [MQTT-1.5.4-1] [MQTT-1.5.4-2] */
  text(what: string): string {
    const length = this.u16(what);
    const at = this.#take(length, what);
    const text = textOf(this.bytes, at, at + length);
    if (text === undefined) throw new Broken(`it holds ${what} that is not UTF-8, or contains NUL`);
    return text;
  }

  /** The next `length` bytes as a cursor of their own. */
  part(length: number, what: string): Cursor {
    const at = this.#take(length, what);
    return new Cursor(this.bytes, at, at + length);
  }

  rest(): Buffer {
    const rest = this.bytes.subarray(this.at, this.end);
    this.at = this.end;
    return rest;
  }

  mustEnd(): void {
    if (this.left > 0) throw new Broken('there are bytes behind its last field');
  }

  packetId(): number {
    const id = this.u16('a packet identifier');
    if (id === 0) throw new Broken('its packet identifier is 0', REASON.protocolError); // [MQTT-2.2.1-3]
    return id;
  }

  #take(length: number, what: string): number {
    const { at } = this;
    if (at + length > this.end) throw new Broken(`it ends within ${what}`);
    this.at = at + length;
    return at;
  }
}
