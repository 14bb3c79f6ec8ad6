/**
 * The series there are (a device's metric under a short number), and how far the rollups of each are made. In memory, so
 * that what a reading needs besides its row is decided at once.
 *
 * Rollups exist for hours before `rolledMs`; of later ones they are made from the readings when somebody asks. A reading
 * of an hour that is rolled leaves a mark in its own commit: count this hour again. With too many marks the beginning of
 * what is not rolled moves back instead. Readings from before `floorMs`, where readings were swept, cannot be told from
 * ones already counted: they go to a table of their own, and are looked at when the store has time.
 */
import { bucketStart, HOUR_MS, type Value } from '../../lib/rollup.ts';
import { type Floors, READING_MS_MAX, SERIES_PER_DEVICE_MAX } from '../telemetry-store.ts';
import type { Database } from './database.ts';
import {
  type KeyRange,
  keyOf,
  lastPartOf,
  packedKey,
  packedPrefix,
  packedSeries,
  packedTime,
  packedTimePart,
  rangeUnder,
  SERIES_MAX,
} from './keys.ts';
import type { Step } from './level-write.ts';
import { isNumber, isText, shapeOf } from './shape.ts';
import { encodeValue } from './telemetry-codec.ts';

/** No time is later. */
export const NONE = Number.POSITIVE_INFINITY;
/** Hours of one series that wait to be counted again. */
export const MARKS_PER_SERIES_MAX = 48;
const LOAD_PAGE = 1000;

interface SeriesRow {
  id: number;
  deviceId: string;
  metric: string;
  rolledMs: number;
  floorMs: number;
  sweptMs: number;
}
const shape = shapeOf<SeriesRow>('series', {
  id: isNumber,
  deviceId: isText,
  metric: isText,
  rolledMs: isNumber,
  floorMs: isNumber,
  sweptMs: isNumber,
});

export interface Series {
  readonly id: number;
  readonly deviceId: string;
  readonly metric: string;
  /** What the keys of its readings begin with. */
  readonly prefix: string;
  /** Its row is stored; until that is known every reading brings it along. */
  isStored: boolean;
  /** Its device is being removed: what is made of it meanwhile must not bring its row back. */
  isLeaving: boolean;
  /** Rollups of hours before this are stored. */
  rolledMs: number;
  /** Readings before this need a mark: `rolledMs`, or further on while rollups are being made. */
  judgeMs: number;
  /** Readings before this were swept. */
  floorMs: number;
  /** Of its readings; undefined: not known since the start. */
  newestMs: number | undefined;
  /** Hours to count again → a number that is new with every reading that asked for it. */
  readonly marks: Map<number, number>;
  /** New with every reading that moves `rolledMs` back. */
  lowered: number;
  /** How far back it was asked to move since rollups were last made. */
  lowestMs: number;
  /** Up to where rows were swept: raw ones ever, rollups in this run. */
  readonly swept: Record<keyof Floors, number>;
}

/** What storing something means besides its steps: `stored` is called once the commit has succeeded. */
export interface Noted {
  readonly steps: Step[];
  stored?: (() => void) | undefined;
}

export class SeriesBook {
  readonly #devices = new Map<string, Map<string, Series>>();
  readonly #byId = new Map<number, Series>();
  #nextId = 1;
  #asked = 0;

  /** Once, before anything else. */
  async load(database: Database): Promise<void> {
    await eachPage(database, rangeUnder('series'), (_key, text) => {
      const row = shape.decode(text);
      const series = this.#add(row.deviceId, row.metric, row.id);
      Object.assign(series, { isStored: true, rolledMs: row.rolledMs, judgeMs: row.rolledMs, floorMs: row.floorMs });
      series.swept.raw = row.sweptMs;
    });
    // Numbers of series that are gone are not given out again while rows of theirs may be left.
    await eachPage(database, rangeUnder('seriesGone'), (key) => {
      this.#nextId = Math.max(this.#nextId, Number(lastPartOf(key)) + 1);
    });
    await eachPage(database, rangeUnder('recounts'), (key) => {
      this.#byId.get(packedSeries(key))?.marks.set(packedTime(key), ++this.#asked);
    });
  }

  get(deviceId: string, metric: string): Series | undefined {
    return this.#devices.get(deviceId)?.get(metric);
  }

  byId(id: number): Series | undefined {
    return this.#byId.get(id);
  }

  of(deviceId: string): readonly Series[] {
    return [...(this.#devices.get(deviceId)?.values() ?? [])];
  }

  all(): IterableIterator<Series> {
    return this.#byId.values();
  }

  /** What one message of readings means for the store. */
  put(deviceId: string, atMs: number, values: Iterable<readonly [metric: string, value: Value]>): Noted {
    if (!Number.isSafeInteger(atMs) || atMs < 0 || atMs > READING_MS_MAX) {
      throw new RangeError(`a reading needs a time in whole milliseconds, not ${atMs}`);
    }
    const noted: Noted = { steps: [], stored: undefined };
    const at = { atMs, keyPart: packedTimePart(atMs) };
    const known = this.#devices.get(deviceId);
    for (const [metric, value] of values) {
      const text = encodeValue(value);
      const series = known?.get(metric) ?? this.#new(deviceId, metric);
      if (series !== undefined) this.#putOne(series, text, at, noted);
    }
    return noted;
  }

  #putOne(series: Series, text: string, { atMs, keyPart }: { atMs: number; keyPart: string }, noted: Noted): void {
    const { steps } = noted;
    if (!series.isStored) this.#putRow(series, noted);
    if (atMs < series.floorMs && atMs < series.judgeMs) {
      steps.push({ kind: 'set', key: packedKey(packedPrefix('readingsLate', series.id), atMs), value: text });
      return;
    }
    steps.push({ kind: 'set', key: series.prefix + keyPart, value: text });
    if (series.newestMs !== undefined && atMs > series.newestMs) series.newestMs = atMs;
    if (atMs < series.judgeMs) this.#late(series, bucketStart(atMs, HOUR_MS), noted);
  }

  /** An hour whose rollups are made, or are being made, has changed. */
  #late(series: Series, hourMs: number, noted: Noted): void {
    if (series.marks.has(hourMs) || series.marks.size < MARKS_PER_SERIES_MAX) {
      series.marks.set(hourMs, ++this.#asked);
      noted.steps.push(markStep(series, hourMs, ''));
      return;
    }
    series.lowered = ++this.#asked;
    const rolledMs = Math.min(hourMs, series.rolledMs, series.lowestMs);
    // Until this is stored, others that move it back must not move it forward again.
    series.lowestMs = rolledMs;
    noted.steps.push(rowStep(series, { rolledMs }));
    alsoWhenStored(noted, () => {
      series.rolledMs = Math.min(rolledMs, series.rolledMs);
      series.judgeMs = Math.min(rolledMs, series.judgeMs);
    });
  }

  #putRow(series: Series, noted: Noted): void {
    noted.steps.push(rowStep(series, {}));
    alsoWhenStored(noted, () => {
      series.isStored = true;
    });
  }

  /** The device goes, and nothing of it may be found under its name again. */
  removal(deviceId: string): Noted {
    const gone = this.of(deviceId);
    const steps: Step[] = [{ kind: 'clear', range: rangeUnder('series', deviceId) }];
    for (const series of gone) {
      series.isLeaving = true;
      steps.push({ kind: 'set', key: keyOf('seriesGone', series.id), value: '' });
    }
    const stored = (): void => {
      for (const { id } of this.of(deviceId)) this.#byId.delete(id);
      this.#devices.delete(deviceId);
    };
    return { steps, stored };
  }

  #new(deviceId: string, metric: string): Series | undefined {
    if ((this.#devices.get(deviceId)?.size ?? 0) >= SERIES_PER_DEVICE_MAX || this.#nextId > SERIES_MAX)
      return undefined;
    const series = this.#add(deviceId, metric, this.#nextId);
    series.newestMs = 0;
    return series;
  }

  #add(deviceId: string, metric: string, id: number): Series {
    const prefix = packedPrefix('readings', id);
    const states = {
      isStored: false,
      isLeaving: false,
      rolledMs: 0,
      judgeMs: 0,
      floorMs: 0,
      newestMs: undefined,
      lowered: 0,
      lowestMs: NONE,
    };
    const series: Series = {
      id,
      deviceId,
      metric,
      prefix,
      ...states,
      marks: new Map(),
      swept: { raw: 0, minute: 0, hour: 0, day: 0 },
    };
    const metrics = this.#devices.get(deviceId) ?? new Map<string, Series>();
    this.#devices.set(deviceId, metrics.set(metric, series));
    this.#byId.set(id, series);
    this.#nextId = Math.max(this.#nextId, id + 1);
    return series;
  }
}

/** The row of a series, with what changes of it. */
export function rowStep(series: Series, changes: Partial<Pick<SeriesRow, 'rolledMs'>>): Step {
  const { id, deviceId, metric, floorMs, swept } = series;
  const rolledMs = Math.min(series.rolledMs, series.lowestMs);
  const value = shape.encode({ id, deviceId, metric, rolledMs, floorMs, sweptMs: swept.raw, ...changes });
  return { kind: 'set', key: keyOf('series', deviceId, metric), value };
}

export const markStep = ({ id }: Series, hourMs: number, value: '' | undefined): Step => ({
  kind: 'set',
  key: packedKey(packedPrefix('recounts', id), hourMs),
  value,
});

function alsoWhenStored(noted: Noted, then: () => void): void {
  const before = noted.stored;
  noted.stored = () => {
    before?.();
    then();
  };
}

async function eachPage(database: Database, range: KeyRange, take: (key: string, text: string) => void): Promise<void> {
  let after: string | undefined;
  do {
    const entries = await database.scan(range, { limit: LOAD_PAGE, after });
    for (const [key, text] of entries) take(key, text);
    after = entries.length < LOAD_PAGE ? undefined : entries.at(-1)?.[0];
  } while (after !== undefined);
}
