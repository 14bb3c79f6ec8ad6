/**
 * What waits for all sessions together. One session's queue is bounded by itself, but there may be thousands of them:
 * when all of it is too much, the longest queues are cut to the share that everybody may have, and the others keep theirs.
 */
import type { BrokerLimits } from './limits.ts';

/** A queue as it is seen from here. */
interface Trimmable {
  readonly waiting: number;
  /** Drops the oldest beyond this; those on their way to a client stay. */
  trim(bounds: { messages: number; bytes: number }): void;
}

/** Room that is made at a time, so that the next message does not ask for it again. */
const FILLED_AFTER_TRIM = 0.9;
/** What cannot be dropped may stay: nobody looks again before this much more has come. */
const GROWTH_BEFORE_NEXT_TRIM = 0.01;

export class Crowd {
  messages = 0;
  bytes = 0;
  readonly #limits: Pick<BrokerLimits, 'queuedMessagesInAllMax' | 'queuedBytesInAllMax'>;
  readonly #everybody: () => Iterable<Trimmable>;
  #trimAbove: { messages: number; bytes: number };

  constructor(
    limits: Pick<BrokerLimits, 'queuedMessagesInAllMax' | 'queuedBytesInAllMax'>,
    everybody: () => Iterable<Trimmable>,
  ) {
    this.#limits = limits;
    this.#everybody = everybody;
    this.#trimAbove = { messages: limits.queuedMessagesInAllMax, bytes: limits.queuedBytesInAllMax };
  }

  count(messages: number, bytes: number): void {
    this.messages += messages;
    this.bytes += bytes;
  }

  /** To be called when a queue has grown. */
  bound(): void {
    if (this.messages <= this.#trimAbove.messages && this.bytes <= this.#trimAbove.bytes) return;
    const { queuedMessagesInAllMax, queuedBytesInAllMax } = this.#limits;
    const waiting = [...this.#everybody()].filter((queue) => queue.waiting > 0);
    const share = FILLED_AFTER_TRIM / Math.max(1, waiting.length);
    const bounds = {
      messages: Math.floor(queuedMessagesInAllMax * share),
      bytes: Math.floor(queuedBytesInAllMax * share),
    };
    for (const queue of waiting) queue.trim(bounds);
    this.#trimAbove = {
      messages: Math.max(queuedMessagesInAllMax, this.messages + queuedMessagesInAllMax * GROWTH_BEFORE_NEXT_TRIM),
      bytes: Math.max(queuedBytesInAllMax, this.bytes + queuedBytesInAllMax * GROWTH_BEFORE_NEXT_TRIM),
    };
  }
}
