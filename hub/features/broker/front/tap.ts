/** What is read from one socket, and why not: it is read again when no reason is left. */
import type { Duplex } from 'node:stream';

/** Reasons not to read, one bit each. */
export const PAUSE = {
  /** It has not been let in yet. */
  greeting: 1,
  /** Something is being worked on, and what comes after it must find its effect. */
  asking: 2,
  /** The publish pipeline has enough of it. */
  held: 4,
  /** It sends and does not read the answers. */
  piledUp: 8,
  /** It has had its share of this turn of the event loop. */
  turn: 16,
  /** It sends faster than a client may. */
  rate: 32,
} as const;

export class Tap {
  readonly #source: Duplex;
  #reasons = 0;

  constructor(source: Duplex) {
    this.#source = source;
  }

  isShutFor(reason: number): boolean {
    return (this.#reasons & reason) !== 0;
  }

  shut(reason: number): void {
    if (this.#reasons === 0) this.#source.pause();
    this.#reasons |= reason;
  }

  open(reason: number): void {
    if (this.#reasons === 0) return;
    this.#reasons &= ~reason;
    if (this.#reasons === 0) this.#source.resume();
  }
}
