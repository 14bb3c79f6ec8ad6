/** What time a device means: Unix seconds, Unix milliseconds or ISO text, when plausible; else the time of reception. */

const EARLIEST_MS = Date.UTC(2020, 0, 1);
const DAY_MS = 86_400_000;
/** A device clock may run ahead by so much; more is a wrong clock. */
export const AHEAD_MAX_MS = DAY_MS;
/** Values held back longer than this by a device are not believed. */
const AGE_MAX_MS = 366 * DAY_MS;
/** Unix seconds stay below this until the year 5138; Unix milliseconds have been above it since 1973. */
const SECONDS_BELOW = 1e11;
/** `millis()` counts in 32 bits: 49.7 days. */
const UPTIME_BELOW = 2 ** 32;
/**
 * Milliseconds since boot look like Unix seconds of today for minutes once in 20 days of running. Where the device is
 * known to send the former, the latter are believed only for so long into the past.
 */
const SECONDS_BEHIND_MAX_MS = DAY_MS;

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;
const ISO_LENGTH_MAX = 40;

export interface Said {
  /** As the payload has it. */
  readonly t: unknown;
  /** How long the device held the value back, as the payload has it. */
  readonly ageMs?: unknown;
  /** Such devices send milliseconds since boot here (seed 1 over MQTT and WebSocket). */
  readonly isUsuallyUptime?: boolean;
}

export interface Sensed {
  /** Unix ms. */
  readonly atMs: number;
  /** The device's clock, when it counts from boot. */
  readonly deviceUptimeMs?: number | undefined;
  /** False: nothing the device said gives a time, so it is the time of reception. */
  readonly isDated: boolean;
  /** The date itself was said, not an age: said again, it is the same one. */
  readonly saysDate?: boolean;
}

/** Judges what a device says of the time; source: seed 1 S1-20. */
export function senseTime({ t, ageMs, isUsuallyUptime = false }: Said, receivedMs: number): Sensed {
  const saidMs = unixMs(t);
  const isSeconds = typeof t === 'number' && t < SECONDS_BELOW;
  const earliestMs = isUsuallyUptime && isSeconds ? receivedMs - SECONDS_BEHIND_MAX_MS : EARLIEST_MS;
  if (saidMs !== undefined && saidMs >= earliestMs && saidMs <= receivedMs + AHEAD_MAX_MS) {
    return { atMs: saidMs, isDated: true, saysDate: true };
  }
  // 0 is what a device without any clock sends.
  const isUptime = typeof t === 'number' && t > 0 && t < UPTIME_BELOW;
  const uptime = isUptime ? { deviceUptimeMs: Math.round(t) } : {};
  if (typeof ageMs === 'number' && ageMs >= 0 && ageMs <= AGE_MAX_MS) {
    return { atMs: Math.max(0, receivedMs - Math.round(ageMs)), isDated: true, ...uptime };
  }
  return { atMs: receivedMs, isDated: false, ...uptime };
}

/** `t` as the payload has it, `ageMs` how long the device held the value back; the answer is Unix milliseconds. */
export const deviceTimeMs = (t: unknown, ageMs: unknown, receivedMs: number): number =>
  senseTime({ t, ageMs }, receivedMs).atMs;

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
