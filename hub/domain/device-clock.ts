/**
 * When a device that gives no date measured something. Some count milliseconds since they were switched on: a message
 * that is sent at once (a heartbeat) tells when that was, and what was held back meanwhile gets its true time by it.
 * Everything else is dated by its reception, each value by a millisecond of its own, so that none replaces another.
 */

/** A heartbeat says for so long how old values are that come after it. */
const ANCHOR_HOLDS_MS = 600_000;
/**
 * The same count again within this time is the same value again. Later it may be another run of a device that wakes up,
 * measures at the same moment of each run, and sleeps.
 */
export const SAME_UPTIME_MS = 20_000;
/** The hub's clock is kept right in steps of less; a larger one back begins anew, and does not date by what was before. */
const STEP_BACK_MAX_MS = 1000;
/** A device that sends more than a value each millisecond is dated ahead. After a start of the hub that goes on from here. */
const AHEAD_RESUMED_MAX_MS = 3_600_000;

/** What is remembered of one device. */
export interface DeviceClock {
  /** Unix ms at which it was switched on, by its last heartbeat; undefined: it never sent one. */
  readonly anchor: { readonly bootMs: number; readonly uptimeMs: number; readonly receivedMs: number } | undefined;
  /** The last value that had to be dated by its reception. */
  readonly last:
    | { readonly uptimeMs: number | undefined; readonly atMs: number; readonly receivedMs: number }
    | undefined;
}

/** Of a device that is heard for the first time since the start; `newestMs`: the newest stored value of it. */
export function newDeviceClock(newestMs: number | undefined, receivedMs: number): DeviceClock {
  const isAhead = newestMs !== undefined && newestMs >= receivedMs && newestMs - receivedMs <= AHEAD_RESUMED_MAX_MS;
  return { anchor: undefined, last: isAhead ? { uptimeMs: undefined, atMs: newestMs, receivedMs } : undefined };
}

/** A message that is never held back. */
export const withHeartbeat = (clock: DeviceClock, uptimeMs: number, receivedMs: number): DeviceClock => ({
  ...clock,
  anchor: { bootMs: receivedMs - uptimeMs, uptimeMs, receivedMs },
});

/** The time of a value, Unix ms, and what to remember. `uptimeMs`: what the device's clock said; undefined: nothing. */
export function dated(
  clock: DeviceClock,
  uptimeMs: number | undefined,
  receivedMs: number,
): { readonly atMs: number; readonly clock: DeviceClock } {
  const { anchor, last } = clock;
  if (uptimeMs !== undefined) {
    const isHeldBack =
      anchor !== undefined && uptimeMs < anchor.uptimeMs && receivedMs - anchor.receivedMs <= ANCHOR_HOLDS_MS;
    if (isHeldBack) return { atMs: Math.max(0, anchor.bootMs + uptimeMs), clock };
    const isRepeated = last?.uptimeMs === uptimeMs && receivedMs - last.receivedMs <= SAME_UPTIME_MS;
    if (isRepeated) return { atMs: last.atMs, clock };
  }
  const isBehind = last !== undefined && last.atMs >= receivedMs && receivedMs > last.receivedMs - STEP_BACK_MAX_MS;
  const atMs = isBehind ? last.atMs + 1 : receivedMs;
  return { atMs, clock: { anchor, last: { uptimeMs, atMs, receivedMs } } };
}
