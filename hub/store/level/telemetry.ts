/** The noun `telemetry` on LevelDB: readings under short keys, rollups beside them, and whoever looks after both. */
import { RucheError } from '../../contract/errors.ts';
import { makeInTurn } from '../../lib/in-turn.ts';
import { bucketEnd, bucketStart, DAY_MS, HOUR_MS, type Rollup, widen } from '../../lib/rollup.ts';
import type { Write } from '../store.ts';
import {
  type RangeRequest,
  READING_MS_MAX,
  type RollupsRequest,
  spend,
  type TelemetryStore,
} from '../telemetry-store.ts';
import type { Database } from './database.ts';
import { LevelWrite } from './level-write.ts';
import { OldReadings } from './telemetry-old.ts';
import { TelemetryRows, WIDTH_MS } from './telemetry-rows.ts';
import { type Series, SeriesBook } from './telemetry-series.ts';
import { TelemetryTender } from './telemetry-tend.ts';

/** Erasures that may wait for each other. */
const ERASURES_MAX = 256;
const TENDING = 'tending';

export interface OpenedTelemetry {
  readonly store: TelemetryStore;
  /** For the commit that removes a device: its readings go with it. */
  removal(deviceId: string): LevelWrite;
}

export async function openTelemetry(
  database: Database,
  commit: (writes: readonly Write[]) => Promise<void>,
): Promise<OpenedTelemetry> {
  const book = new SeriesBook();
  await book.load(database);
  const rows = new TelemetryRows(database);
  const query = new RollupQuery(rows);
  const tender = new TelemetryTender({ book, rows, commit });
  const old = new OldReadings({ book, rows, commit, database, tender });
  const inTurn = makeInTurn({ jobsMax: ERASURES_MAX, whenFull: () => new RucheError('STORE_BUSY') });
  const store: TelemetryStore = {
    metrics: (deviceId) =>
      book
        .of(deviceId)
        .map(({ metric }) => metric)
        .sort(),
    put(deviceId, atMs, values) {
      const { steps, stored } = book.put(deviceId, atMs, values);
      return new LevelWrite(steps, stored);
    },
    async readings(deviceId, metric, range) {
      const series = book.get(deviceId, metric);
      return series === undefined ? [] : rows.readings(series, within(range));
    },
    async rollups(deviceId, metric, width, range) {
      const series = book.get(deviceId, metric);
      if (series === undefined) return [];
      return width === 'day' ? query.days(series, within(range)) : query.rollups(series, width, within(range));
    },
    async erase(deviceId, metric, { fromMs, toMs }) {
      const series = book.get(deviceId, metric);
      const range = { fromMs, toMs: Math.min(toMs, READING_MS_MAX + 1) };
      if (series === undefined || range.fromMs >= range.toMs) return;
      await inTurn(TENDING, () => old.erase(series, range));
    },
    tend: (nowMs, floors) => inTurn(TENDING, async () => (await old.piece()) || (await tender.piece(nowMs, floors))),
  };
  return {
    store,
    removal(deviceId) {
      const { steps, stored } = book.removal(deviceId);
      return new LevelWrite(steps, stored);
    },
  };
}

function within<Request extends RangeRequest>(range: Request): Request {
  if (!Number.isSafeInteger(range.limit) || range.limit < 1) {
    throw new RangeError(`a list needs a limit of at least 1, not ${range.limit}`);
  }
  return { ...range, toMs: Math.min(range.toMs, READING_MS_MAX + 1) };
}

/** Stored rollups, and those that must be made from readings because nobody did yet. */
class RollupQuery {
  readonly #rows: TelemetryRows;

  constructor(rows: TelemetryRows) {
    this.#rows = rows;
  }

  async rollups(series: Series, width: 'minute' | 'hour', range: RollupsRequest): Promise<Rollup[]> {
    const widthMs = WIDTH_MS[width];
    const { limit, budget } = range;
    const fromMs = bucketEnd(range.fromMs, widthMs);
    const toMs = bucketEnd(range.toMs, widthMs);
    // What is known at this moment: what is made meanwhile is right in both ways.
    const { rolledMs } = series;
    const marked = hoursMarked(series, { fromMs, toMs, limit });
    const tail = { fromMs: Math.max(fromMs, rolledMs), toMs };
    const ranges = [...marked.map((hourMs) => hourWithin(hourMs, fromMs, toMs)), tail];
    const isMarked = new Set(marked);
    const more = marked.length * (HOUR_MS / widthMs);
    const [stored, ...made] = await Promise.all([
      this.#rows.rollups(series, width, { fromMs, toMs: Math.min(toMs, rolledMs), limit: limit + more }),
      ...ranges.map((one) => this.#rows.made(series, widthMs, { ...one, limit, budget })),
    ]);
    spend(budget, stored.length);
    const kept = isMarked.size === 0 ? stored : stored.filter(({ atMs }) => !isMarked.has(bucketStart(atMs, HOUR_MS)));
    return inOrder(kept, made.flat(), limit);
  }

  async days(series: Series, range: RollupsRequest): Promise<Rollup[]> {
    const { limit, budget } = range;
    const fromMs = bucketEnd(range.fromMs, DAY_MS);
    const toMs = bucketEnd(range.toMs, DAY_MS);
    const madeMs = bucketStart(series.rolledMs, DAY_MS);
    const marked = new Set(hoursMarked(series, { fromMs, toMs, limit }).map((hourMs) => bucketStart(hourMs, DAY_MS)));
    const days = [...marked]
      .filter((dayMs) => dayMs < madeMs)
      .map((dayMs) => ({ fromMs: dayMs, toMs: dayMs + DAY_MS }));
    const ranges = [...days, { fromMs: Math.max(fromMs, madeMs), toMs }];
    const hoursMax = (limit + 1) * (DAY_MS / HOUR_MS);
    const [stored, ...hours] = await Promise.all([
      this.#rows.rollups(series, 'day', { fromMs, toMs: Math.min(toMs, madeMs), limit: limit + days.length }),
      ...ranges.map((one) => this.rollups(series, 'hour', { ...one, limit: hoursMax, budget })),
    ]);
    spend(budget, stored.length);
    const kept = stored.filter(({ atMs }) => !marked.has(atMs));
    return inOrder(kept, widen(hours.flat().sort(byTime), DAY_MS), limit);
  }
}

const byTime = (a: Rollup, b: Rollup): number => a.atMs - b.atMs;

function inOrder(stored: Rollup[], made: readonly Rollup[], limit: number): Rollup[] {
  if (made.length === 0) return stored.slice(0, limit);
  return [...stored, ...made].sort(byTime).slice(0, limit);
}

function hoursMarked({ marks, rolledMs }: Series, { fromMs, toMs }: RangeRequest): number[] {
  return [...marks.keys()].filter((hourMs) => hourMs < rolledMs && hourMs + HOUR_MS > fromMs && hourMs < toMs);
}

const hourWithin = (hourMs: number, fromMs: number, toMs: number): { fromMs: number; toMs: number } => ({
  fromMs: Math.max(hourMs, fromMs),
  toMs: Math.min(hourMs + HOUR_MS, toMs),
});
