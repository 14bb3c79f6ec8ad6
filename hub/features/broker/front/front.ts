/**
 * One connection, between its socket (or WebSocket stream) and the broker, bounding what may arrive before anything
 * keeps it. Publishes and their acknowledgements go to the session; the other packets go to Aedes, for which this is
 * the connection. It holds back everything after CONNECT until the broker has let the client in, and does not tell
 * Aedes of a lost socket while Aedes is still building the session up.
 */
import { Duplex } from 'node:stream';
import type { Clock } from '../../../lib/clock.ts';
import { type Codec, type Frame, type Inbound, PACKET, type Reason, type Violation } from './codec.ts';
import { bodyAt } from './codec-v3.ts';
import { type FrameProblem, Frames } from './frames.ts';
import { Outbox, type Turn } from './outbox.ts';
import { newShare, type Rota } from './rota.ts';

export interface FrontEvents {
  /** The first packet came whole; it has the type CONNECT. What follows is held until `open`. */
  onGreeting(packet: Buffer): void;
  /** Whole packets arrived on the open connection. */
  onHeard(count: number): void;
  onProblem(problem: FrameProblem | 'not-connect', firstByte: number): void;
  /** A packet of the open connection breaks the protocol. */
  onViolation(violation: Violation): void;
  /** The front has closed, for whatever reason. */
  onClosed(): void;
}

export interface FrontOptions {
  readonly greetingBytesMax: number;
  /** A client that takes nothing for so long while something waits for it is disconnected. */
  readonly drainTimeoutMs: number;
  /** How long a client may take to read the last word. */
  readonly lingerMs: number;
  /** While more than this waits for the client, nothing is read from it. */
  readonly unsentBytesBusy: number;
  readonly clock: Clock;
  readonly turn: Turn;
  readonly rota: Rota;
  /** What a client is told when Aedes ends its connection with this error. */
  reasonOf(error: Error): Reason;
}

/** Who speaks on the connection, from the moment it is known. */
export interface Speaker extends Inbound {
  /** There is room again for what waits for this client. */
  onRoom(): void;
}

/** greeting: until CONNECT · held: being admitted · joining: Aedes has it · open · closed */
type Phase = 'greeting' | 'held' | 'joining' | 'open' | 'closed';

const CONNECT_BYTE = 0x10;
const BUFFERED_BYTES = 64 * 1024;
const PINGRESP: Frame = { bytes: Buffer.from([PACKET.pingresp << 4, 0]), idAt: 0 };

export class Front extends Duplex {
  bytesIn = 0;
  bytesOut = 0;
  packetsIn = 0;
  packetsOut = 0;
  readonly #source: Duplex;
  readonly #events: FrontEvents;
  readonly #options: FrontOptions;
  readonly #frames: Frames;
  readonly #outbox: Outbox;
  /** Puts Aedes' answers together again; only for codecs that translate them. */
  #answers: Frames | undefined;
  #codec: Codec | undefined;
  #speaker: Speaker | undefined;
  #phase: Phase = 'greeting';
  /** Whole packets that wait: to be let in, for the one before them to be worked on, or for the next turn. */
  #early: Buffer[] = [];
  /** Something is being worked on, and what comes after it must find its effect. */
  #isAsking = false;
  #isSourceGone = false;
  #isShut = false;
  #lastReason: Reason | undefined;
  #isLingering = false;
  /** Held back by the publish pipeline. */
  #isHeld = false;
  /** It sends and does not read the answers. */
  #isPiledUp = false;
  /** It has had its share of this turn of the event loop, and the rest of what it said waits. */
  #isOverdue = false;
  readonly #share = newShare();
  #stopDraining = (): void => {};

  constructor(source: Duplex, options: FrontOptions, events: FrontEvents) {
    super({ readableHighWaterMark: BUFFERED_BYTES, writableHighWaterMark: BUFFERED_BYTES });
    this.#source = source;
    this.#events = events;
    this.#options = options;
    this.#frames = new Frames(options.greetingBytesMax);
    this.#outbox = new Outbox(source, options.turn, this);
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
    return this.#outbox.unsentBytes;
  }

  /** Largest remaining length a packet may announce from now on. */
  set packetBytesMax(bytes: number) {
    this.#frames.bytesMax = bytes;
  }

  /** Hands Aedes its CONNECT; `greet` and `open` must follow when it says CONNACK. */
  join(connect: Buffer, codec: Codec, speaker: Speaker): void {
    this.#phase = 'joining';
    this.#codec = codec;
    this.#speaker = speaker;
    this.push(connect);
  }

  /** Says CONNACK. */
  greet(connack: Buffer): void {
    if (this.#phase === 'joining') this.#outbox.putBytes(connack);
  }

  /** From now on everything flows. */
  open(): void {
    if (this.#phase !== 'joining') return;
    this.#phase = 'open';
    if (this.#isShut) {
      this.#end(this.#lastReason);
      return;
    }
    this.#goOn();
  }

  /** What follows waits for this; when it fails, the connection ends. */
  wait(work: Promise<void>): void {
    this.#isAsking = true;
    this.#source.pause();
    work.then(
      () => this.answered(),
      () => this.shut(),
    );
  }

  /** Aedes has answered SUBSCRIBE or UNSUBSCRIBE. */
  answered(): void {
    if (!this.#isAsking) return;
    this.#isAsking = false;
    this.#goOn();
  }

  /** One PUBLISH or acknowledgement for the client. */
  send(frame: Frame, packetId: number): void {
    this.#outbox.put(frame, packetId);
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

  /** Closes; while Aedes is still building the session up, as soon as it has. A client of MQTT 5 is told why. */
  shut(reason?: Reason): void {
    this.#isShut = true;
    this.#lastReason ??= reason;
    if (this.#phase !== 'joining') this.#end(reason);
  }

  /** Sends a last word and closes. What the client still sends is read and dropped, else its reset could eat the word. */
  sayLast(bytes: Buffer): void {
    this.#farewell(bytes);
    this.destroy();
  }

  onSent(bytes: number, packets: number): void {
    this.bytesOut += bytes;
    this.packetsOut += packets;
  }

  onBlocked(): void {
    this.#stopDraining = this.#options.clock.after(this.#options.drainTimeoutMs, () => this.destroy());
  }

  onFree(): void {
    this.#stopDraining();
    if (this.#phase === 'open') this.#speaker?.onRoom();
    if (!this.#isPiledUp) return;
    this.#isPiledUp = false;
    this.#resume();
  }

  override _read(): void {}

  /** Aedes writes; what it says is small, so it is never asked to wait. */
  override write(chunk: Buffer): boolean {
    if (this.#phase !== 'open') return true; // its CONNACK is ours to say, see greet
    const translate = this.#codec?.fromEngine;
    if (translate === undefined) {
      this.#outbox.putBytes(chunk);
      return true;
    }
    this.#answers ??= new Frames(BUFFERED_BYTES);
    this.#answers.add(chunk, (packets) => {
      for (let at = 0; at < packets.length; ) {
        const end = at + sizeAt(packets, at);
        const translated = this.#codec?.fromEngine?.(packets.subarray(at, end));
        if (translated !== undefined) this.#outbox.putBytes(translated);
        at = end;
      }
    });
    return true;
  }

  override cork(): void {}
  override uncork(): void {}

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (error !== null && this.#phase === 'open') {
      const word = this.#codec?.disconnect?.(this.#options.reasonOf(error));
      if (word !== undefined) this.#farewell(word);
    }
    this.#phase = 'closed';
    this.#early = [];
    this.#stopDraining();
    this.#outbox.close();
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
    this.packetsIn += count;
    switch (this.#phase) {
      case 'greeting':
        this.#greet(packets);
        break;
      case 'held':
      case 'joining':
        this.#early.push(packets);
        break;
      case 'open':
        this.#events.onHeard(count);
        if (this.#mustWait) this.#early.push(packets);
        else this.#take(packets);
        break;
      case 'closed':
        break;
    }
  };

  #greet(packets: Buffer): void {
    this.#phase = 'held';
    this.#source.pause();
    const size = sizeAt(packets, 0);
    if (size < packets.length) this.#early.push(packets.subarray(size));
    this.#events.onGreeting(packets.subarray(0, size));
  }

  get #mustWait(): boolean {
    return this.#isAsking || this.#isOverdue;
  }

  /** What waited goes its way, as far as it gets. */
  #goOn(): void {
    const early = this.#early;
    this.#early = [];
    for (const [at, packets] of early.entries()) {
      if (this.#mustWait) {
        this.#early.push(...early.slice(at));
        break;
      }
      this.#take(packets);
    }
    if (this.#isSourceGone && !this.#mustWait && this.#phase === 'open') this.#endReading();
    this.#resume();
  }

  #take(packets: Buffer): void {
    let at = 0;
    while (at < packets.length && this.#phase === 'open') {
      const end = at + sizeAt(packets, at);
      if (!this.#isAsking && !this.#options.rota.mayTake(this.#share, end - at)) this.#waitForTurn();
      if (this.#mustWait) {
        this.#early.push(packets.subarray(at));
        this.#source.pause();
        return;
      }
      const violation = this.#takeOne(packets, at, end);
      if (violation !== undefined) {
        this.#events.onViolation(violation);
        return;
      }
      at = end;
    }
    if (!this.#outbox.isBlocked || this.unsentBytes <= this.#options.unsentBytesBusy) return;
    this.#isPiledUp = true;
    this.#source.pause();
  }

  #waitForTurn(): void {
    this.#isOverdue = true;
    this.#options.rota.wait(() => {
      this.#isOverdue = false;
      this.#goOn();
    });
  }

  #takeOne(packets: Buffer, at: number, end: number): Violation | undefined {
    const type = (packets[at] ?? 0) >> 4;
    if (this.#codec === undefined || this.#speaker === undefined) return undefined;
    if (type >= PACKET.publish && type <= PACKET.pubcomp) return this.#codec.read(packets, at, end, this.#speaker);
    if (type === PACKET.pingreq && end - at === 2 && packets[at] === PACKET.pingreq << 4) {
      this.#outbox.put(PINGRESP, 0);
      return undefined;
    }
    // What comes after DISCONNECT is nobody's. [MQTT-3.14.4-2]
    this.#isAsking = type === PACKET.subscribe || type === PACKET.unsubscribe || type === PACKET.disconnect;
    const packet = packets.subarray(at, end);
    const forEngine = this.#codec.toEngine === undefined ? packet : this.#codec.toEngine(packet);
    if (Buffer.isBuffer(forEngine)) {
      this.push(forEngine);
      return undefined;
    }
    this.#isAsking = false;
    if ('reply' in forEngine) this.#outbox.putBytes(forEngine.reply);
    else if ('ends' in forEngine) this.shut();
    else return forEngine;
    return undefined;
  }

  #resume(): void {
    if (this.#phase !== 'open' || this.#mustWait || this.#isHeld || this.#isPiledUp) return;
    this.#source.resume();
  }

  #end(reason: Reason | undefined): void {
    const word = this.#phase === 'open' && reason !== undefined ? this.#codec?.disconnect?.(reason) : undefined;
    if (word === undefined) this.#outbox.flush();
    else this.#farewell(word);
    this.destroy();
  }

  #farewell(word: Buffer): void {
    if (this.#isLingering) return;
    this.#isLingering = true;
    this.#outbox.flush();
    this.bytesOut += word.length;
    this.packetsOut++;
    this.#source.off('data', this.#receive);
    this.#source.resume();
    this.#source.end(word);
    this.#options.clock.after(this.#options.lingerMs, () => this.#source.destroy());
  }

  #sourceGone(): void {
    if (this.#isSourceGone) return;
    this.#isSourceGone = true;
    // Aedes reads what came before the end, then closes by itself.
    if (this.#phase === 'open') this.#goOn();
    else if (this.#phase !== 'joining') this.destroy();
  }

  #endReading(): void {
    if (!this.destroyed) this.push(null);
  }
}

/** Size of the whole packet that begins at `start`. */
function sizeAt(packets: Buffer, start: number): number {
  const body = bodyAt(packets, start);
  let remaining = 0;
  for (let at = body - 1; at > start; at--) remaining = remaining * 0x80 + ((packets[at] ?? 0) & 0x7f);
  return body - start + remaining;
}
