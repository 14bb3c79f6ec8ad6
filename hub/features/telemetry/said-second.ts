/**
 * Readings of one second that their device gave a time. The same time and values said again are the same measurement;
 * other values of that time are another one: many clocks have whole seconds, and count no further. Each measurement has a
 * millisecond of its own, so that none replaces another in the store.
 */
import type { ReadingsReport } from '../../domain/report.ts';

/** Measurements remembered of one second; later ones have a place of their own, and are not recognised again. */
const PLACES_MAX = 1000;
/** A repetition comes soon: the last so many measurements of one time are looked at. */
const REPEATS_LOOKED_AT = 16;
const SECOND_MS = 1000;

type Metrics = ReadingsReport['metrics'];

interface Place {
  readonly atMs: number;
  /** What was said for it: messages of one time may have one metric each. */
  readonly said: Metrics[];
}

export const secondOf = (atMs: number): number => Math.floor(atMs / SECOND_MS);

export class SaidSecond {
  readonly second: number;
  /** By the time that was said. */
  readonly #places = new Map<number, Place[]>();
  readonly #taken = new Set<number>();
  #lastMs = 0;

  constructor(second: number) {
    this.second = second;
  }

  /** The time at which it is kept: what was said, where that is free or has the same. */
  place(saidMs: number, metrics: Metrics): number {
    const known = this.#places.get(saidMs) ?? [];
    const same = known.slice(-REPEATS_LOOKED_AT).find(({ said }) => !said.some((other) => differs(metrics, other)));
    if (same !== undefined) {
      if (!same.said.some((other) => isPartOf(metrics, other))) same.said.push(metrics);
      return same.atMs;
    }
    const atMs = this.#taken.has(saidMs) ? this.#lastMs + 1 : saidMs;
    this.#lastMs = Math.max(this.#lastMs, atMs);
    if (this.#taken.size >= PLACES_MAX) return atMs;
    this.#taken.add(atMs);
    this.#places.set(saidMs, [...known, { atMs, said: [metrics] }]);
    return atMs;
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
