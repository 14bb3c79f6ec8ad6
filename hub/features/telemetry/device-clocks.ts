/** The clocks of devices that give no date, each remembered as far as dating their values needs it. */
import { type DeviceClock, dated, newDeviceClock, withHeartbeat } from '../../domain/device-clock.ts';
import type { Report } from '../../domain/report.ts';

/** Devices remembered; the one heard longest ago is forgotten first. */
const CLOCKS_MAX = 10_000;

export class DeviceClocks {
  readonly #newestMs: (deviceId: string) => number | undefined;
  readonly #clocks = new Map<string, DeviceClock>();

  /** `newestMs`: the time of the newest value that is kept of a device. */
  constructor(newestMs: (deviceId: string) => number | undefined) {
    this.#newestMs = newestMs;
  }

  /** The report with the time it was measured at, as far as the device's own clock tells. */
  placed<Of extends Report>(deviceId: string, report: Of, receivedMs: number): Of {
    const { deviceUptimeMs } = report;
    if (report.kind === 'heartbeat') {
      if (deviceUptimeMs === undefined) return report;
      this.#remember(deviceId, withHeartbeat(this.#clockOf(deviceId, receivedMs), deviceUptimeMs, receivedMs));
      return report;
    }
    if (!isUndated(report, receivedMs)) return report;
    const { atMs, clock } = dated(this.#clockOf(deviceId, receivedMs), deviceUptimeMs, receivedMs);
    this.#remember(deviceId, clock);
    return atMs === receivedMs ? report : { ...report, atMs };
  }

  forget(deviceId: string): void {
    this.#clocks.delete(deviceId);
  }

  #clockOf(deviceId: string, receivedMs: number): DeviceClock {
    return this.#clocks.get(deviceId) ?? newDeviceClock(this.#newestMs(deviceId), receivedMs);
  }

  #remember(deviceId: string, clock: DeviceClock): void {
    this.#clocks.delete(deviceId);
    this.#clocks.set(deviceId, clock);
    if (this.#clocks.size <= CLOCKS_MAX) return;
    const [oldest] = this.#clocks.keys();
    if (oldest !== undefined) this.#clocks.delete(oldest);
  }
}

/** Readings of one time replace each other; of what else has a time, only that of a clock that counts can be made better. */
function isUndated(report: Report, receivedMs: number): boolean {
  if (report.kind === 'readings') return !report.isDated;
  return 'atMs' in report && report.deviceUptimeMs !== undefined && report.atMs === receivedMs;
}
