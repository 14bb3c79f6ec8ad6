/**
 * One connection as Aedes sees it: between the socket (or WebSocket stream) and the broker, bounding what may arrive
 * before anything keeps it. It holds back everything after CONNECT until the broker has answered CONNACK, and it does
 * not tell the broker of a lost socket while the broker is still building the session up.
 */
import { Duplex } from 'node:stream';
import { type FrameProblem, Frames } from './frames.ts';

export interface FrontEvents {
  /** The first packet came whole; it has the type CONNECT. What follows is held until `open`. */
  onGreeting(packet: Buffer): void;
  /** Whole packets arrived on the open connection. */
  onHeard(count: number): void;
  onProblem(problem: FrameProblem | 'not-connect', firstByte: number): void;
  /** The front has closed, for whatever reason. */
  onClosed(): void;
}

/** greeting: until CONNECT · held: being admitted · joining: Aedes has it · open · closed */
type Phase = 'greeting' | 'held' | 'joining' | 'open' | 'closed';

const CONNECT_BYTE = 0x10;
const BUFFERED_BYTES = 64 * 1024;
/** Pieces up to this size are sent as one: one system call, and one WebSocket message instead of five. */
const JOINED_BYTES_MAX = 64 * 1024;

interface Piece {
  chunk: Buffer;
}

export class Front extends Duplex {
  bytesIn = 0;
  bytesOut = 0;
  readonly #source: Duplex;
  readonly #events: FrontEvents;
  readonly #frames: Frames;
  #phase: Phase = 'greeting';
  /** Whole packets that came after CONNECT before the broker was ready. */
  #early: Buffer[] = [];
  #isSourceGone = false;
  #isShut = false;
  #isLingering = false;
  /** Aedes asked for more. */
  #isWanted = true;
  /** Held back by the publish pipeline. */
  #isHeld = false;

  constructor(source: Duplex, greetingBytesMax: number, events: FrontEvents) {
    super({ readableHighWaterMark: BUFFERED_BYTES, writableHighWaterMark: BUFFERED_BYTES });
    this.#source = source;
    this.#events = events;
    this.#frames = new Frames(greetingBytesMax);
    // A broken socket ends the connection like a closed one; which of the two it was is nobody's concern here.
    source
      .on('error', () => this.#sourceGone())
      .on('end', () => this.#sourceGone())
      .on('close', () => this.#sourceGone())
      .on('data', this.#receive);
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Bytes written for this client that the network has not taken yet. */
  get unsentBytes(): number {
    return this.writableLength + this.#source.writableLength;
  }

  /** Largest remaining length a packet may announce from now on. */
  set packetBytesMax(bytes: number) {
    this.#frames.bytesMax = bytes;
  }

  /** Hands Aedes its CONNECT; `open` must follow when CONNACK was sent. */
  join(connect: Buffer): void {
    this.#phase = 'joining';
    this.push(connect);
  }

  /** CONNACK was sent: from now on everything flows. */
  open(): void {
    if (this.#phase !== 'joining') return;
    this.#phase = 'open';
    if (this.#isShut) {
      this.destroy();
      return;
    }
    for (const packets of this.#early) this.#pass(packets, 1);
    this.#early = [];
    if (this.#isSourceGone) this.push(null);
    else this.#resume();
  }

  /** Stops reading from the network until `release`. */
  hold(): void {
    this.#isHeld = true;
    this.#source.pause();
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#resume();
  }

  /** Closes; while Aedes is still building the session up, as soon as it has. */
  shut(): void {
    this.#isShut = true;
    if (this.#phase !== 'joining') this.destroy();
  }

  /** Sends a last word and closes. What the client still sends is read and dropped, else its reset could eat the word. */
  sayLast(bytes: Buffer): void {
    this.#isLingering = true;
    this.bytesOut += bytes.length;
    this.#source.off('data', this.#receive);
    this.#source.resume();
    this.#source.end(bytes);
    this.destroy();
  }

  /** Ends what `sayLast` left open. */
  stopLingering(): void {
    this.#source.destroy();
  }

  override _read(): void {
    this.#isWanted = true;
    this.#resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#send(chunk, done);
  }

  override _writev(pieces: Piece[], done: () => void): void {
    let bytes = 0;
    for (const piece of pieces) bytes += piece.chunk.length;
    if (bytes <= JOINED_BYTES_MAX) {
      this.#send(Buffer.concat(pieces.map(chunkOf), bytes), done);
      return;
    }
    this.#source.cork();
    pieces.forEach((piece, at) => {
      this.#send(piece.chunk, at === pieces.length - 1 ? done : nothing);
    });
    this.#source.uncork();
  }

  override _destroy(_error: Error | null, done: (error: Error | null) => void): void {
    this.#phase = 'closed';
    this.#early = [];
    if (!this.#isLingering) this.#source.destroy();
    // An error here is Aedes' own reason to close; it has told its listeners already.
    done(null);
    this.#events.onClosed();
  }

  readonly #receive = (chunk: Buffer): void => {
    if (this.#phase === 'closed') return;
    this.bytesIn += chunk.length;
    const first = chunk[0] ?? CONNECT_BYTE;
    // Nothing arrived before this chunk: the very first byte must be a CONNECT. [MQTT-3.1.0-1]
    if (this.bytesIn === chunk.length && first !== CONNECT_BYTE) {
      this.#events.onProblem('not-connect', first);
      return;
    }
    const problem = this.#frames.add(chunk, this.#sink);
    if (problem !== undefined) this.#events.onProblem(problem, first);
  };

  readonly #sink = (packets: Buffer, count: number): void => {
    switch (this.#phase) {
      case 'greeting':
        this.#greet(packets);
        break;
      case 'held':
      case 'joining':
        this.#early.push(packets);
        break;
      case 'open':
        this.#pass(packets, count);
        break;
      case 'closed':
        break;
    }
  };

  #greet(packets: Buffer): void {
    this.#phase = 'held';
    this.#source.pause();
    const size = firstPacketSize(packets);
    if (size < packets.length) this.#early.push(packets.subarray(size));
    this.#events.onGreeting(packets.subarray(0, size));
  }

  #pass(packets: Buffer, count: number): void {
    this.#events.onHeard(count);
    if (this.#phase !== 'open' || this.push(packets)) return;
    this.#isWanted = false;
    this.#source.pause();
  }

  #resume(): void {
    if (this.#phase === 'open' && this.#isWanted && !this.#isHeld) this.#source.resume();
  }

  #send(bytes: Buffer, done: () => void): void {
    this.bytesOut += bytes.length;
    // The end of a socket that is gone is on its way to Aedes; until then writing goes nowhere.
    if (this.#source.destroyed || this.#source.writableEnded || this.#source.write(bytes)) done();
    else this.#source.once('drain', done);
  }

  #sourceGone(): void {
    if (this.#isSourceGone) return;
    this.#isSourceGone = true;
    // Aedes reads what came before the end, then closes by itself.
    if (this.#phase === 'open') this.push(null);
    else if (this.#phase !== 'joining') this.destroy();
  }
}

const nothing = (): void => {};
const chunkOf = (piece: Piece): Buffer => piece.chunk;

/** Size of the first of several whole packets. */
function firstPacketSize(packets: Buffer): number {
  let remaining = 0;
  for (let digit = 0; ; digit++) {
    const byte = packets[1 + digit] ?? 0;
    remaining += (byte & 0x7f) << (7 * digit);
    if (byte < 0x80) return 2 + digit + remaining;
  }
}
