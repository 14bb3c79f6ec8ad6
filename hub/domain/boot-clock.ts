/**
 * When a device without a date measured something. It counts milliseconds since it was switched on; a message that is
 * sent at once (a heartbeat) tells when that was, and what it held back meanwhile gets its true time by it.
 */

/** A heartbeat says for so long how old values are that come after it. */
const ANCHOR_HOLDS_MS = 600_000;
/**
 * The same count again within this time is the same value again. Later it may be another run of a device that wakes up,
 * measures at the same moment of each run, and sleeps.
 */
export const SAME_UPTIME_MS = 20_000;
/** Values that come in one millisecond and are not the same are told apart by so much at most. */
const SPREAD_MAX_MS = 1000;

/** What is remembered of one device. */
export interface BootClock {
  /** Unix ms at which it was switched on, by its last heartbeat; undefined: it never sent one. */
  readonly anchor: { readonly bootMs: number; readonly uptimeMs: number; readonly receivedMs: number } | undefined;
  /** The last value that had to be dated by its reception. */
  readonly last: { readonly uptimeMs: number; readonly atMs: number } | undefined;
}

export const NO_BOOT_CLOCK: BootClock = { anchor: undefined, last: undefined };

/** A message that is never held back. */
export const withHeartbeat = (clock: BootClock, uptimeMs: number, receivedMs: number): BootClock => ({
  ...clock,
  anchor: { bootMs: receivedMs - uptimeMs, uptimeMs, receivedMs },
});

/** The time of a value of this uptime, Unix ms, and what to remember. */
export function dated(
  clock: BootClock,
  uptimeMs: number,
  receivedMs: number,
): { readonly atMs: number; readonly clock: BootClock } {
  const { anchor, last } = clock;
  const isHeldBack =
    anchor !== undefined && uptimeMs < anchor.uptimeMs && receivedMs - anchor.receivedMs <= ANCHOR_HOLDS_MS;
  if (isHeldBack) return { atMs: Math.max(0, anchor.bootMs + uptimeMs), clock };
  const isRepeated = last?.uptimeMs === uptimeMs && receivedMs - last.atMs <= SAME_UPTIME_MS;
  if (isRepeated) return { atMs: last.atMs, clock };
  const isCrowded = last !== undefined && last.atMs >= receivedMs && last.atMs < receivedMs + SPREAD_MAX_MS;
  const atMs = isCrowded ? last.atMs + 1 : receivedMs;
  return { atMs, clock: { anchor, last: { uptimeMs, atMs } } };
}
