/** The clocks of devices that count from boot, each remembered as far as dating their values needs it. */
import { type BootClock, dated, NO_BOOT_CLOCK, withHeartbeat } from '../../domain/boot-clock.ts';
import type { Report } from '../../domain/report.ts';

/** Devices remembered; the one heard longest ago is forgotten first. */
const CLOCKS_MAX = 10_000;

export class BootClocks {
  readonly #clocks = new Map<string, BootClock>();

  /** The report with the time it was measured at, as far as the device's own clock tells. */
  placed<Of extends Report>(deviceId: string, report: Of, receivedMs: number): Of {
    const { deviceUptimeMs } = report;
    if (deviceUptimeMs === undefined) return report;
    const known = this.#clocks.get(deviceId) ?? NO_BOOT_CLOCK;
    if (report.kind === 'heartbeat') {
      this.#remember(deviceId, withHeartbeat(known, deviceUptimeMs, receivedMs));
      return report;
    }
    // Another time than that of reception was said in so many words.
    if (!('atMs' in report) || report.atMs !== receivedMs) return report;
    const { atMs, clock } = dated(known, deviceUptimeMs, receivedMs);
    this.#remember(deviceId, clock);
    return { ...report, atMs };
  }

  forget(deviceId: string): void {
    this.#clocks.delete(deviceId);
  }

  #remember(deviceId: string, clock: BootClock): void {
    this.#clocks.delete(deviceId);
    this.#clocks.set(deviceId, clock);
    if (this.#clocks.size <= CLOCKS_MAX) return;
    const [oldest] = this.#clocks.keys();
    if (oldest !== undefined) this.#clocks.delete(oldest);
  }
}
