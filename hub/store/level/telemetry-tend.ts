/**
 * What the store does with readings in its own time: makes rollups of hours that ended, counts hours again that late
 * readings changed, and sweeps what is old. Every step is one commit, and doing it twice changes nothing, so that the
 * hub may be killed anywhere.
 */
import { addReadings, bucketStart, DAY_MS, HOUR_MS, MINUTE_MS, type Rollup, widen } from '../../lib/rollup.ts';
import type { Write } from '../store.ts';
import { type Floors, READING_MS_MAX, ROLLUP_WIDTHS } from '../telemetry-store.ts';
import { LevelWrite, type Step } from './level-write.ts';
import { dayStep, READINGS_PAGE, rollupStep, type TelemetryRows } from './telemetry-rows.ts';
import { markStep, NONE, rowStep, type Series, type SeriesBook } from './telemetry-series.ts';

/** An hour's rollups are made so long after its end, for readings that are a little late. */
export const ROLL_GRACE_MS = 120_000;
/** Of a metric that has been silent for so long, the last hour is made too. */
const QUIET_MS = 2 * HOUR_MS;
/** What one piece of work looks at. */
const SERIES_A_PIECE = 16;
const RECOUNTS_A_PIECE = 8;
const SWEPT_A_PIECE = 1000;

export interface TendDeps {
  readonly book: SeriesBook;
  readonly rows: TelemetryRows;
  readonly commit: (writes: readonly Write[]) => Promise<void>;
}

/** What is known of a series at the moment after which readings count as later. */
interface Look {
  readonly series: Series;
  readonly targetMs: number;
  readonly lowered: number;
  readonly marks: readonly (readonly [hourMs: number, asked: number])[];
}

export class TelemetryTender {
  readonly #deps: TendDeps;
  #queue: Series[] = [];

  constructor(deps: TendDeps) {
    this.#deps = deps;
  }

  /** Looks after a few series; true: others wait. */
  async piece(nowMs: number, floors: Floors): Promise<boolean> {
    if (this.#queue.length === 0) {
      this.#queue = [...this.#deps.book.all()].filter((series) => isDue(series, nowMs, floors));
    }
    const due = this.#queue.splice(0, SERIES_A_PIECE);
    if (due.length === 0) return false;
    const looks: Look[] = [];
    for (const series of due) {
      series.newestMs ??= await this.#deps.rows.newestMs(series, READING_MS_MAX + 1);
      const targetMs = targetOf(series, nowMs);
      const marks = [...series.marks].slice(0, RECOUNTS_A_PIECE);
      looks.push({ series, targetMs, lowered: series.lowered, marks });
      // From here on readings of these hours leave a mark, so that none slips in between looking and writing.
      series.judgeMs = Math.max(series.judgeMs, targetMs);
    }
    // Everything that was judged before, and what it asked for, is stored after this; what is asked for later must wait.
    await this.#deps.commit([]);
    const failures: unknown[] = [];
    for (const look of looks) {
      // A damaged row must not keep the series behind it waiting for ever.
      await this.#lookAfter(look, floors).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
    return true;
  }

  async #lookAfter(look: Look, floors: Floors): Promise<void> {
    await this.#roll(look);
    for (const [hourMs, asked] of look.marks) await this.#recount(look.series, hourMs, asked);
    await this.#sweep(look.series, floors);
  }

  async #roll({ series, targetMs, lowered }: Look): Promise<void> {
    if (targetMs <= series.rolledMs || series.lowered !== lowered) return;
    const { minutes, endMs } = await this.#minutesOf(series, targetMs);
    const hours = widen(minutes, HOUR_MS);
    const steps: Step[] = minutes.map((minute) => rollupStep(series, 'minute', minute));
    for (const hour of hours) steps.push(rollupStep(series, 'hour', hour));
    steps.push(...(await this.#dayStepsOf(series, { hours, endMs })));
    steps.push(rowStep(series, { rolledMs: endMs }));
    // A reading asked for more than was looked at: the next turn does it.
    if (series.lowered !== lowered) return;
    await this.#commit(series, steps, () => {
      series.rolledMs = endMs;
      if (series.lowered === lowered) series.lowestMs = NONE;
    });
  }

  /** Of whole hours from where rollups end, as many as a few pages of readings hold. */
  async #minutesOf(series: Series, targetMs: number): Promise<{ minutes: Rollup[]; endMs: number }> {
    const minutes: Rollup[] = [];
    for (let fromMs = series.rolledMs; ; ) {
      const page = await this.#deps.rows.readings(series, { fromMs, toMs: targetMs, limit: READINGS_PAGE });
      addReadings(minutes, page, MINUTE_MS);
      const last = page.at(-1);
      if (last === undefined || page.length < READINGS_PAGE) return { minutes, endMs: targetMs };
      const endMs = bucketStart(last.atMs, HOUR_MS);
      if ((minutes[0]?.atMs ?? endMs) < endMs) return { minutes: minutes.filter(({ atMs }) => atMs < endMs), endMs };
      fromMs = last.atMs + 1;
    }
  }

  /** Days that end with these hours. */
  async #dayStepsOf(series: Series, { hours, endMs }: { hours: readonly Rollup[]; endMs: number }): Promise<Step[]> {
    const firstMs = bucketStart(series.rolledMs, DAY_MS);
    const daysEndMs = bucketStart(endMs, DAY_MS);
    if (firstMs >= daysEndMs) return [];
    const first = await this.#deps.rows.day(series, firstMs, new Map(hours.map((hour) => [hour.atMs, hour])));
    const later = hours.filter(({ atMs }) => atMs >= firstMs + DAY_MS && atMs < daysEndMs);
    const steps = widen(later, DAY_MS).map((day) => rollupStep(series, 'day', day));
    return [dayStep(series, firstMs, first), ...steps];
  }

  async #recount(series: Series, hourMs: number, asked: number): Promise<void> {
    if (series.marks.get(hourMs) !== asked) return;
    const steps = hourMs < series.rolledMs ? await this.recounted(series, hourMs) : [];
    // Asked for again meanwhile: what was read may lack that reading.
    if (series.marks.get(hourMs) !== asked) return;
    await this.#commit(series, [...steps, markStep(series, hourMs, undefined)], () => {
      if (series.marks.get(hourMs) === asked) series.marks.delete(hourMs);
    });
  }

  /** Steps that make an hour's rollups again from its readings. */
  async recounted(series: Series, hourMs: number): Promise<Step[]> {
    const { rows } = this.#deps;
    const range = { fromMs: hourMs, toMs: hourMs + HOUR_MS };
    const rollups = await rows.made(series, MINUTE_MS, { ...range, limit: HOUR_MS / MINUTE_MS });
    const hours = widen(rollups, HOUR_MS);
    const steps = await rows.replacing(series, 'minute', { ...range, rollups });
    steps.push(...(await rows.replacing(series, 'hour', { ...range, rollups: hours })));
    const dayMs = bucketStart(hourMs, DAY_MS);
    if (dayMs >= bucketStart(series.rolledMs, DAY_MS)) return steps;
    const day = await rows.day(series, dayMs, new Map([[hourMs, hours[0]]]));
    steps.push(dayStep(series, dayMs, day));
    return steps;
  }

  async #sweep(series: Series, floors: Floors): Promise<void> {
    const rawMs = sweepEnd(series, floors.raw);
    if (rawMs > series.floorMs) {
      series.floorMs = rawMs;
      await this.#commit(series, [rowStep(series, {})]);
    }
    // What must be counted again needs its readings.
    const waits = [...series.marks.keys()].some((hourMs) => hourMs < rawMs);
    if (!waits) await this.#sweepTable(series, 'raw', rawMs);
    for (const width of ROLLUP_WIDTHS) await this.#sweepTable(series, width, sweepEnd(series, floors[width]));
  }

  async #sweepTable(series: Series, kind: keyof Floors, endMs: number): Promise<void> {
    if (series.swept[kind] >= endMs) return;
    const steps = await this.#deps.rows.removal(SWEPT_TABLES[kind], series.id, {
      fromMs: 0,
      toMs: endMs,
      limit: SWEPT_A_PIECE,
    });
    const isDone = steps.length < SWEPT_A_PIECE;
    // Said in the same commit: swept once more, what came late since then would be gone, and count again if it came again.
    if (isDone) series.swept[kind] = endMs;
    if (isDone && kind === 'raw') steps.push(rowStep(series, {}));
    if (steps.length > 0) await this.#commit(series, steps);
  }

  async #commit(series: Series, steps: readonly Step[], onStored?: () => void): Promise<void> {
    if (!series.isLeaving) await this.#deps.commit([new LevelWrite(steps, onStored)]);
  }
}

const SWEPT_TABLES = { raw: 'readings', minute: 'rollupsMinute', hour: 'rollupsHour', day: 'rollupsDay' } as const;

/** What is not rolled yet stays. */
const sweepEnd = ({ rolledMs }: Series, floorMs: number): number => Math.min(floorMs, bucketStart(rolledMs, DAY_MS));

function isDue(series: Series, nowMs: number, floors: Floors): boolean {
  if (!series.isStored) return false;
  if (series.newestMs === undefined || series.marks.size > 0) return true;
  if (targetOf(series, nowMs) > series.rolledMs) return true;
  return Object.entries(floors).some(
    ([kind, floorMs]) => isKind(kind) && sweepEnd(series, floorMs) > series.swept[kind],
  );
}

const isKind = (kind: string): kind is keyof Floors => kind in SWEPT_TABLES;

/** Up to where rollups can be made. */
function targetOf({ newestMs = 0 }: Series, nowMs: number): number {
  if (newestMs === 0) return 0;
  // A clock that runs ahead must not make the present late.
  const heardMs = Math.min(newestMs, nowMs);
  const isQuiet = nowMs - newestMs > QUIET_MS;
  return bucketStart(isQuiet ? heardMs + HOUR_MS : Math.max(0, heardMs - ROLL_GRACE_MS), HOUR_MS);
}
