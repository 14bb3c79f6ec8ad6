/** Cuts a byte stream into whole MQTT packets by their fixed headers alone, and refuses too large ones unread. */

export type FrameProblem = 'too-large' | 'malformed';

/** Room for the first bytes of a packet that did not arrive whole; it doubles as bytes arrive, never as they are announced. */
const TAIL_BYTES_MIN = 128;
/** Only PUBLISH carries what people made: the largest remaining length of every other packet. */
const CONTROL_BYTES_MAX = 64 * 1024;
const PUBLISH_TYPE = 3;
/** A remaining length has at most four bytes. [MQTT-2.2.3] */
const LENGTH_BYTES_MAX = 4;
const NO_BYTES = Buffer.alloc(0);
const INCOMPLETE = 0;
const TOO_LARGE = -1;
const MALFORMED = -2;

/** Gets `count` whole packets in one piece of memory. */
export type FrameSink = (packets: Buffer, count: number) => void;

export class Frames {
  /** Largest remaining length a PUBLISH may announce; other packets never more than CONTROL_BYTES_MAX. */
  bytesMax: number;
  /** The packet that has begun but is not whole yet. */
  #tail = NO_BYTES;
  #held = 0;
  /** Its whole size; 0 while its header is not complete. */
  #size = INCOMPLETE;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** Bytes of a packet that is not whole yet. */
  get held(): number {
    return this.#held;
  }

  /** Whole packets go to `sink` without being copied, unless they arrived in pieces. */
  add(chunk: Buffer, sink: FrameSink): FrameProblem | undefined {
    const start = this.#held === 0 ? 0 : this.#completeTail(chunk, sink);
    if (start < 0) return problemOf(start);
    let end = start;
    let count = 0;
    while (end < chunk.length) {
      const size = sizeAt(chunk, end, this.bytesMax);
      if (size < 0) return problemOf(size);
      if (size === INCOMPLETE || end + size > chunk.length) break;
      end += size;
      count++;
    }
    if (count > 0) sink(start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end), count);
    if (end < chunk.length) {
      this.#keep(chunk, end, chunk.length);
      this.#size = Math.max(sizeAt(this.#tail.subarray(0, this.#held), 0, this.bytesMax), INCOMPLETE);
    }
    return undefined;
  }

  /** Adds to the packet that has begun; answers where in `chunk` the next one begins, or a negative problem. */
  #completeTail(chunk: Buffer, sink: FrameSink): number {
    let at = 0;
    while (this.#size === INCOMPLETE && at < chunk.length) {
      this.#keep(chunk, at, at + 1);
      at++;
      const size = sizeAt(this.#tail.subarray(0, this.#held), 0, this.bytesMax);
      if (size < 0) return size;
      this.#size = size;
    }
    if (this.#size === INCOMPLETE) return at;
    const end = Math.min(chunk.length, at + this.#size - this.#held);
    this.#keep(chunk, at, end);
    if (this.#held === this.#size) {
      const packet = this.#tail.subarray(0, this.#size);
      this.#tail = NO_BYTES;
      this.#held = 0;
      this.#size = INCOMPLETE;
      sink(packet, 1);
    }
    return end;
  }

  #keep(chunk: Buffer, start: number, end: number): void {
    const needed = this.#held + end - start;
    if (needed > this.#tail.length) {
      const roomier = Buffer.allocUnsafeSlow(Math.max(TAIL_BYTES_MIN, needed, this.#tail.length * 2));
      this.#tail.copy(roomier, 0, 0, this.#held);
      this.#tail = roomier;
    }
    chunk.copy(this.#tail, this.#held, start, end);
    this.#held = needed;
  }
}

/** Size of the packet that begins at `start`, header included; INCOMPLETE while its header is. */
function sizeAt(bytes: Buffer, start: number, bytesMax: number): number {
  const isPublish = (bytes[start] ?? 0) >> 4 === PUBLISH_TYPE;
  const max = isPublish ? bytesMax : Math.min(bytesMax, CONTROL_BYTES_MAX);
  let remaining = 0;
  for (let digit = 0; digit < LENGTH_BYTES_MAX; digit++) {
    const byte = bytes[start + 1 + digit];
    if (byte === undefined) return INCOMPLETE;
    remaining += (byte & 0x7f) << (7 * digit);
    if (remaining > max) return TOO_LARGE;
    if (byte < 0x80) return 2 + digit + remaining;
  }
  return MALFORMED;
}

const problemOf = (size: number): FrameProblem => (size === TOO_LARGE ? 'too-large' : 'malformed');
