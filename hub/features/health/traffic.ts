/** Messages per second, now and in each of the last sixty minutes. */
import type { HealthMinute } from '../../contract/live.ts';

export const MINUTES_KEPT = 60;
const MINUTE_MS = 60_000;

interface Totals {
  readonly publishesIn: number;
  readonly publishesOut: number;
}

export class Traffic {
  messagesInPerS = 0;
  messagesOutPerS = 0;
  /** Oldest first. */
  #minutes: HealthMinute[] = [];
  #last: Totals & { atMs: number };
  #minute: Totals & { atMs: number };

  constructor(totals: Totals, atMs: number) {
    this.#last = { ...pick(totals), atMs };
    this.#minute = this.#last;
  }

  get minutes(): readonly HealthMinute[] {
    return this.#minutes;
  }

  note(totals: Totals, atMs: number): void {
    const now = { ...pick(totals), atMs };
    // A clock that was set back says nothing about rates.
    if (atMs < this.#last.atMs) this.#minute = now;
    if (atMs <= this.#last.atMs) {
      this.#last = now;
      return;
    }
    const { inPerS, outPerS } = ratesBetween(this.#last, now);
    this.messagesInPerS = inPerS;
    this.messagesOutPerS = outPerS;
    this.#last = now;
    if (atMs - this.#minute.atMs < MINUTE_MS) return;
    const minute = { atMs: this.#minute.atMs, ...ratesBetween(this.#minute, now) };
    this.#minutes = [...this.#minutes, minute].slice(-MINUTES_KEPT);
    this.#minute = now;
  }
}

const pick = ({ publishesIn, publishesOut }: Totals): Totals => ({ publishesIn, publishesOut });

function ratesBetween(from: Totals & { atMs: number }, to: Totals & { atMs: number }) {
  const seconds = (to.atMs - from.atMs) / 1000;
  return {
    inPerS: rounded((to.publishesIn - from.publishesIn) / seconds),
    outPerS: rounded((to.publishesOut - from.publishesOut) / seconds),
  };
}

const rounded = (rate: number): number => Math.round(rate * 100) / 100;
