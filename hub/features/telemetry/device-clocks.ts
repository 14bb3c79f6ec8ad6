/** When devices measured what they say: by their own word where there is one, and never two measurements at one time. */
import { type DeviceClock, dated, heldBackMs, newDeviceClock, withHeartbeat } from '../../domain/device-clock.ts';
import type { ReadingsReport, Report } from '../../domain/report.ts';
import { isPartOf, SaidTimes } from './said-times.ts';

/** Devices remembered; the one heard longest ago is forgotten first. */
const CLOCKS_MAX = 10_000;

interface Known {
  clock: DeviceClock;
  /** What the last value was that had to be dated by its reception. */
  last: Metrics;
  readonly said: SaidTimes;
}
type Metrics = ReadingsReport['metrics'];
/** Events and lines of a log: one of the same count is the same. */
const NO_METRICS: Metrics = new Map();

export class DeviceClocks {
  readonly #newestMs: (deviceId: string) => number | undefined;
  readonly #devices = new Map<string, Known>();

  /** `newestMs`: the time of the newest value that is kept of a device. */
  constructor(newestMs: (deviceId: string) => number | undefined) {
    this.#newestMs = newestMs;
  }

  /** The report with the time it was measured at, as far as the device's own clock tells. */
  placed<Of extends Report>(deviceId: string, report: Of, receivedMs: number): Of {
    const atMs = this.#timeOf(deviceId, report, receivedMs);
    return atMs === undefined || ('atMs' in report && report.atMs === atMs) ? report : { ...report, atMs };
  }

  forget(deviceId: string): void {
    this.#devices.delete(deviceId);
  }

  /** Undefined: what the report has is all there is. */
  #timeOf(deviceId: string, report: Report, receivedMs: number): number | undefined {
    const { deviceUptimeMs: uptimeMs } = report;
    if (report.kind === 'readings' && report.isDated) return this.#said(deviceId, report.atMs, report, receivedMs);
    // Of what is no reading, only the time by a clock that counts can be made better.
    if (report.kind !== 'readings' && uptimeMs === undefined) return undefined;
    const known = this.#known(deviceId, receivedMs);
    if (report.kind === 'heartbeat') {
      if (uptimeMs !== undefined) known.clock = withHeartbeat(known.clock, uptimeMs, receivedMs);
      return undefined;
    }
    if (!('atMs' in report) || report.atMs !== receivedMs) return undefined;
    const trueMs = uptimeMs === undefined ? undefined : heldBackMs(known.clock, uptimeMs, receivedMs);
    if (trueMs !== undefined) {
      return report.kind === 'readings' ? this.#said(deviceId, trueMs, report, receivedMs) : trueMs;
    }
    const metrics = report.kind === 'readings' ? report.metrics : NO_METRICS;
    const isLikeLast = metrics.size === known.last.size && isPartOf(metrics, known.last);
    const { atMs, clock } = dated(known.clock, { uptimeMs, isLikeLast, receivedMs });
    known.clock = clock;
    known.last = metrics;
    return atMs;
  }

  #said(deviceId: string, atMs: number, { metrics }: ReadingsReport, receivedMs: number): number {
    return this.#known(deviceId, receivedMs).said.place(atMs, metrics);
  }

  #known(deviceId: string, receivedMs: number): Known {
    const found = this.#devices.get(deviceId);
    if (found !== undefined) {
      this.#devices.delete(deviceId);
      this.#devices.set(deviceId, found);
      return found;
    }
    const clock = newDeviceClock(this.#newestMs(deviceId), receivedMs);
    const known: Known = { clock, last: NO_METRICS, said: new SaidTimes() };
    this.#devices.set(deviceId, known);
    const [oldest] = this.#devices.keys();
    if (this.#devices.size > CLOCKS_MAX && oldest !== undefined) this.#devices.delete(oldest);
    return known;
  }
}
