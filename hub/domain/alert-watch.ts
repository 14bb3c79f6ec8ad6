/**
 * Whether a value, or a silence, is worth an alert. Pure: what was known, what is new, the time → what is known now, and
 * what changed.
 *
 * A threshold is passed above (or below) the limit, and is over when the value has come back behind the limit by the
 * hysteresis; in between nothing changes, so a value that trembles around the limit raises one alert. With `forMs` the
 * limit must be passed without a break for so long.
 *
 * There are two clocks, and the device's may be wrong by hours. How long it was from one value to another is told by the
 * device's, also when both were held back and came at once; how long nothing came since a value, only by the hub's.
 */

export interface Threshold {
  readonly direction: 'above' | 'below';
  readonly limit: number;
  /** At least 0. */
  readonly hysteresis: number;
  readonly forMs: number;
}

export interface Watch {
  readonly isRaised: boolean;
  /** Since when the limit is passed without a break; undefined: it is not, or it is raised already. */
  readonly passed: Passed | undefined;
  /** The newest value that was judged, and its time by its device. */
  readonly value: number | undefined;
  readonly atMs: number;
}
/** The first value beyond the limit. */
interface Passed {
  /** By the clock of its device. */
  readonly atMs: number;
  /** When the hub heard it. */
  readonly heardMs: number;
}
export type Change = 'raise' | 'repeat' | 'clear';
export interface Judged {
  readonly watch: Watch;
  readonly change: Change | undefined;
}

export const newWatch = (isRaised: boolean): Watch => ({
  isRaised,
  passed: undefined,
  value: undefined,
  atMs: Number.NEGATIVE_INFINITY,
});

/** The hub's clock was set back: when it was seen is not known, or everything new would count as older. */
export function notAhead(watch: Watch, nowMs: number): Watch {
  const { atMs, passed } = watch;
  if (atMs <= nowMs && (passed === undefined || passed.heardMs <= nowMs)) return watch;
  const since = passed && { atMs: Math.min(passed.atMs, nowMs), heardMs: Math.min(passed.heardMs, nowMs) };
  return { ...watch, passed: since, atMs: atMs <= nowMs ? atMs : Number.NEGATIVE_INFINITY };
}

/** A value older than the newest one says nothing about now. `atMs` by the device's clock, `heardMs` by the hub's. */
export function judgeValue(
  threshold: Threshold,
  watch: Watch,
  { value, atMs, heardMs }: { value: number; atMs: number; heardMs: number },
): Judged {
  if (atMs < watch.atMs) return { watch, change: undefined };
  const isPassed = isBeyond(threshold, value, threshold.limit);
  if (watch.isRaised) {
    const isBack = !isBeyond(threshold, value, backOf(threshold));
    if (isBack) return { watch: { isRaised: false, passed: undefined, value, atMs }, change: 'clear' };
    return { watch: { ...watch, value, atMs }, change: isPassed ? 'repeat' : undefined };
  }
  const passed = isPassed ? (watch.passed ?? { atMs, heardMs }) : undefined;
  return afterMs(threshold, { isRaised: false, passed, value, atMs }, atMs - (passed?.atMs ?? atMs));
}

/** Time went on without a new value. */
export function judgeTime(threshold: Threshold, watch: Watch, nowMs: number): Judged {
  return afterMs(threshold, watch, nowMs - (watch.passed?.heardMs ?? nowMs));
}

function afterMs({ forMs }: Threshold, watch: Watch, passedMs: number): Judged {
  if (watch.isRaised || watch.passed === undefined || passedMs < forMs) return { watch, change: undefined };
  return { watch: { ...watch, isRaised: true, passed: undefined }, change: 'raise' };
}

function isBeyond({ direction }: Threshold, value: number, limit: number): boolean {
  return direction === 'above' ? value > limit : value < limit;
}

function backOf({ direction, limit, hysteresis }: Threshold): number {
  return direction === 'above' ? limit - hysteresis : limit + hysteresis;
}

export interface Silence {
  /** By the hub's clock. Undefined: nothing was ever heard, so nothing is missed. */
  readonly heardMs: number | undefined;
  /** Worked out from what is stored: good for a silence, but nothing was heard that would end one. */
  readonly isGuessed?: boolean;
  /** The hub heard nobody before this time. */
  readonly deafUntilMs: number;
  readonly afterMs: number;
}

/** Silence counts only while the hub could hear; an alert is over when something is heard, not when the hub starts. */
export function judgeSilence(
  { heardMs, isGuessed = false, deafUntilMs, afterMs }: Silence,
  isRaised: boolean,
  nowMs: number,
): Change | undefined {
  if (heardMs === undefined) return undefined;
  if (isRaised) return !isGuessed && nowMs - heardMs <= afterMs ? 'clear' : undefined;
  return nowMs - Math.max(heardMs, deafUntilMs) > afterMs ? 'raise' : undefined;
}

/**
 * When the hub heard a stored value, of which only the time by its device is known, by the hub's clock: that device was
 * heard last when it sent its newest one. Where it spoke without sending any, or its clock is ahead, it was earlier.
 */
export function heardMsOf(
  atMs: number,
  { newestMs, lastSeenMs, nowMs }: { newestMs: number; lastSeenMs: number; nowMs: number },
): number {
  const agoMs = Math.min(newestMs, lastSeenMs) - Math.min(atMs, lastSeenMs);
  // The last sign of life is stored now and then only: a value may be newer.
  return Math.max(lastSeenMs - Math.max(0, agoMs), Math.min(atMs, nowMs));
}

/** A metric's value as the number a threshold is about; undefined: it is none. */
export function numberOf(value: number | boolean | string): number | undefined {
  if (typeof value === 'string' && value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
