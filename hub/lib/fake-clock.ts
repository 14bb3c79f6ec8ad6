/** A clock that moves only when told to; for tests and simulations. */
import type { Clock } from './clock.ts';

interface Alarm {
  atMs: number;
  everyMs: number | undefined;
  callback: () => void;
}

export class FakeClock implements Clock {
  #nowMs: number;
  /** What somebody has set it forward, in all. */
  #jumpedMs = 0;
  readonly #alarms = new Set<Alarm>();

  constructor(nowMs = Date.UTC(2026, 10, 20, 12)) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  steadyMs(): number {
    return this.#nowMs - this.#jumpedMs;
  }

  after(ms: number, callback: () => void): () => void {
    return this.#add({ atMs: this.#nowMs + ms, everyMs: undefined, callback });
  }

  every(ms: number, callback: () => void): () => void {
    return this.#add({ atMs: this.#nowMs + ms, everyMs: ms, callback });
  }

  /** Moves time forward, calling what becomes due in order of its time. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let due = this.#nextBefore(endMs); due !== undefined; due = this.#nextBefore(endMs)) {
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      if (due.everyMs === undefined) this.#alarms.delete(due);
      else due.atMs += due.everyMs;
      due.callback();
    }
    this.#nowMs = endMs;
  }

  /** Somebody sets the clock: another time, and timers go on as if nothing had been. */
  jump(ms: number): void {
    this.#nowMs += ms;
    this.#jumpedMs += ms;
    for (const alarm of this.#alarms) alarm.atMs += ms;
  }

  #add(alarm: Alarm): () => void {
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  #nextBefore(endMs: number): Alarm | undefined {
    let next: Alarm | undefined;
    for (const alarm of this.#alarms) {
      if (alarm.atMs <= endMs && (next === undefined || alarm.atMs < next.atMs)) next = alarm;
    }
    return next;
  }
}
