/** Rows of readings and rollups: reading ranges of them, and the steps that change them. */
import { addReadings, DAY_MS, HOUR_MS, MINUTE_MS, type Reading, type Rollup, widen } from '../../lib/rollup.ts';
import { type RangeRequest, type RollupsRequest, type RollupWidth, spend, type TimeRange } from '../telemetry-store.ts';
import type { Database, Entry } from './database.ts';
import { type PackedTable, packedKey, packedPrefix, packedRange, packedTime } from './keys.ts';
import type { Step } from './level-write.ts';
import { decodeRollup, decodeValue, encodeRollup } from './telemetry-codec.ts';
import type { Series } from './telemetry-series.ts';

export const WIDTH_MS: Readonly<Record<RollupWidth, number>> = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS };
const TABLES = { minute: 'rollupsMinute', hour: 'rollupsHour', day: 'rollupsDay' } as const;
export const ROLLUP_TABLES: readonly PackedTable[] = Object.values(TABLES);
/** Readings that are in memory at once while rollups are made of them. */
export const READINGS_PAGE = 2000;

export class TelemetryRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async readings({ prefix }: Series, { fromMs, toMs, limit }: RangeRequest): Promise<Reading[]> {
    if (fromMs >= toMs) return [];
    const entries = await this.#database.scan(packedRange(prefix, fromMs, toMs), { limit });
    return entries.map(([key, text]) => ({ atMs: packedTime(key), value: decodeValue(text) }));
  }

  async newestMs({ prefix }: Series, toMs: number): Promise<number> {
    const [newest] = await this.#database.scan(packedRange(prefix, 0, toMs), { limit: 1, reverse: true });
    return newest === undefined ? 0 : packedTime(newest[0]);
  }

  /** Those that are stored, whether right or not. */
  async rollups({ id }: Series, width: RollupWidth, { fromMs, toMs, limit }: RangeRequest): Promise<Rollup[]> {
    if (fromMs >= toMs) return [];
    const range = packedRange(packedPrefix(TABLES[width], id), fromMs, toMs);
    const entries = await this.#database.scan(range, { limit });
    return entries.map(([key, text]) => decodeRollup(packedTime(key), text));
  }

  /** Rollups made from readings now. `limit` rollups at most: what follows the last may be missing from it. */
  async made(series: Series, widthMs: number, { fromMs, toMs, limit, budget }: RollupsRequest): Promise<Rollup[]> {
    const rollups: Rollup[] = [];
    for (let from = fromMs; from < toMs; ) {
      const page = await this.readings(series, { fromMs: from, toMs, limit: READINGS_PAGE });
      spend(budget, page.length);
      addReadings(rollups, page, widthMs);
      if (page.length < READINGS_PAGE || rollups.length > limit) break;
      from = (page.at(-1)?.atMs ?? toMs) + 1;
    }
    return rollups.slice(0, limit);
  }

  /** The whole day from the rollups of its hours; undefined without any. `changed` replaces those of its hours. */
  async day(
    series: Series,
    dayMs: number,
    changed: ReadonlyMap<number, Rollup | undefined>,
  ): Promise<Rollup | undefined> {
    const stored = await this.rollups(series, 'hour', { fromMs: dayMs, toMs: dayMs + DAY_MS, limit: DAY_MS / HOUR_MS });
    const hours = new Map<number, Rollup | undefined>(stored.map((hour) => [hour.atMs, hour]));
    for (const [atMs, hour] of changed) if (atMs >= dayMs && atMs < dayMs + DAY_MS) hours.set(atMs, hour);
    const present = [...hours.values()].filter((hour) => hour !== undefined).sort((a, b) => a.atMs - b.atMs);
    return widen(present, DAY_MS)[0];
  }

  async has(keys: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set((await this.#database.getMany(keys)).keys());
  }

  /** The stored rollups of the same buckets, by their beginning. */
  async stored({ id }: Series, width: RollupWidth, rollups: readonly Rollup[]): Promise<Map<number, Rollup>> {
    const prefix = packedPrefix(TABLES[width], id);
    const found = await this.#database.getMany(rollups.map(({ atMs }) => packedKey(prefix, atMs)));
    return new Map([...found].map(([key, text]) => [packedTime(key), decodeRollup(packedTime(key), text)]));
  }

  /** The first rows of a series in a table. */
  entries(table: PackedTable, series: number, { fromMs, toMs, limit }: RangeRequest): Promise<Entry[]> {
    return this.#database.scan(packedRange(packedPrefix(table, series), fromMs, toMs), { limit });
  }

  /** Steps that remove the first rows of a range: at most `limit`. */
  async removal(table: PackedTable, series: number, range: RangeRequest): Promise<Step[]> {
    if (range.fromMs >= range.toMs) return [];
    return (await this.entries(table, series, range)).map(([key]) => ({ kind: 'set', key, value: undefined }));
  }

  /** Steps that make the stored rollups of a range these and no others. */
  async replacing(
    series: Series,
    width: RollupWidth,
    range: TimeRange & { rollups: readonly Rollup[] },
  ): Promise<Step[]> {
    const { fromMs, toMs, rollups } = range;
    const limit = Math.ceil((toMs - fromMs) / WIDTH_MS[width]);
    const steps = await this.removal(TABLES[width], series.id, { fromMs, toMs, limit });
    for (const rollup of rollups) steps.push(rollupStep(series, width, rollup));
    return steps;
  }
}

export function rollupStep({ id }: Series, width: RollupWidth, rollup: Rollup): Step {
  const key = packedKey(packedPrefix(TABLES[width], id), rollup.atMs);
  return { kind: 'set', key, value: encodeRollup(rollup) };
}

export function dayStep(series: Series, dayMs: number, day: Rollup | undefined): Step {
  if (day !== undefined) return rollupStep(series, 'day', day);
  return { kind: 'set', key: packedKey(packedPrefix(TABLES.day, series.id), dayMs), value: undefined };
}
