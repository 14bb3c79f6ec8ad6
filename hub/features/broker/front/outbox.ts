/**
 * What is written to one client: collected, and handed to its socket once per turn of the event loop. One system call
 * per client and turn instead of one per packet is what makes fan-out fast.
 */
import type { Duplex } from 'node:stream';
import type { Frame } from './codec.ts';

/** Frames up to this size are copied into one piece of memory; larger ones go out as they are, shared by everybody. */
const COPIED_BYTES_MAX = 16 * 1024;
/** Handed to the socket at a time; the next part follows when the network has taken it. */
const PART_BYTES_MAX = 256 * 1024;

/** Collects the outboxes that have something to send, and sends at the end of the turn. */
export class Turn {
  #dirty: Outbox[] = [];

  add(outbox: Outbox): void {
    if (this.#dirty.length === 0) setImmediate(() => this.flush());
    this.#dirty.push(outbox);
  }

  flush(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const outbox of dirty) outbox.flush();
  }
}

export interface OutboxEvents {
  onSent(bytes: number, packets: number): void;
  /** The network takes nothing more until `onFree`. */
  onBlocked(): void;
  onFree(): void;
}

const RAW = (bytes: Buffer): Frame => ({ bytes, idAt: 0 });

export class Outbox {
  readonly #target: Duplex;
  readonly #turn: Turn;
  readonly #events: OutboxEvents;
  #frames: Frame[] = [];
  /** Packet ids of the frames beside them. */
  #ids: number[] = [];
  #bytes = 0;
  #isDirty = false;
  #isBlocked = false;
  #isClosed = false;

  constructor(target: Duplex, turn: Turn, events: OutboxEvents) {
    this.#target = target;
    this.#turn = turn;
    this.#events = events;
  }

  /** Bytes the network has not taken. */
  get unsentBytes(): number {
    return this.#bytes + this.#target.writableLength;
  }

  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  put(frame: Frame, packetId: number): void {
    if (this.#isClosed) return;
    this.#frames.push(frame);
    this.#ids.push(packetId);
    this.#bytes += frame.bytes.length;
    if (this.#isBlocked) return;
    // A turn may bring megabytes for one client: only what the network does not take is to count as unsent.
    if (this.#bytes > PART_BYTES_MAX) {
      this.#sendPart();
      return;
    }
    if (this.#isDirty) return;
    this.#isDirty = true;
    this.#turn.add(this);
  }

  putBytes(bytes: Buffer): void {
    this.put(RAW(bytes), 0);
  }

  /** Sends what the network takes now. */
  flush(): void {
    this.#isDirty = false;
    while (this.#frames.length > 0 && !this.#isBlocked && !this.#isClosed) this.#sendPart();
  }

  /** Nothing more goes out; what has not gone is dropped. */
  close(): void {
    this.#isClosed = true;
    this.#frames = [];
    this.#ids = [];
    this.#bytes = 0;
  }

  #sendPart(): void {
    const target = this.#target;
    if (target.destroyed || target.writableEnded) {
      this.close();
      return;
    }
    const { frames, ids, bytes } = this.#takePart();
    this.#bytes -= bytes;
    this.#events.onSent(bytes, frames.length);
    const pieces = piecesOf(frames, ids);
    let isRoom = true;
    if (pieces.length > 1) target.cork();
    for (const piece of pieces) isRoom = target.write(piece);
    if (pieces.length > 1) target.uncork();
    if (!isRoom && target.writableLength > 0) this.#block();
  }

  #takePart(): { frames: Frame[]; ids: number[]; bytes: number } {
    if (this.#bytes <= PART_BYTES_MAX) {
      const all = { frames: this.#frames, ids: this.#ids, bytes: this.#bytes };
      this.#frames = [];
      this.#ids = [];
      return all;
    }
    let count = 0;
    let bytes = 0;
    for (const frame of this.#frames) {
      if (count > 0 && bytes + frame.bytes.length > PART_BYTES_MAX) break;
      bytes += frame.bytes.length;
      count++;
    }
    return { frames: this.#frames.splice(0, count), ids: this.#ids.splice(0, count), bytes };
  }

  #block(): void {
    this.#isBlocked = true;
    this.#events.onBlocked();
    this.#target.once('drain', () => {
      this.#isBlocked = false;
      this.#events.onFree();
      this.flush();
    });
  }
}

/** Small frames next to each other become one piece, with their packet ids written in. */
function piecesOf(frames: readonly Frame[], ids: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  while (from < frames.length) {
    let bytes = 0;
    let end = from;
    for (let frame = frames[end]; frame !== undefined && frame.bytes.length <= COPIED_BYTES_MAX; frame = frames[end]) {
      bytes += frame.bytes.length;
      end++;
    }
    if (end > from) pieces.push(joined(frames, ids, { from, end, bytes }));
    const large = frames[end];
    if (large !== undefined) pieces.push(...apart(large, ids[end] ?? 0));
    from = end + 1;
  }
  return pieces;
}

function joined(
  frames: readonly Frame[],
  ids: readonly number[],
  { from, end, bytes }: { from: number; end: number; bytes: number },
): Buffer {
  const only = end - from === 1 ? frames[from] : undefined;
  if (only !== undefined && only.idAt === 0) return only.bytes;
  const piece = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (let index = from; index < end; index++) {
    const frame = frames[index];
    if (frame === undefined) continue;
    piece.set(frame.bytes, at);
    if (frame.idAt > 0) writeId(piece, at + frame.idAt, ids[index] ?? 0);
    at += frame.bytes.length;
  }
  return piece;
}

function apart({ bytes, idAt }: Frame, id: number): Buffer[] {
  if (idAt === 0) return [bytes];
  const head = Buffer.from(bytes.subarray(0, idAt + 2));
  writeId(head, idAt, id);
  return [head, bytes.subarray(idAt + 2)];
}

function writeId(bytes: Buffer, at: number, id: number): void {
  bytes[at] = id >> 8;
  bytes[at + 1] = id & 0xff;
}
