/** Windows of a week: is it one now, and when will that change? By the clocks of a zone, summer time included. */
import { weekdayOf, type Zone } from './local-time.ts';

export interface WeekWindow {
  /** Days on which it begins, 1 = Monday. */
  readonly days: readonly number[];
  /** HH:MM by the clock; `to` that is not later than `from` is on the next day. */
  readonly from: string;
  readonly to: string;
}

interface Span {
  readonly startMs: number;
  /** Not included. */
  readonly endMs: number;
}

/** A window is never longer than a day, so one that begins earlier than yesterday is over. */
const DAYS_BACK = 2;
/** Every window begins again within a week; a change later than this is only the end of what was looked at. */
const AHEAD_MS = 8 * 86_400_000;
const DAYS_AHEAD = 9;

export function isInside(windows: readonly WeekWindow[], zone: Zone, nowMs: number): boolean {
  return isWithin(spansAround(windows, zone, { nowMs, daysAhead: 1 }), nowMs);
}

/** Null: it never changes. */
export function nextChangeMs(windows: readonly WeekWindow[], zone: Zone, nowMs: number): number | null {
  const spans = spansAround(windows, zone, { nowMs, daysAhead: DAYS_AHEAD });
  const now = isWithin(spans, nowMs);
  const times = spans
    .flatMap(({ startMs, endMs }) => [startMs, endMs])
    .filter((atMs) => atMs > nowMs && atMs <= nowMs + AHEAD_MS);
  times.sort((a, b) => a - b);
  return times.find((atMs) => isWithin(spans, atMs) !== now) ?? null;
}

const isWithin = (spans: readonly Span[], atMs: number): boolean =>
  spans.some(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);

/** From the first time the clocks show the beginning to the last time they show the end: never two spans for one. */
function spansAround(
  windows: readonly WeekWindow[],
  zone: Zone,
  { nowMs, daysAhead }: { nowMs: number; daysAhead: number },
): Span[] {
  const today = zone.local(nowMs).day;
  const spans: Span[] = [];
  for (let day = today - DAYS_BACK; day <= today + daysAhead; day++) {
    for (const { days, from, to } of windows) {
      if (!days.includes(weekdayOf(day))) continue;
      const [start, end] = [minuteOf(from), minuteOf(to)];
      const startMs = zone.instant({ day, minute: start }, 'first');
      const endMs = zone.instant({ day: end > start ? day : day + 1, minute: end }, 'last');
      spans.push({ startMs, endMs });
    }
  }
  return spans;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
