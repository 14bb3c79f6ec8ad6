/**
 * One connection, between its socket (or WebSocket stream) and the broker, bounding what may arrive before anything
 * keeps it. Publishes and their acknowledgements go to the session, SUBSCRIBE and UNSUBSCRIBE to Aedes. It holds back
 * everything after CONNECT until the broker has let the client in. There are thousands of these: no stream of its own,
 * no timer and no closure that is not needed yet.
 */
import type { Duplex } from 'node:stream';
import type { Clock } from '../../../lib/clock.ts';
import { type Codec, type Frame, type Inbound, PACKET, type Reason, type Violation } from './codec.ts';
import { bodyAt } from './codec-v3.ts';
import { type FrameProblem, Frames } from './frames.ts';
import { Outbox, type Turn } from './outbox.ts';
import { newShare, type Rota } from './rota.ts';

/** One object for all connections. */
export interface FrontEvents {
  /** The first packet came whole; it has the type CONNECT. What follows is held until `open`. */
  onGreeting(front: Front, packet: Buffer): void;
  /** Whole packets arrived on the open connection. */
  onHeard(front: Front, count: number): void;
  onProblem(front: Front, problem: FrameProblem | 'not-connect', firstByte: number): void;
  /** A packet of the open connection breaks the protocol. */
  onViolation(front: Front, violation: Violation): void;
  /** SUBSCRIBE or UNSUBSCRIBE, in the words of 3.1.1; what follows waits until it is `answered`. */
  onRequest(front: Front, packet: Buffer): void;
  /** The client said DISCONNECT; the front closes by itself. */
  onFarewell(front: Front): void;
  /** The front has closed, for whatever reason. */
  onClosed(front: Front): void;
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
  readonly events: FrontEvents;
}

/** Who speaks on the connection, from the moment it is known. */
export interface Speaker extends Inbound {
  /** There is room again for what waits for this client. */
  onRoom(): void;
  /** When everything the client published is on its way to its subscribers; undefined: it is. */
  untilPublished(): Promise<void> | undefined;
}

/** greeting: until CONNECT · held: being admitted · joining: its session is being begun · open · closed */
type Phase = 'greeting' | 'held' | 'joining' | 'open' | 'closed';

const CONNECT_BYTE = 0x10;
/** The largest answer of Aedes: a SUBACK has a byte for each filter. */
const ANSWER_BYTES_MAX = 64 * 1024;
const PINGRESP: Frame = { bytes: Buffer.from([PACKET.pingresp << 4, 0]), idAt: 0 };
const NOTHING: readonly never[] = [];
const nothing = (): void => {};

export class Front {
  bytesIn = 0;
  bytesOut = 0;
  packetsIn = 0;
  packetsOut = 0;
  readonly #source: Duplex;
  readonly #options: FrontOptions;
  readonly #frames: Frames;
  readonly #outbox: Outbox;
  /** Puts Aedes' answers together again; only for codecs that translate them. */
  #answers: Frames | undefined;
  #codec: Codec | undefined;
  #speaker: Speaker | undefined;
  #phase: Phase = 'greeting';
  /** Whole packets that wait: to be let in, for the one before them to be worked on, or for the next turn. */
  #early: readonly Buffer[] = NOTHING;
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
  /** The rest of what it said waits for the next turn. */
  #isOverdue = false;
  readonly #share = newShare();
  #stopDraining = nothing;

  constructor(source: Duplex, options: FrontOptions) {
    this.#source = source;
    this.#options = options;
    this.#frames = new Frames(options.greetingBytesMax);
    this.#outbox = new Outbox(source, options.turn, this);
    // A broken socket ends the connection like a closed one; which of the two it was is nobody's concern here.
    const gone = (): void => this.#sourceGone();
    source.on('error', gone).on('end', gone).on('close', gone).on('data', this.#receive);
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

  /** Who it is: `greet` and `open` must follow. */
  join(codec: Codec, speaker: Speaker): void {
    this.#phase = 'joining';
    this.#codec = codec;
    this.#speaker = speaker;
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

  /** Closes; while the session is being begun, as soon as it has. A client of MQTT 5 is told why. */
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

  /** Aedes answers SUBSCRIBE and UNSUBSCRIBE, in the words of 3.1.1. */
  say(chunk: Buffer): void {
    if (this.#phase !== 'open') return;
    const translate = this.#codec?.fromEngine;
    if (translate === undefined) {
      this.#outbox.putBytes(chunk);
      return;
    }
    this.#answers ??= new Frames(ANSWER_BYTES_MAX);
    this.#answers.add(chunk, (packets) => {
      for (let at = 0; at < packets.length; ) {
        const end = at + sizeAt(packets, at);
        const translated = this.#codec?.fromEngine?.(packets.subarray(at, end));
        if (translated !== undefined) this.#outbox.putBytes(translated);
        at = end;
      }
    });
  }

  /** Closes without a word; what has not gone out is dropped. */
  destroy(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#early = NOTHING;
    this.#stopDraining();
    this.#outbox.close();
    if (!this.#isLingering) this.#source.destroy();
    this.#options.events.onClosed(this);
  }

  readonly #receive = (chunk: Buffer): void => {
    if (this.#phase === 'closed') return;
    this.bytesIn += chunk.length;
    const first = chunk[0] ?? CONNECT_BYTE;
    // Nothing arrived before this chunk: the very first byte must be a CONNECT. [MQTT-3.1.0-1]
    if (this.bytesIn === chunk.length && first !== CONNECT_BYTE) {
      this.#options.events.onProblem(this, 'not-connect', first);
      return;
    }
    const problem = this.#frames.add(chunk, this.#sink);
    if (problem !== undefined) this.#options.events.onProblem(this, problem, first);
  };

  readonly #sink = (packets: Buffer, count: number): void => {
    this.packetsIn += count;
    switch (this.#phase) {
      case 'greeting':
        this.#greet(packets);
        break;
      case 'held':
      case 'joining':
        this.#keep(packets);
        break;
      case 'open':
        this.#options.events.onHeard(this, count);
        if (this.#isAsking || this.#isOverdue) this.#keep(packets);
        else this.#take(packets);
        break;
      case 'closed':
        break;
    }
  };

  /** They wait, and no more are read. */
  #keep(packets: Buffer): void {
    this.#source.pause();
    this.#early = [...this.#early, packets];
  }

  #greet(packets: Buffer): void {
    this.#phase = 'held';
    const size = sizeAt(packets, 0);
    if (size < packets.length) this.#keep(packets.subarray(size));
    this.#options.events.onGreeting(this, packets.subarray(0, size));
  }

  /** What waited goes its way, as far as it gets. */
  #goOn(): void {
    const early = this.#early;
    this.#early = NOTHING;
    for (const [at, packets] of early.entries()) {
      if (this.#isAsking || this.#isOverdue) {
        this.#early = [...this.#early, ...early.slice(at)];
        break;
      }
      this.#take(packets);
    }
    // What a client said before it left counts.
    if (this.#isSourceGone && !(this.#isAsking || this.#isOverdue)) this.destroy();
    else this.#resume();
  }

  #take(packets: Buffer): void {
    let at = 0;
    while (at < packets.length && this.#phase === 'open') {
      const end = at + sizeAt(packets, at);
      if (!this.#isAsking && !this.#options.rota.mayTake(this.#share, end - at)) this.#waitForTurn();
      if (this.#isAsking || this.#isOverdue) {
        this.#early = [packets.subarray(at), ...this.#early];
        this.#source.pause();
        return;
      }
      const violation = this.#takeOne(packets, at, end);
      if (violation !== undefined) {
        this.#options.events.onViolation(this, violation);
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
      if (this.#phase === 'open') this.#goOn();
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
    const packet = packets.subarray(at, end);
    const forEngine = this.#codec.toEngine === undefined ? packet : this.#codec.toEngine(packet);
    if (Buffer.isBuffer(forEngine)) this.#pass(type, forEngine);
    else if ('reply' in forEngine) this.#outbox.putBytes(forEngine.reply);
    else if ('ends' in forEngine) this.shut();
    else return forEngine;
    return undefined;
  }

  #pass(type: number, packet: Buffer): void {
    if (type === PACKET.disconnect) {
      // What comes after DISCONNECT is nobody's. [MQTT-3.14.4-2]
      this.#options.events.onFarewell(this);
      this.shut();
      return;
    }
    this.#isAsking = true;
    // What it published before is retained then, and no news to its new subscription. [MQTT-3.3.1-9] (3.1.1: 3.3.1-8)
    const published = type === PACKET.subscribe ? this.#speaker?.untilPublished() : undefined;
    if (published === undefined) this.#options.events.onRequest(this, packet);
    else void published.then(() => this.#phase === 'open' && this.#options.events.onRequest(this, packet));
  }

  #resume(): void {
    if (this.#phase !== 'open' || this.#isAsking || this.#isOverdue || this.#isHeld || this.#isPiledUp) return;
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
    // What it said behind CONNECT waits for its turn, and counts; see open, answered and goOn.
    const isHeard = this.#phase === 'joining' || (this.#phase === 'held' && this.#early.length > 0);
    if (isHeard || (this.#phase === 'open' && (this.#isAsking || this.#isOverdue))) return;
    this.destroy();
  }
}

/** Size of the whole packet that begins at `start`. */
function sizeAt(packets: Buffer, start: number): number {
  const body = bodyAt(packets, start);
  let remaining = 0;
  for (let at = body - 1; at > start; at--) remaining = remaining * 0x80 + ((packets[at] ?? 0) & 0x7f);
  return body - start + remaining;
}
