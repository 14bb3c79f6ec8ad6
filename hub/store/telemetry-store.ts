/** The noun `telemetry` of the store: every reading of every metric, and its rollups per minute, hour and day. */
import { RucheError } from '../contract/errors.ts';
import type { Reading, Rollup, Value } from '../lib/rollup.ts';
import type { Write } from './store.ts';

/** Metrics kept of one device; further names are not stored. */
export const SERIES_PER_DEVICE_MAX = 256;
/** The latest time a reading may have, in the year 10889. */
export const READING_MS_MAX = 2 ** 48 - 2;

/** Times in [fromMs, toMs). */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}
export type RangeRequest = TimeRange & { readonly limit: number };

/** Rows that may still be read for one answer: whoever reads them counts down. */
export interface ReadBudget {
  left: number;
}
export type RollupsRequest = RangeRequest & { readonly budget?: ReadBudget | undefined };

/** Throws HISTORY_TOO_LARGE. */
export function spend(budget: ReadBudget | undefined, rows: number): void {
  if (budget === undefined) return;
  budget.left -= rows;
  if (budget.left < 0) throw new RucheError('HISTORY_TOO_LARGE');
}

export const ROLLUP_WIDTHS = ['minute', 'hour', 'day'] as const;
export type RollupWidth = (typeof ROLLUP_WIDTHS)[number];

/** Nothing before these times is kept; days of UTC. 0: everything is. */
export type Floors = Readonly<Record<'raw' | RollupWidth, number>>;

/**
 * A reading has a natural key: device, metric and the device's time. Putting it again replaces it, and changes nothing
 * else. Rollups are right as soon as the commit of a reading resolved, whatever came late, twice or from the future; only
 * what is older than the readings that are kept shows in them some seconds later, and what is put again after its
 * reading was swept counts again.
 */
export interface TelemetryStore {
  /** Names that readings were put under, in order. */
  metrics(deviceId: string): string[];
  /** Throws RangeError for a time that is no whole number in [0, READING_MS_MAX], TypeError for a number that is none. */
  put(deviceId: string, atMs: number, values: Iterable<readonly [metric: string, value: Value]>): Write;
  /** Oldest first. */
  readings(deviceId: string, metric: string, range: RangeRequest): Promise<Reading[]>;
  /**
   * Oldest first, buckets that begin in the range and hold a reading. Those that nobody stored yet are made of readings,
   * however many there are: `budget` bounds that. Throws HISTORY_TOO_LARGE.
   */
  rollups(deviceId: string, metric: string, width: RollupWidth, range: RollupsRequest): Promise<Rollup[]>;
  /**
   * Forgets readings of a range, and what they were in the rollups. Where the readings of an hour were swept before,
   * whole minutes are forgotten, and where its minutes were, the hour. Once begun it ends, after a restart if need be.
   */
  erase(deviceId: string, metric: string, range: TimeRange): Promise<void>;
  /**
   * A small piece of what the store does in its own time: rollups of hours that ended, counting again what late readings
   * changed, forgetting what is before the floors. True: there is more to do.
   */
  tend(nowMs: number, floors: Floors): Promise<boolean>;
}
