/** The latest value of every metric of every device: an older value never replaces a newer one, and the number is bounded. */
import type { Report } from '../../domain/report.ts';
import type { LatestRow, Store, Write } from '../../store/store.ts';

/** Metrics kept of one device; further names are not stored. */
export const METRICS_PER_DEVICE_MAX = 256;

export class Latest {
  readonly #store: Pick<Store, 'latest'>;
  /** Device → metric → time of its newest value. */
  readonly #times = new Map<string, Map<string, number>>();

  constructor(store: Pick<Store, 'latest'>) {
    this.#store = store;
  }

  /** Once at start, with every device there is. */
  async load(deviceIds: Iterable<string>): Promise<void> {
    for (const deviceId of deviceIds) {
      const rows = await this.list(deviceId);
      if (rows.length > 0) this.#times.set(deviceId, new Map(rows.map((row) => [row.metric, row.atMs])));
    }
  }

  /** By metric. */
  list(deviceId: string): Promise<LatestRow[]> {
    return this.#store.latest.list(deviceId, METRICS_PER_DEVICE_MAX);
  }

  writesFor({ deviceId, report }: { deviceId: string; report: Report }): Write[] {
    if (report.kind !== 'readings') return [];
    const { atMs, metrics } = report;
    const times = this.#times.get(deviceId) ?? new Map<string, number>();
    this.#times.set(deviceId, times);
    const writes: Write[] = [];
    for (const [metric, value] of metrics) {
      const knownMs = times.get(metric);
      const isWanted = knownMs === undefined ? times.size < METRICS_PER_DEVICE_MAX : atMs >= knownMs;
      if (!isWanted) continue;
      times.set(metric, atMs);
      writes.push(this.#store.latest.put(deviceId, { metric, value, atMs }));
    }
    return writes;
  }

  /** The device was deleted, and its values with it. */
  forget(deviceId: string): void {
    this.#times.delete(deviceId);
  }
}
