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
export const RETENTION_DEFAULT = '30,90,730,forever';
export const FOR_EVER: Retention = { raw: null, minute: null, hour: null, day: null };
const DAYS = /^[1-9]\d{0,4}$/;
const FOREVER = 'forever';

/** Four numbers of days, of readings, minutes, hours and days, none less than the one before; undefined: not so. */
export function retentionOf(text: string): Retention | undefined {
  const parts = text.split(',').map((part) => part.trim());
  const [raw, minute, hour, day] = parts.map((part) => (part === FOREVER ? null : Number(part)));
  const isWhole = parts.length === 4 && parts.every((part) => part === FOREVER || DAYS.test(part));
  if (!isWhole || raw === undefined || minute === undefined || hour === undefined || day === undefined)
    return undefined;
  const order = [raw, minute, hour, day].map((days) => days ?? Number.POSITIVE_INFINITY);
  const isRising = order.every((days, at) => days >= (order[at - 1] ?? 0));
  return isRising ? { raw, minute, hour, day } : undefined;
}

/** Class → nothing before this time is kept (the beginning of a day of UTC; 0: everything is). */
export type Floors = Readonly<Record<keyof Retention, number>>;

export function floorsOf(nowMs: number, { raw, minute, hour, day }: Retention): Floors {
  const floorOf = (days: number | null): number =>
    days === null ? 0 : Math.max(0, nowMs - (nowMs % DAY_MS) - days * DAY_MS);
  return { raw: floorOf(raw), minute: floorOf(minute), hour: floorOf(hour), day: floorOf(day) };
}
