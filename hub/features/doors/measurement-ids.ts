/**
 * The id a stored measurement is answered with. It is made from what was measured, so that the same one sent again, by
 * a device that did not hear the answer, has the same id, and is known for a while.
 */
import { createHash } from 'node:crypto';
import { SAME_UPTIME_MS } from '../../domain/device-clock.ts';
import { canonicalId } from '../../domain/device-id.ts';
import type { Report } from '../../domain/report.ts';
import type { Clock } from '../../lib/clock.ts';

/** Devices repeat within seconds; later, the store itself puts the same value at the same time once. */
const KNOWN_FOR_MS = 600_000;
/** Ids known at the same time; the oldest is forgotten first. */
const KNOWN_MAX = 20_000;
/** A whole number every client can hold, as a database's own ids were. */
const ID_BYTES = 6;

export interface Identified {
  readonly report: Report;
  readonly id: number;
  /** For so long the same one again is a repetition, not another measurement; 0: it does not say when it was. */
  readonly knownForMs: number;
}

export class MeasurementIds {
  readonly #clock: Clock;
  /** Id → until when it is known. */
  readonly #known = new Map<number, number>();
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(report: Report, receivedMs: number): Identified {
    const knownForMs = knownFor(report, receivedMs);
    this.#count++;
    const own = knownForMs > 0 ? whenOf(report) : `${receivedMs} ${this.#count}`;
    const what = 'metrics' in report ? [...report.metrics] : [];
    const text = JSON.stringify([canonicalId(report.claimedId), report.kind, own, what]);
    return { report, knownForMs, id: createHash('sha256').update(text).digest().readUIntBE(0, ID_BYTES) };
  }

  isKnown({ id }: Identified): boolean {
    return (this.#known.get(id) ?? 0) > this.#clock.nowMs();
  }

  /** It is stored. */
  remember({ id, knownForMs }: Identified): void {
    if (knownForMs === 0) return;
    this.#known.delete(id);
    this.#known.set(id, this.#clock.nowMs() + knownForMs);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KNOWN_MAX && oldest !== undefined) this.#known.delete(oldest);
  }
}

function knownFor(report: Report, receivedMs: number): number {
  if ('eventId' in report && report.eventId !== undefined) return KNOWN_FOR_MS;
  if (report.deviceUptimeMs !== undefined) return SAME_UPTIME_MS;
  const isDated = report.kind === 'readings' ? report.isDated : 'atMs' in report && report.atMs !== receivedMs;
  return isDated ? KNOWN_FOR_MS : 0;
}

/** What stays the same however often it is sent. */
function whenOf(report: Report): string {
  if ('eventId' in report && report.eventId !== undefined) return report.eventId;
  if (report.deviceUptimeMs !== undefined) return `up ${report.deviceUptimeMs}`;
  return 'atMs' in report ? `at ${report.atMs}` : '';
}
