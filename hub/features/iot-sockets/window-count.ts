/** Counts per key in windows of time: how often something happened lately. */

export interface WindowLimits {
  readonly max: number;
  readonly windowMs: number;
  readonly keysMax: number;
}

export class WindowCount {
  readonly #limits: WindowLimits;
  readonly #counts = new Map<string, { sinceMs: number; count: number }>();

  constructor(limits: WindowLimits) {
    this.#limits = limits;
  }

  /** Counts once more; true: it is too much. */
  isTooMuch(key: string, nowMs: number): boolean {
    const { max, windowMs, keysMax } = this.#limits;
    const known = this.#counts.get(key);
    if (known !== undefined && nowMs - known.sinceMs < windowMs && nowMs >= known.sinceMs) return ++known.count > max;
    this.#counts.delete(key);
    this.#counts.set(key, { sinceMs: nowMs, count: 1 });
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > keysMax && oldest !== undefined) this.#counts.delete(oldest);
    return false;
  }
}
