/**
 * When a device that gives no date measured something. Some count milliseconds since they were switched on: a message
 * that is sent at once (a heartbeat) tells when that was, and what was held back meanwhile gets its true time by it.
 * Everything else is dated by its reception, each value by a millisecond of its own, so that none replaces another.
 */

/** A heartbeat says for so long how old values are that come after it. */
const ANCHOR_HOLDS_MS = 600_000;
/** What seems to have been held back for longer is of a device that was switched on again, and has not said so yet. */
const HELD_BACK_MAX_MS = 86_400_000;
/** `millis()` counts in 32 bits: after 49.7 days it begins again. */
const UPTIME_WRAPS_MS = 2 ** 32;
/**
 * The same values with the same count within this time are said again. Later it may be another run of a device that wakes
 * up, measures at the same moment of each run, and sleeps.
 */
export const SAME_UPTIME_MS = 20_000;
/** The hub's clock is kept right in steps of less; a larger one back begins anew, and does not date by what was before. */
const STEP_BACK_MAX_MS = 1000;
/** A device that sends more than a value each millisecond is dated ahead. After a start of the hub that goes on from here. */
const AHEAD_RESUMED_MAX_MS = 600_000;

/** What is remembered of one device. */
export interface DeviceClock {
  /** Its last heartbeat. */
  readonly anchor: { readonly uptimeMs: number; readonly receivedMs: number } | undefined;
  /** The last value that had to be dated by its reception. */
  readonly last:
    | { readonly uptimeMs: number | undefined; readonly atMs: number; readonly receivedMs: number }
    | undefined;
}

export interface Counted {
  /** What the device's clock said; undefined: nothing. */
  readonly uptimeMs: number | undefined;
  /** It says what the last value said. */
  readonly isLikeLast: boolean;
  readonly receivedMs: number;
}

/** Of a device that is heard for the first time since the start; `newestMs`: the newest stored value of it. */
export function newDeviceClock(newestMs: number | undefined, receivedMs: number): DeviceClock {
  const isAhead = newestMs !== undefined && newestMs >= receivedMs && newestMs - receivedMs <= AHEAD_RESUMED_MAX_MS;
  return { anchor: undefined, last: isAhead ? { uptimeMs: undefined, atMs: newestMs, receivedMs } : undefined };
}

/** A message that is never held back. */
export const withHeartbeat = (clock: DeviceClock, uptimeMs: number, receivedMs: number): DeviceClock => ({
  ...clock,
  anchor: { uptimeMs, receivedMs },
});

/** The true time of a value that was held back, Unix ms; undefined where nothing tells it. */
export function heldBackMs({ anchor }: DeviceClock, uptimeMs: number, receivedMs: number): number | undefined {
  if (anchor === undefined || receivedMs - anchor.receivedMs > ANCHOR_HOLDS_MS) return undefined;
  const rounds = Math.round((anchor.uptimeMs - uptimeMs) / UPTIME_WRAPS_MS);
  const heldMs = anchor.uptimeMs - uptimeMs - rounds * UPTIME_WRAPS_MS;
  return heldMs > 0 && heldMs <= HELD_BACK_MAX_MS ? Math.max(0, anchor.receivedMs - heldMs) : undefined;
}

/** The time of any other value, Unix ms, and what to remember. */
export function dated(
  clock: DeviceClock,
  { uptimeMs, isLikeLast, receivedMs }: Counted,
): { readonly atMs: number; readonly clock: DeviceClock } {
  const { anchor, last } = clock;
  const isCounted = uptimeMs !== undefined && last?.uptimeMs === uptimeMs;
  if (isCounted && isLikeLast && receivedMs - last.receivedMs <= SAME_UPTIME_MS) return { atMs: last.atMs, clock };
  const isBehind = last !== undefined && last.atMs >= receivedMs && receivedMs > last.receivedMs - STEP_BACK_MAX_MS;
  const atMs = isBehind ? last.atMs + 1 : receivedMs;
  return { atMs, clock: { anchor, last: { uptimeMs, atMs, receivedMs } } };
}
