/**
 * Times that one device gave its readings lately. The same time and values said again are the same measurement; other
 * values of that time are another one: many clocks have whole seconds, and some stand still. Each measurement has a
 * millisecond of its own, so that none replaces another in the store.
 */
import type { ReadingsReport } from '../../domain/report.ts';

/** Measurements remembered; more than fit in one message. */
const REMEMBERED_MAX = 512;
/** A time so far from the last one has nothing to do with it. */
const APART_MS = 1000;

type Metrics = ReadingsReport['metrics'];

export class SaidTimes {
  /** Side by side, in the order of arrival from `#oldest` on, round and round. */
  readonly #said: number[] = [];
  readonly #kept: number[] = [];
  readonly #metrics: Metrics[] = [];
  #oldest = 0;
  #lastSaidMs = Number.NEGATIVE_INFINITY;
  #newestMs = Number.NEGATIVE_INFINITY;
  /** What was said for the measurement that was forgotten last. */
  #forgottenMs = Number.NaN;

  /** The time at which it is kept: what was said, where that is free or has the same. */
  place(saidMs: number, metrics: Metrics): number {
    if (Math.abs(saidMs - this.#lastSaidMs) >= APART_MS) this.#clear();
    this.#lastSaidMs = saidMs;
    // Most clocks go on between two readings.
    const sameMs = saidMs > this.#newestMs ? undefined : this.#same(saidMs, metrics);
    const isTaken = sameMs === undefined && saidMs <= this.#newestMs && this.#isTaken(saidMs);
    const atMs = isTaken ? this.#newestMs + 1 : (sameMs ?? saidMs);
    if (sameMs === undefined || !this.#isKnown(saidMs, metrics)) this.#add(saidMs, atMs, metrics);
    return atMs;
  }

  /** Where this time has nothing that speaks against it. */
  #same(saidMs: number, metrics: Metrics): number | undefined {
    const others = new Set<number>();
    for (const [at, known] of this.#metrics.entries()) {
      const keptMs = this.#kept[at];
      if (this.#said[at] === saidMs && keptMs !== undefined && differs(metrics, known)) others.add(keptMs);
    }
    return this.#kept.find((keptMs, at) => this.#said[at] === saidMs && !others.has(keptMs));
  }

  #isTaken = (saidMs: number): boolean => this.#kept.includes(saidMs) || saidMs === this.#forgottenMs;

  #isKnown(saidMs: number, metrics: Metrics): boolean {
    return this.#metrics.some((known, at) => this.#said[at] === saidMs && isPartOf(metrics, known));
  }

  #add(saidMs: number, atMs: number, metrics: Metrics): void {
    this.#newestMs = Math.max(this.#newestMs, atMs);
    const at = this.#said.length < REMEMBERED_MAX ? this.#said.length : this.#oldest;
    if (at < this.#said.length) {
      this.#forgottenMs = this.#said[at] ?? Number.NaN;
      this.#oldest = (at + 1) % REMEMBERED_MAX;
    }
    this.#said[at] = saidMs;
    this.#kept[at] = atMs;
    this.#metrics[at] = metrics;
  }

  #clear(): void {
    this.#said.length = 0;
    this.#kept.length = 0;
    this.#metrics.length = 0;
    this.#oldest = 0;
    this.#newestMs = Number.NEGATIVE_INFINITY;
    this.#forgottenMs = Number.NaN;
  }
}

/** They have a metric in common, and disagree about it. */
function differs(metrics: Metrics, other: Metrics): boolean {
  for (const [name, value] of metrics) {
    const known = other.get(name);
    if (known !== undefined && known !== value) return true;
  }
  return false;
}

export function isPartOf(metrics: Metrics, other: Metrics): boolean {
  for (const [name, value] of metrics) if (other.get(name) !== value) return false;
  return true;
}
