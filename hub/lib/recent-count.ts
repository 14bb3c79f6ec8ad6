/** How often something happened in the last minute, to a twelfth of it. */
import type { Clock } from './clock.ts';

const SLICE_MS = 5_000;
const SLICES = 12;

export class RecentCount {
  readonly #clock: Clock;
  readonly #counts: number[] = Array.from({ length: SLICES }, () => 0);
  #slice = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(): void {
    this.#turn();
    const at = this.#slice % SLICES;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  count(): number {
    this.#turn();
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Empties the slices that have passed since the last time; all of them when the clock was set back. */
  #turn(): void {
    const now = Math.floor(this.#clock.nowMs() / SLICE_MS);
    const passed = now - this.#slice;
    const stale = passed < 0 ? SLICES : Math.min(passed, SLICES);
    for (let at = 1; at <= stale; at++) this.#counts[(now - stale + at) % SLICES] = 0;
    this.#slice = now;
  }
}
