/** Times of day on the clocks of a time zone, summer time included: from an instant, and back to one. */

/** Days since 1970-01-01, as a calendar counts them. */
export interface LocalTime {
  readonly day: number;
  /** Since midnight by the clock, 0 to 1439. */
  readonly minute: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** The clocks of a zone never change twice within this time of one another. */
const REACH_MS = DAY_MS;

export interface Zone {
  local(atMs: number): LocalTime;
  /** A time of day that comes twice has two instants; one that is skipped is the instant of the change. */
  instant(time: LocalTime, which: 'first' | 'last'): number;
}

/** 1 = Monday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

export function zoneOf(timeZone: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });

  /** What the clocks show, written as if it were UTC. */
  function shownMs(atMs: number): number {
    const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  }
  const offsetMs = (atMs: number): number => shownMs(atMs) - Math.floor(atMs / MINUTE_MS) * MINUTE_MS;

  return {
    local(atMs) {
      const shown = shownMs(atMs);
      const day = Math.floor(shown / DAY_MS);
      return { day, minute: (shown - day * DAY_MS) / MINUTE_MS };
    },
    instant({ day, minute }, which) {
      const wantedMs = day * DAY_MS + minute * MINUTE_MS;
      // The clocks before and after whatever change there may be nearby.
      const offsets = [offsetMs(wantedMs - REACH_MS), offsetMs(wantedMs + REACH_MS)];
      const candidates = offsets.map((offset) => wantedMs - offset);
      const found = candidates.filter((atMs) => shownMs(atMs) === wantedMs);
      if (found.length > 0) return which === 'first' ? Math.min(...found) : Math.max(...found);
      return changeBetween(Math.min(...candidates), Math.max(...candidates), offsetMs);
    },
  };
}

/** The first instant, to the minute, at which the clocks differ from those at `fromMs`. */
function changeBetween(fromMs: number, toMs: number, offsetMs: (atMs: number) => number): number {
  const before = offsetMs(fromMs);
  let low = Math.floor(fromMs / MINUTE_MS);
  let high = Math.ceil(toMs / MINUTE_MS);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle * MINUTE_MS) === before) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}
