/** Charts of a device's metrics, read from as few rows as will do. */
import { RucheError } from '../../contract/errors.ts';
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
import { makeTurnstile } from '../../lib/turnstile.ts';
import { type ReadBudget, spend, type TelemetryStore } from '../../store/telemetry-store.ts';

/** Readings that one chart of a short time is made of; where there are more, rollups do. */
export const READINGS_A_CHART_MAX = 10_000;
/** Points of one answer: many metrics share them. */
export const POINTS_AN_ANSWER_MAX = 60_000;
const POINTS_A_METRIC_MIN = 2;
/** Rows an answer is meant to be made of: many metrics share them, too, and get rollups where one would get readings. */
export const ROWS_AN_ANSWER_MAX = 200_000;
/** Rows that are read for an answer, whatever it takes: of an hour that is not over yet there are only readings. */
export const READS_AN_ANSWER_MAX = 1_000_000;
/** Answers that are made at once, and those that wait for it. */
const CHARTS_AT_ONCE_MAX = 2;
const CHARTS_WAITING_MAX = 200;

interface Line {
  readonly deviceId: string;
  readonly metric: string;
}
interface Limits {
  /** Of one metric. */
  readonly rows: number;
  /** Of the whole answer. */
  readonly budget: ReadBudget;
}

export interface ChartsDeps {
  readonly telemetry: Pick<TelemetryStore, 'metrics' | 'readings' | 'rollups'>;
  floors(): Floors;
}

export class Charts {
  readonly #deps: ChartsDeps;
  readonly #turnstile = makeTurnstile({
    concurrency: CHARTS_AT_ONCE_MAX,
    waitingMax: CHARTS_WAITING_MAX,
    whenFull: () => new RucheError('STORE_BUSY', 'Too many charts are being drawn.'),
  });

  constructor(deps: ChartsDeps) {
    this.#deps = deps;
  }

  /** Of these metrics, in this order; without any, of all the device has. Throws HISTORY_TOO_LARGE, STORE_BUSY. */
  of(deviceId: string, metrics: readonly string[] | undefined, range: ChartRange): Promise<Map<string, Columns>> {
    return this.#turnstile(() => this.#of(deviceId, metrics, range));
  }

  async #of(
    deviceId: string,
    metrics: readonly string[] | undefined,
    range: ChartRange,
  ): Promise<Map<string, Columns>> {
    const names = metrics ?? this.#deps.telemetry.metrics(deviceId);
    const share = Math.floor(POINTS_AN_ANSWER_MAX / Math.max(1, names.length));
    const points = Math.min(range.points, Math.max(POINTS_A_METRIC_MIN, share));
    const rows = Math.floor(ROWS_AN_ANSWER_MAX / Math.max(1, names.length));
    const limits = { rows, budget: { left: READS_AN_ANSWER_MAX } };
    const charts = new Map<string, Columns>();
    for (const metric of names)
      charts.set(metric, await this.#chart({ deviceId, metric }, { ...range, points }, limits));
    return charts;
  }

  async #chart({ deviceId, metric }: Line, range: ChartRange, { rows, budget }: Limits): Promise<Columns> {
    const { fromMs, toMs, points } = range;
    if (fromMs >= toMs) return noColumns();
    const width = widthFor(range, rows);
    // Readings themselves, where they are few or the range is short.
    const readingsMax = Math.min(rows, width === undefined ? READINGS_A_CHART_MAX : points);
    const limit = readingsMax + 1;
    const hasReadings = fromMs >= this.#deps.floors().raw;
    const readings = hasReadings ? await this.#deps.telemetry.readings(deviceId, metric, { fromMs, toMs, limit }) : [];
    spend(budget, readings.length);
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
    return this.#fromRollups({ deviceId, metric, width: width ?? 'minute', budget }, range);
  }

  async #fromRollups(
    { deviceId, metric, width, budget }: Line & Pick<Limits, 'budget'> & { readonly width: Width },
    range: ChartRange,
  ): Promise<Columns> {
    const rollups: Rollup[] = [];
    const segments = segmentsOf(range, width, this.#deps.floors());
    for (const segment of segments) {
      const limit = Math.ceil((segment.toMs - segment.fromMs) / WIDTH_MS[segment.width]) + 1;
      const asked = { ...segment, limit, budget };
      for (const rollup of await this.#deps.telemetry.rollups(deviceId, metric, segment.width, asked))
        rollups.push(rollup);
    }
    // Where the wanted width is not kept any more, a point cannot end within a wider one.
    const finest = segments.at(-1)?.width ?? width;
    const stepMs = stepFor(range, WIDTH_MS[finest]);
    return columnsOf(onGrid(rollups, stepMs, range.points), stepMs);
  }
}
