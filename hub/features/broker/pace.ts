/**
 * How fast one client may send: messages and bytes a second, and bursts beyond. Whoever sends faster is read more
 * slowly: its socket fills up and it has to wait, and nothing is lost.
 */
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { Clock } from '../../lib/clock.ts';
import type { BrokerLimits } from './limits.ts';

export type PaceLimits = Pick<
  BrokerLimits,
  'messagesPerSMax' | 'messagesBurstMax' | 'publishBytesPerSMax' | 'publishBytesBurstMax'
>;

const SECOND_MS = 1000;
/** It is not looked at more often than this whether somebody has waited long enough. */
const WAIT_MS_MIN = 10;

/** Two buckets that fill with time and are emptied by messages; what was read already may take them below zero. */
export class Pace {
  readonly #limits: PaceLimits;
  #messages: number;
  #bytes: number;
  #atMs: number;

  constructor(limits: PaceLimits, nowMs: number) {
    this.#limits = limits;
    this.#messages = limits.messagesBurstMax;
    this.#bytes = limits.publishBytesBurstMax;
    this.#atMs = nowMs;
  }

  /** Before what arrived at this time is spent. */
  refill(nowMs: number): void {
    const { messagesPerSMax, messagesBurstMax, publishBytesPerSMax, publishBytesBurstMax } = this.#limits;
    // The clock was set back: time begins anew.
    const seconds = Math.max(0, nowMs - this.#atMs) / SECOND_MS;
    this.#atMs = nowMs;
    this.#messages = Math.min(messagesBurstMax, this.#messages + seconds * messagesPerSMax);
    this.#bytes = Math.min(publishBytesBurstMax, this.#bytes + seconds * publishBytesPerSMax);
  }

  /** One message; false: that was too much. */
  spend(bytes: number): boolean {
    this.#messages--;
    this.#bytes -= bytes;
    return this.#messages >= 0 && this.#bytes >= 0;
  }

  /** Until nothing is owed; 0: nothing is. */
  get waitMs(): number {
    const { messagesPerSMax, publishBytesPerSMax } = this.#limits;
    const seconds = Math.max(-this.#messages / messagesPerSMax, -this.#bytes / publishBytesPerSMax);
    return seconds <= 0 ? 0 : Math.max(WAIT_MS_MIN, Math.ceil(seconds * SECOND_MS));
  }
}

/** Somebody whose reading can be stopped for a while. */
export interface Paced {
  readonly pace: Pace;
  hold(why: 'rate'): void;
  release(why: 'rate'): void;
}

/** Does not read from this client until it owes nothing. */
export function slowDown(client: Paced, clock: Clock): void {
  client.hold('rate');
  const wait = (): void => {
    clock.after(client.pace.waitMs, () => {
      client.pace.refill(clock.nowMs());
      if (client.pace.waitMs > 0) wait();
      else client.release('rate');
    });
  };
  wait();
}

/** What is told of it. */
export const slowFacts = ({ messagesPerSMax, publishBytesPerSMax }: PaceLimits) =>
  ({
    code: 'CLIENT_SLOWED',
    action: 'publish',
    detail: `It sends more than ${messagesPerSMax} messages or ${publishBytesPerSMax} bytes a second.`,
  }) satisfies Partial<RefusalFacts>;
