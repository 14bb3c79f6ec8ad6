/** Charts of a device's metrics, read from as few rows as will do. */
import {
  type ChartRange,
  type Columns,
  columnsOf,
  noColumns,
  onGrid,
  segmentsOf,
  stepFor,
  WIDTH_MS,
  type Width,
  widthFor,
} from '../../domain/chart.ts';
import type { Floors } from '../../domain/retention.ts';
import { addReadings, type Rollup, rollupOf } from '../../lib/rollup.ts';
import type { TelemetryStore } from '../../store/telemetry-store.ts';

/** Readings that one chart of a short time is made of; where there are more, rollups do. */
export const READINGS_A_CHART_MAX = 10_000;
/** Points of one answer: many metrics share them. */
export const POINTS_AN_ANSWER_MAX = 60_000;
const POINTS_A_METRIC_MIN = 2;

export interface ChartsDeps {
  readonly telemetry: Pick<TelemetryStore, 'metrics' | 'readings' | 'rollups'>;
  floors(): Floors;
}

export class Charts {
  readonly #deps: ChartsDeps;

  constructor(deps: ChartsDeps) {
    this.#deps = deps;
  }

  /** Of these metrics, in this order; without any, of all the device has. */
  async of(deviceId: string, metrics: readonly string[] | undefined, range: ChartRange): Promise<Map<string, Columns>> {
    const names = metrics ?? this.#deps.telemetry.metrics(deviceId);
    const share = Math.floor(POINTS_AN_ANSWER_MAX / Math.max(1, names.length));
    const points = Math.min(range.points, Math.max(POINTS_A_METRIC_MIN, share));
    const charts = new Map<string, Columns>();
    for (const metric of names) charts.set(metric, await this.#chart(deviceId, metric, { ...range, points }));
    return charts;
  }

  async #chart(deviceId: string, metric: string, range: ChartRange): Promise<Columns> {
    const { fromMs, toMs, points } = range;
    if (fromMs >= toMs) return noColumns();
    const width = widthFor(range);
    // Readings themselves, where they are few or the range is short.
    const readingsMax = width === undefined ? READINGS_A_CHART_MAX : points;
    const limit = readingsMax + 1;
    const hasReadings = fromMs >= this.#deps.floors().raw;
    const readings = hasReadings ? await this.#deps.telemetry.readings(deviceId, metric, { fromMs, toMs, limit }) : [];
    if (hasReadings && readings.length <= points) {
      const exact = columnsOf(
        readings.map((reading) => rollupOf(reading, 1)),
        0,
      );
      if (exact.t.length <= points) return exact;
    }
    if (hasReadings && readings.length <= readingsMax) {
      const stepMs = stepFor(range, 1);
      const rollups: Rollup[] = [];
      addReadings(rollups, readings, stepMs);
      return columnsOf(onGrid(rollups, stepMs, points), stepMs);
    }
    return this.#fromRollups({ deviceId, metric, width: width ?? 'minute' }, range);
  }

  async #fromRollups(
    { deviceId, metric, width }: { deviceId: string; metric: string; width: Width },
    range: ChartRange,
  ): Promise<Columns> {
    const rollups: Rollup[] = [];
    for (const segment of segmentsOf(range, width, this.#deps.floors())) {
      const limit = Math.ceil((segment.toMs - segment.fromMs) / WIDTH_MS[segment.width]) + 1;
      rollups.push(...(await this.#deps.telemetry.rollups(deviceId, metric, segment.width, { ...segment, limit })));
    }
    const stepMs = stepFor(range, WIDTH_MS[width]);
    return columnsOf(onGrid(rollups, stepMs, range.points), stepMs);
  }
}
