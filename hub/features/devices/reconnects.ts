/** How often a device came back since the hub started; counted by the hour, so that one that flaps costs no more. */
import type { Departure, DeviceConnection } from '../../contract/device.ts';

const HOUR_MS = 3_600_000;
/** Hours that are told apart: the present one and those before it. */
export const RECONNECT_HOURS_MAX = 24;

interface Hour {
  readonly fromMs: number;
  readonly count: number;
}

export class Reconnects {
  sinceStart = 0;
  lastDisconnect: DeviceConnection['lastDisconnect'] = null;
  /** Oldest first; only hours in which it came back. */
  #hours: readonly Hour[] = [];
  #wasConnected = false;

  connected(nowMs: number): void {
    if (!this.#wasConnected) {
      this.#wasConnected = true;
      return;
    }
    this.sinceStart += 1;
    this.#count(this.#hours, nowMs, 1);
  }

  disconnected(reason: Departure, atMs: number): void {
    this.lastDisconnect = { reason, atMs };
  }

  inLastDay(nowMs: number): number {
    const oldestMs = hourOf(nowMs) - (RECONNECT_HOURS_MAX - 1) * HOUR_MS;
    return sumOf(this.#hours.filter(({ fromMs }) => fromMs >= oldestMs));
  }

  /** Nothing may lie in the future: it would be counted for longer than a day. */
  clockWasSetBack(nowMs: number): void {
    const last = this.lastDisconnect;
    if (last !== null) this.lastDisconnect = { ...last, atMs: Math.min(last.atMs, nowMs) };
    const isAhead = ({ fromMs }: Hour): boolean => fromMs > hourOf(nowMs);
    const ahead = sumOf(this.#hours.filter(isAhead));
    const before = this.#hours.filter((hour) => !isAhead(hour));
    if (ahead > 0) this.#count(before, nowMs, ahead);
  }

  #count(hours: readonly Hour[], nowMs: number, times: number): void {
    const fromMs = hourOf(nowMs);
    const before = hours.filter((hour) => hour.fromMs !== fromMs);
    const known = sumOf(hours.filter((hour) => hour.fromMs === fromMs));
    this.#hours = [...before, { fromMs, count: known + times }].slice(-RECONNECT_HOURS_MAX);
  }
}

const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;
const sumOf = (hours: readonly Hour[]): number => hours.reduce((sum, { count }) => sum + count, 0);
