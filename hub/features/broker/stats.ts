/** What the broker counts, and how long storing takes: a histogram of the last minute that never grows. */
import type { Clock } from '../../lib/clock.ts';

export interface BrokerStats {
  readonly clients: number;
  /** Publishes received and delivered since the start. */
  readonly messagesIn: number;
  readonly messagesOut: number;
  /** Of their payloads. */
  readonly publishBytesIn: number;
  readonly publishBytesOut: number;
  /** MQTT packets of every kind. */
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Refused connections, publishes and subscriptions since the start. */
  readonly refused: number;
  /** QoS 0 deliveries left out because the client did not read. */
  readonly leftOut: number;
  /** Messages dropped because a session was owed too many. */
  readonly dropped: number;
  /** Messages that wait for clients and for groups of shared subscriptions, whether anybody is there or not. */
  readonly waiting: number;
  readonly waitingBytes: number;
  /** Sent to clients that have not acknowledged them yet. */
  readonly inFlight: number;
  readonly retained: number;
  /** Of their names and payloads. */
  readonly retainedBytes: number;
  /** Messages kept for later, each once: those that are retained, and those that sessions or groups are owed. */
  readonly storedMessages: number;
  /** Of their names and payloads. */
  readonly storedBytes: number;
  /** The shared ones included. */
  readonly subscriptions: number;
  readonly sharedSubscriptions: number;
  readonly keptSessions: number;
  /** Those of them whose client is not there. */
  readonly keptSessionsAway: number;
  /** Kept sessions whose client stayed away too long. */
  readonly sessionsExpired: number;
  readonly commitFailures: number;
  /** From receiving a stored message to its acknowledgement, 95th percentile of the last minute; null: none. */
  readonly commitMs: number | null;
}

const SLICE_MS = 10_000;
const SLICES = 6;
const PERCENTILE = 0.95;
/** Bucket n holds times up to 0.05 ms · 1.25^n: 64 of them reach a minute, within a quarter of the true value. */
const BUCKETS = 64;
const FIRST_MS = 0.05;
const GROWTH = 1.25;
const LOG_GROWTH = Math.log(GROWTH);

export class Latency {
  readonly #clock: Clock;
  readonly #slices = Array.from({ length: SLICES }, () => new Uint32Array(BUCKETS));
  #slice = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#slice = this.#now();
  }

  add(ms: number): void {
    this.#turn();
    const bucket = ms <= FIRST_MS ? 0 : Math.ceil(Math.log(ms / FIRST_MS) / LOG_GROWTH);
    const counts = this.#slices[this.#slice % SLICES];
    const at = Math.min(bucket, BUCKETS - 1);
    if (counts !== undefined) counts[at] = (counts[at] ?? 0) + 1;
  }

  /** Upper edge of the bucket in which the percentile lies, rounded to hundredths. */
  p95(): number | null {
    this.#turn();
    const sums = new Float64Array(BUCKETS);
    for (const counts of this.#slices) {
      counts.forEach((count, at) => {
        sums[at] = (sums[at] ?? 0) + count;
      });
    }
    const total = sums.reduce((sum, count) => sum + count, 0);
    if (total === 0) return null;
    let below = 0;
    const bucket = sums.findIndex((count) => {
      below += count;
      return below >= total * PERCENTILE;
    });
    return Math.round(FIRST_MS * GROWTH ** bucket * 100) / 100;
  }

  /** Empties the slices whose time has come round again. */
  #turn(): void {
    const now = this.#now();
    const passed = Math.min(now - this.#slice, SLICES);
    for (let step = 1; step <= passed; step++) this.#slices[(this.#slice + step) % SLICES]?.fill(0);
    this.#slice = now;
  }

  #now(): number {
    return Math.floor(this.#clock.nowMs() / SLICE_MS);
  }
}

/** Plain counters; the broker adds to them where things happen. */
export class Counters {
  messagesIn = 0;
  messagesOut = 0;
  publishBytesIn = 0;
  publishBytesOut = 0;
  /** Of connections that have ended; those that are open are asked. */
  bytesInEnded = 0;
  bytesOutEnded = 0;
  packetsInEnded = 0;
  packetsOutEnded = 0;
  refused = 0;
  leftOut = 0;
  dropped = 0;
  commitFailures = 0;
}
