/** Readings that must go (of a range, of devices that are gone), and readings that came after their like was swept. */
import {
  addReadings,
  addRollup,
  bucketEnd,
  bucketStart,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  type Reading,
  type Rollup,
  widen,
} from '../../lib/rollup.ts';
import { READING_MS_MAX, type RollupWidth, type TimeRange } from '../telemetry-store.ts';
import type { Database } from './database.ts';
import { keyOf, lastPartOf, type PackedTable, packedKey, packedSeries, packedTime, rangeUnder } from './keys.ts';
import { LevelWrite, type Step } from './level-write.ts';
import { decodeValue, encodeValue } from './telemetry-codec.ts';
import { dayStep, ROLLUP_TABLES, rollupStep } from './telemetry-rows.ts';
import type { Series } from './telemetry-series.ts';
import type { TelemetryTender, TendDeps } from './telemetry-tend.ts';

/** Rows of one commit. */
const ROWS_A_PIECE = 1000;
const LATE_A_PIECE = 500;

export interface OldDeps extends TendDeps {
  readonly database: Database;
  readonly tender: TelemetryTender;
}

export class OldReadings {
  readonly #deps: OldDeps;

  constructor(deps: OldDeps) {
    this.#deps = deps;
  }

  /** True: there may be more. */
  async piece(): Promise<boolean> {
    return (await this.#resumeErasure()) || (await this.#takeLate()) || (await this.#removeGone());
  }

  async erase(series: Series, { fromMs, toMs }: TimeRange): Promise<void> {
    const begun = keyOf('erasures', series.id, fromMs, toMs);
    await this.#commit([{ kind: 'set', key: begun, value: JSON.stringify([series.id, fromMs, toMs]) }]);
    await this.#clear('readings', series.id, { fromMs, toMs });
    await this.#clear('readingsLate', series.id, { fromMs, toMs });
    const hours = { fromMs: bucketEnd(fromMs, HOUR_MS), toMs: bucketStart(toMs, HOUR_MS) };
    await this.#clear('rollupsMinute', series.id, hours);
    await this.#clear('rollupsHour', series.id, hours);
    for (const hourMs of edgesOf({ fromMs, toMs }, HOUR_MS)) await this.#eraseInHour(series, hourMs, { fromMs, toMs });
    await this.#clear('rollupsDay', series.id, { fromMs: bucketEnd(fromMs, DAY_MS), toMs: bucketStart(toMs, DAY_MS) });
    for (const dayMs of edgesOf({ fromMs, toMs }, DAY_MS)) {
      const isMade = dayMs < bucketStart(series.rolledMs, DAY_MS);
      const day = isMade ? await this.#deps.rows.day(series, dayMs, new Map()) : undefined;
      await this.#commit([dayStep(series, dayMs, day)]);
    }
    await this.#commit([{ kind: 'set', key: begun, value: undefined }]);
  }

  async #eraseInHour(series: Series, hourMs: number, { fromMs, toMs }: TimeRange): Promise<void> {
    const { rows, tender } = this.#deps;
    const range = { fromMs: hourMs, toMs: hourMs + HOUR_MS };
    if (hourMs >= series.floorMs && hourMs < series.rolledMs)
      return this.#commit(await tender.recounted(series, hourMs));
    const stored = await rows.rollups(series, 'minute', { ...range, limit: HOUR_MS / MINUTE_MS });
    const isLeft = ({ atMs }: Rollup): boolean => atMs + MINUTE_MS <= fromMs || atMs >= toMs;
    const rollups = hourMs < series.rolledMs ? stored.filter(isLeft) : [];
    await this.#commit([
      ...(await rows.replacing(series, 'minute', { ...range, rollups })),
      ...(await rows.replacing(series, 'hour', { ...range, rollups: widen(rollups, HOUR_MS) })),
    ]);
  }

  async #resumeErasure(): Promise<boolean> {
    const [begun] = await this.#deps.database.scan(rangeUnder('erasures'), { limit: 1 });
    if (begun === undefined) return false;
    const [key, text] = begun;
    const [id, fromMs, toMs]: unknown[] = JSON.parse(text);
    const series = this.#deps.book.byId(Number(id));
    if (series === undefined) await this.#commit([{ kind: 'set', key, value: undefined }]);
    else await this.erase(series, { fromMs: Number(fromMs), toMs: Number(toMs) });
    return true;
  }

  /** Counts readings from before the floor that are not here yet, and keeps them until the next sweep. */
  async #takeLate(): Promise<boolean> {
    const entries = await this.#deps.database.scan(rangeUnder('readingsLate'), { limit: LATE_A_PIECE });
    const bySeries = new Map<number, Reading[]>();
    const steps: Step[] = [];
    for (const [key, text] of entries) {
      steps.push({ kind: 'set', key, value: undefined });
      const readings = bySeries.get(packedSeries(key)) ?? [];
      bySeries.set(packedSeries(key), readings);
      readings.push({ atMs: packedTime(key), value: decodeValue(text) });
    }
    for (const [id, readings] of bySeries) {
      const series = this.#deps.book.byId(id);
      if (series !== undefined) steps.push(...(await this.#counted(series, readings)));
    }
    if (steps.length > 0) await this.#commit(steps);
    return entries.length > 0;
  }

  async #counted(series: Series, readings: readonly Reading[]): Promise<Step[]> {
    const keyed = readings.map((reading) => ({ reading, key: packedKey(series.prefix, reading.atMs) }));
    const known = await this.#deps.rows.has(keyed.map(({ key }) => key));
    const fresh = keyed.filter(({ key }) => !known.has(key));
    const steps: Step[] = fresh.map(({ key, reading }) => ({ kind: 'set', key, value: encodeValue(reading.value) }));
    const minutes: Rollup[] = [];
    addReadings(
      minutes,
      fresh.map(({ reading }) => reading),
      MINUTE_MS,
    );
    const daysEndMs = bucketStart(series.rolledMs, DAY_MS);
    const days = widen(minutes, DAY_MS).filter(({ atMs }) => atMs < daysEndMs);
    steps.push(...(await this.#added(series, 'day', days)));
    steps.push(...(await this.#added(series, 'hour', widen(minutes, HOUR_MS))));
    steps.push(...(await this.#added(series, 'minute', minutes)));
    return steps;
  }

  async #added(series: Series, width: RollupWidth, rollups: readonly Rollup[]): Promise<Step[]> {
    const stored = await this.#deps.rows.stored(series, width, rollups);
    return rollups.map((rollup) => {
      const before = stored.get(rollup.atMs);
      if (before === undefined) return rollupStep(series, width, rollup);
      addRollup(before, rollup);
      return rollupStep(series, width, before);
    });
  }

  async #removeGone(): Promise<boolean> {
    const [gone] = await this.#deps.database.scan(rangeUnder('seriesGone'), { limit: 1 });
    if (gone === undefined) return false;
    const id = Number(lastPartOf(gone[0]));
    for (const table of ['readings', 'readingsLate', 'recounts', ...ROLLUP_TABLES] as const) {
      const steps = await this.#deps.rows.removal(table, id, { ...EVER, limit: ROWS_A_PIECE });
      if (steps.length === 0) continue;
      await this.#commit(steps);
      return true;
    }
    await this.#commit([{ kind: 'set', key: gone[0], value: undefined }]);
    return true;
  }

  async #clear(table: PackedTable, series: number, range: TimeRange): Promise<void> {
    for (;;) {
      const steps = await this.#deps.rows.removal(table, series, { ...range, limit: ROWS_A_PIECE });
      if (steps.length > 0) await this.#commit(steps);
      if (steps.length < ROWS_A_PIECE) return;
    }
  }

  #commit(steps: readonly Step[]): Promise<void> {
    return this.#deps.commit([new LevelWrite(steps)]);
  }
}

const EVER: TimeRange = { fromMs: 0, toMs: READING_MS_MAX + 1 };

/** Beginnings of the buckets that a range covers in part. */
function edgesOf({ fromMs, toMs }: TimeRange, widthMs: number): Set<number> {
  const edges = new Set<number>();
  if (fromMs % widthMs > 0) edges.add(bucketStart(fromMs, widthMs));
  if (toMs % widthMs > 0) edges.add(bucketStart(toMs, widthMs));
  return edges;
}
