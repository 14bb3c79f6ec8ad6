/**
 * Times that one device gave its readings lately. The same time and values said again are the same measurement; other
 * values of that time are another one: many clocks have whole seconds, and some stand still. Each measurement has a
 * millisecond of its own, so that none replaces another in the store.
 */
import type { ReadingsReport } from '../../domain/report.ts';

/** Measurements remembered; more than fit in one message. */
const REMEMBERED_MAX = 512;
/** As long as a clock goes on, what it said so long before is forgotten: who speaks twice a second needs no 512. */
const REMEMBERED_MS = 10_000;
/** A repetition comes soon: so many measurements of one time are looked at, the last ones first. */
const REPEATS_LOOKED_AT = 16;
/** A time so far from the last one has nothing to do with it, unless measurements of that one are kept up to there. */
const APART_MS = 1000;

type Metrics = ReadingsReport['metrics'];
const NOTHING = { fromMs: Number.NaN, toMs: Number.NaN };

export class SaidTimes {
  /** Side by side, in the order of arrival; full, the next one drives out the oldest. */
  readonly #said: number[] = [];
  readonly #kept: number[] = [];
  readonly #metrics: Metrics[] = [];
  /** Those before this one are forgotten. */
  #first = 0;
  #lastSaidMs = Number.NEGATIVE_INFINITY;
  #newestMs = Number.NEGATIVE_INFINITY;
  /** Of the measurement that was forgotten last: what was said, and where it is kept. Others of that time lie between. */
  #forgotten = NOTHING;

  /** The time at which it is kept: what was said, where that is free or has the same. */
  place(saidMs: number, metrics: Metrics): number {
    const isReached = saidMs > this.#lastSaidMs && saidMs <= this.#newestMs;
    if (Math.abs(saidMs - this.#lastSaidMs) >= APART_MS && !isReached) this.#clear();
    this.#lastSaidMs = saidMs;
    // Most clocks go on between two readings.
    if (saidMs > this.#newestMs) return this.#add(saidMs, saidMs, metrics);
    const same = this.#same(saidMs, metrics);
    if (same?.isKnown) return same.atMs;
    // However many came after it: what is kept at the time that was said has no receipt by which it would be recognised.
    if (this.#hasAtItsTime(saidMs, metrics)) return saidMs;
    const { fromMs, toMs } = this.#forgotten;
    const isTaken = this.#kept.includes(saidMs, this.#first) || (saidMs >= fromMs && saidMs <= toMs);
    return this.#add(saidMs, same?.atMs ?? (isTaken ? this.#newestMs + 1 : saidMs), metrics);
  }

  /** Where this time has nothing that speaks against it; `isKnown`: all of it is there. */
  #same(saidMs: number, metrics: Metrics): { atMs: number; isKnown: boolean } | undefined {
    const against: number[] = [];
    const alike: { atMs: number; isKnown: boolean }[] = [];
    let looked = 0;
    for (let at = this.#said.length - 1; at >= this.#first && looked < REPEATS_LOOKED_AT; at--) {
      const atMs = this.#kept[at];
      const known = this.#metrics[at];
      if (this.#said[at] !== saidMs || atMs === undefined || known === undefined) continue;
      looked++;
      if (differs(metrics, known)) against.push(atMs);
      else alike.push({ atMs, isKnown: isPartOf(metrics, known) });
    }
    const free = alike.filter(({ atMs }) => !against.includes(atMs));
    return free.find(({ isKnown }) => isKnown) ?? free[0];
  }

  #hasAtItsTime(saidMs: number, metrics: Metrics): boolean {
    for (let at = this.#kept.indexOf(saidMs, this.#first); at !== -1; at = this.#kept.indexOf(saidMs, at + 1)) {
      const known = this.#metrics[at];
      if (this.#said[at] === saidMs && known !== undefined && isPartOf(metrics, known)) return true;
    }
    return false;
  }

  #add(saidMs: number, atMs: number, metrics: Metrics): number {
    this.#newestMs = Math.max(this.#newestMs, atMs);
    if (this.#said.length - this.#first === REMEMBERED_MAX) this.#forgetOldest();
    while (saidMs - (this.#said[this.#first] ?? saidMs) >= REMEMBERED_MS) this.#forgetOldest();
    this.#said.push(saidMs);
    this.#kept.push(atMs);
    this.#metrics.push(metrics);
    return atMs;
  }

  #forgetOldest(): void {
    const fromMs = this.#said[this.#first];
    const toMs = this.#kept[this.#first];
    if (fromMs === undefined || toMs === undefined) return;
    this.#forgotten = { fromMs, toMs };
    this.#first++;
    // Cutting off one costs as much as cutting off half.
    if (this.#first * 2 < this.#said.length) return;
    for (const list of [this.#said, this.#kept, this.#metrics]) list.splice(0, this.#first);
    this.#first = 0;
  }

  #clear(): void {
    this.#said.length = 0;
    this.#kept.length = 0;
    this.#metrics.length = 0;
    this.#first = 0;
    this.#newestMs = Number.NEGATIVE_INFINITY;
    this.#forgotten = NOTHING;
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
