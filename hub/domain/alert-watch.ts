/**
 * Whether a value, or a silence, is worth an alert. Pure: what was known, what is new, the time → what is known now, and
 * what changed.
 *
 * A threshold is passed above (or below) the limit, and is over when the value has come back behind the limit by the
 * hysteresis; in between nothing changes, so a value that trembles around the limit raises one alert. With `forMs` the
 * limit must be passed without a break for so long.
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
  readonly passedSinceMs: number | undefined;
  /** The newest value that was judged, and its time. */
  readonly value: number | undefined;
  readonly atMs: number;
}
export type Change = 'raise' | 'repeat' | 'clear';
export interface Judged {
  readonly watch: Watch;
  readonly change: Change | undefined;
}

export const newWatch = (isRaised: boolean): Watch => ({
  isRaised,
  passedSinceMs: undefined,
  value: undefined,
  atMs: Number.NEGATIVE_INFINITY,
});

/** The clock was set back: when it was seen is not known, or everything new would count as older. */
export function notAhead(watch: Watch, nowMs: number): Watch {
  if (watch.atMs <= nowMs) return watch;
  const { passedSinceMs } = watch;
  const sinceMs = passedSinceMs === undefined ? undefined : Math.min(passedSinceMs, nowMs);
  return { ...watch, passedSinceMs: sinceMs, atMs: Number.NEGATIVE_INFINITY };
}

/** A value older than the newest one says nothing about now. */
export function judgeValue(
  threshold: Threshold,
  watch: Watch,
  { value, atMs }: { value: number; atMs: number },
): Judged {
  if (atMs < watch.atMs) return { watch, change: undefined };
  const isPassed = isBeyond(threshold, value, threshold.limit);
  if (watch.isRaised) {
    const isBack = !isBeyond(threshold, value, backOf(threshold));
    if (isBack) return { watch: { isRaised: false, passedSinceMs: undefined, value, atMs }, change: 'clear' };
    return { watch: { ...watch, value, atMs }, change: isPassed ? 'repeat' : undefined };
  }
  const passedSinceMs = isPassed ? (watch.passedSinceMs ?? atMs) : undefined;
  return judgeTime(threshold, { isRaised: false, passedSinceMs, value, atMs }, atMs);
}

/** Time went on without a new value. */
export function judgeTime(threshold: Threshold, watch: Watch, nowMs: number): Judged {
  const { isRaised, passedSinceMs } = watch;
  if (isRaised || passedSinceMs === undefined || nowMs - passedSinceMs < threshold.forMs) {
    return { watch, change: undefined };
  }
  return { watch: { ...watch, isRaised: true, passedSinceMs: undefined }, change: 'raise' };
}

function isBeyond({ direction }: Threshold, value: number, limit: number): boolean {
  return direction === 'above' ? value > limit : value < limit;
}

function backOf({ direction, limit, hysteresis }: Threshold): number {
  return direction === 'above' ? limit - hysteresis : limit + hysteresis;
}

export interface Silence {
  /** Undefined: nothing was ever heard, so nothing is missed. */
  readonly heardMs: number | undefined;
  /** The hub heard nobody before this time. */
  readonly deafUntilMs: number;
  readonly afterMs: number;
}

/** Silence counts only while the hub could hear; an alert is over when something is heard, not when the hub starts. */
export function judgeSilence(
  { heardMs, deafUntilMs, afterMs }: Silence,
  isRaised: boolean,
  nowMs: number,
): Change | undefined {
  if (heardMs === undefined) return undefined;
  if (isRaised) return nowMs - heardMs <= afterMs ? 'clear' : undefined;
  return nowMs - Math.max(heardMs, deafUntilMs) > afterMs ? 'raise' : undefined;
}

/** A metric's value as the number a threshold is about; undefined: it is none. */
export function numberOf(value: number | boolean | string): number | undefined {
  if (typeof value === 'string' && value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
