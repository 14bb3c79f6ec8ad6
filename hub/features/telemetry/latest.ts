/** The latest value of every metric of every device: an older value never replaces a newer one, and the number is bounded. */
import { DEVICE_VALUES_MAX } from '../../contract/limits.ts';
import { keyMetrics } from '../../domain/key-values.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { ReadingsReport, Report } from '../../domain/report.ts';
import { makeSlot, type Slot } from '../../lib/slot.ts';
import type { LatestRow, Store, Write } from '../../store/store.ts';

/** Metrics kept of one device; further names are not stored, and somebody is told. */
export const METRICS_PER_DEVICE_MAX = 256;
const TOLD_EVERY_MS = 60_000;
/** Clocks of devices are right to so much: a value from further ahead gives way to one of now. */
const CLOCK_TRUSTED_MS = 60_000;

interface Known {
  /** Metric → time of its newest value, also of one that is not stored yet. */
  times: Map<string, number>;
  /** Reports whose commits have not ended. */
  inFlight: number;
  /** One of them was not stored: `times` may tell of values that never were. */
  isDoubtful: boolean;
  /** What is stored. A row is never changed, only replaced: who has the same one has seen it. */
  readonly rows: Map<string, LatestRow>;
  /** Of `rows`, those that lists show. */
  key: readonly string[];
  /** When somebody was told that there are too many. */
  toldMs: number;
}

export class Latest {
  readonly #store: Pick<Store, 'latest'>;
  readonly #devices = new Map<string, Known>();
  /** A device makes up names: what has a new one is not stored. */
  readonly onTooManyMetrics: Slot<[RefusalFacts]>;
  readonly #tooMany;

  constructor(store: Pick<Store, 'latest'>, onError: (error: unknown) => void) {
    this.#store = store;
    this.#tooMany = makeSlot<[RefusalFacts]>(onError);
    this.onTooManyMetrics = this.#tooMany.slot;
  }

  /** Once at start, with every device there is. */
  async load(deviceIds: Iterable<string>): Promise<void> {
    for (const deviceId of deviceIds) {
      const rows = await this.list(deviceId);
      if (rows.length === 0) continue;
      const known = this.#known(deviceId);
      for (const row of rows) {
        known.times.set(row.metric, row.atMs);
        known.rows.set(row.metric, row);
      }
      known.key = keyMetrics(known.rows.keys(), DEVICE_VALUES_MAX);
    }
  }

  /** By metric. */
  list(deviceId: string): Promise<LatestRow[]> {
    return this.#store.latest.list(deviceId, METRICS_PER_DEVICE_MAX);
  }

  /** The same without waiting, in no order. */
  values(deviceId: string): LatestRow[] {
    return [...(this.#devices.get(deviceId)?.rows.values() ?? [])];
  }

  /** The few that say most. */
  keyValues(deviceId: string): LatestRow[] {
    const known = this.#devices.get(deviceId);
    return known === undefined ? [] : known.key.flatMap((metric) => known.rows.get(metric) ?? []);
  }

  /** The time of the newest one, Unix ms; also of one that is not stored yet. */
  newestMs(deviceId: string): number | undefined {
    const times = this.#devices.get(deviceId)?.times;
    if (times === undefined || times.size === 0) return undefined;
    let newestMs = 0;
    for (const atMs of times.values()) newestMs = Math.max(newestMs, atMs);
    return newestMs;
  }

  writesFor({ deviceId, report }: { deviceId: string; report: Report }, receivedMs: number): readonly Write[] {
    if (report.kind !== 'readings') return NOTHING;
    const { atMs, metrics } = report;
    const known = this.#known(deviceId);
    known.inFlight++;
    const { times } = known;
    const isNow = Math.abs(atMs - receivedMs) <= CLOCK_TRUSTED_MS;
    let newest = metrics;
    for (const metric of metrics.keys()) {
      const knownMs = times.get(metric);
      // One from ahead was stored before a clock was put right, the device's or the hub's: it would stand for hours, or years.
      const isNewest = knownMs !== undefined && (atMs >= knownMs || (isNow && knownMs > receivedMs + CLOCK_TRUSTED_MS));
      const isTooMany = knownMs === undefined && times.size >= METRICS_PER_DEVICE_MAX;
      if (isTooMany) this.#tell(known, { deviceId, metric, atMs: receivedMs });
      if (isTooMany || (knownMs !== undefined && !isNewest)) newest = without(newest, metric);
      else times.set(metric, atMs);
    }
    return newest.size === 0 ? NOTHING : [this.#store.latest.put(deviceId, atMs, newest)];
  }

  settle({ deviceId, report }: { deviceId: string; report: Report }, isStored: boolean): void {
    const known = this.#devices.get(deviceId);
    if (report.kind !== 'readings' || known === undefined) return;
    if (isStored) this.#stored(known, report);
    else known.isDoubtful = true;
    // It may have been forgotten and made anew meanwhile.
    known.inFlight = Math.max(0, known.inFlight - 1);
    if (!known.isDoubtful || known.inFlight > 0) return;
    known.times = new Map([...known.rows.values()].map((row) => [row.metric, row.atMs]));
    known.isDoubtful = false;
  }

  /** The device was deleted, and its values with it. */
  forget(deviceId: string): void {
    this.#devices.delete(deviceId);
  }

  #tell(known: Known, { deviceId, metric, atMs }: { deviceId: string; metric: string; atMs: number }): void {
    if (Math.abs(atMs - known.toldMs) < TOLD_EVERY_MS) return;
    known.toldMs = atMs;
    const detail = `"${metric}" is not stored: ${deviceId} has ${METRICS_PER_DEVICE_MAX} metrics already.`;
    this.#tooMany.fire({ code: 'METRICS_TOO_MANY', action: 'publish', deviceId, detail, atMs });
  }

  #stored(known: Known, { atMs, metrics }: ReadingsReport): void {
    for (const [metric, value] of metrics) {
      const row = known.rows.get(metric);
      const newestMs = known.times.get(metric);
      if (newestMs === undefined || (row !== undefined && atMs < Math.min(row.atMs, newestMs))) continue;
      known.rows.set(metric, { metric, value, atMs });
      if (row === undefined) known.key = keyMetrics(known.rows.keys(), DEVICE_VALUES_MAX);
    }
  }

  #known(deviceId: string): Known {
    const found = this.#devices.get(deviceId);
    if (found !== undefined) return found;
    const known: Known = {
      times: new Map(),
      inFlight: 0,
      isDoubtful: false,
      rows: new Map(),
      key: [],
      toldMs: Number.NEGATIVE_INFINITY,
    };
    this.#devices.set(deviceId, known);
    return known;
  }
}

const NOTHING: readonly Write[] = [];

function without(metrics: ReadingsReport['metrics'], metric: string): ReadingsReport['metrics'] {
  const others = new Map(metrics);
  others.delete(metric);
  return others;
}
