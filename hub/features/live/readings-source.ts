/** $live/device/<id>: the readings of one device as they come, no more of them than an eye can follow. */
import type { DeviceValue } from '../../contract/device.ts';
import type { LiveDevice } from '../../contract/live.ts';
import { mayRole } from '../../contract/permissions.ts';
import type { Person } from '../../domain/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Source } from './channel.ts';

/** Readings a second that are shown; a burst after silence may use a whole second's at once. */
export const READINGS_A_SECOND_MAX = 100;
/** Readings that wait to be shown; of more than these only the newest of each metric are kept. */
const PENDING_MAX = 512;

type TextFor = (person: Person) => string | undefined;

export class ReadingsSource implements Source {
  readonly #clock: Clock;
  readonly #latest: () => DeviceValue[];
  #pending: DeviceValue[] = [];
  #of = 0;
  #allowance = READINGS_A_SECOND_MAX;
  #allowedMs: number;

  constructor(clock: Clock, latest: () => DeviceValue[]) {
    this.#clock = clock;
    this.#latest = latest;
    this.#allowedMs = clock.nowMs();
  }

  add(readings: readonly DeviceValue[]): void {
    this.#of += readings.length;
    this.#pending.push(...readings);
    if (this.#pending.length > PENDING_MAX) this.#pending = newestOf(this.#pending).slice(-PENDING_MAX);
  }

  snapshot(): TextFor {
    const readings = this.#latest();
    return textFor({ snapshot: true, readings, of: readings.length });
  }

  update(): TextFor {
    this.#refill();
    if (this.#pending.length > this.#allowance) this.#pending = newestOf(this.#pending);
    const readings = this.#pending.splice(0, Math.floor(this.#allowance));
    if (readings.length === 0) return () => undefined;
    this.#allowance -= readings.length;
    const of = Math.max(this.#of, readings.length);
    this.#of = 0;
    return textFor({ snapshot: false, readings, of });
  }

  reset(): void {
    this.#pending = [];
    this.#of = 0;
  }

  #refill(): void {
    const nowMs = this.#clock.nowMs();
    const gained = (Math.max(0, nowMs - this.#allowedMs) * READINGS_A_SECOND_MAX) / 1000;
    this.#allowance = Math.min(READINGS_A_SECOND_MAX, this.#allowance + gained);
    this.#allowedMs = nowMs;
  }
}

/** In the order in which they came; what was held back may come after what is newer. */
function newestOf(readings: readonly DeviceValue[]): DeviceValue[] {
  const newest = new Map<string, DeviceValue>();
  for (const reading of readings) {
    if ((newest.get(reading.metric)?.atMs ?? reading.atMs) > reading.atMs) continue;
    newest.delete(reading.metric);
    newest.set(reading.metric, reading);
  }
  return [...newest.values()];
}

function textFor(message: LiveDevice): TextFor {
  let text: string | undefined;
  return ({ role }) => {
    if (!mayRole(role, 'devices.read')) return undefined;
    text ??= JSON.stringify(message);
    return text;
  };
}
