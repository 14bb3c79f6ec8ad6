/** How long readings and their rollups are kept. */

const DAY_MS = 86_400_000;

/** Days of each class; null: for ever. */
export interface Retention {
  readonly raw: number | null;
  readonly minute: number | null;
  readonly hour: number | null;
  readonly day: number | null;
}

/** A month to look closely at, a season by the minute, two years by the hour, and every day. */
export const RETENTION_DEFAULT: Retention = { raw: 30, minute: 90, hour: 730, day: null };

/** Class → nothing before this time is kept (the beginning of a day of UTC; 0: everything is). */
export type Floors = Readonly<Record<keyof Retention, number>>;

export function floorsOf(nowMs: number, { raw, minute, hour, day }: Retention): Floors {
  const floorOf = (days: number | null): number =>
    days === null ? 0 : Math.max(0, nowMs - (nowMs % DAY_MS) - days * DAY_MS);
  return { raw: floorOf(raw), minute: floorOf(minute), hour: floorOf(hour), day: floorOf(day) };
}
