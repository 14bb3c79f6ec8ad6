/** What time a device means: Unix seconds, Unix milliseconds or ISO text, when plausible; else the time of reception. */

const EARLIEST_MS = Date.UTC(2020, 0, 1);
const DAY_MS = 86_400_000;
/** A device clock may run ahead by so much; more is a wrong clock. */
const AHEAD_MAX_MS = DAY_MS;
/** Values held back longer than this by a device are not believed. */
const AGE_MAX_MS = 366 * DAY_MS;
/** Unix seconds stay below this until the year 5138; Unix milliseconds have been above it since 1973. */
const SECONDS_BELOW = 1e11;

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;
const ISO_LENGTH_MAX = 40;

/** `t` as the payload has it, `ageMs` how long the device held the value back; the answer is Unix milliseconds. */
export function deviceTimeMs(t: unknown, ageMs: unknown, receivedMs: number): number {
  const saidMs = unixMs(t);
  if (saidMs !== undefined && saidMs >= EARLIEST_MS && saidMs <= receivedMs + AHEAD_MAX_MS) return saidMs;
  if (typeof ageMs === 'number' && ageMs >= 0 && ageMs <= AGE_MAX_MS)
    return Math.max(0, receivedMs - Math.round(ageMs));
  return receivedMs;
}

function unixMs(t: unknown): number | undefined {
  if (typeof t === 'number') return Number.isFinite(t) ? Math.round(t < SECONDS_BELOW ? t * 1000 : t) : undefined;
  if (typeof t === 'string' && t.length <= ISO_LENGTH_MAX) return isoMs(t);
  return undefined;
}

/** ISO text without a zone is taken as UTC: the hub cannot know where the device thinks it is. */
function isoMs(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const parsed = Date.parse(match[1] === undefined ? `${text}Z` : text);
  return Number.isNaN(parsed) ? undefined : parsed;
}
