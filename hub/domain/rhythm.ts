/** How often a device speaks, learned from its own messages: the longest of its last gaps that is usual. */

/** Gaps remembered. */
const GAPS_MAX = 20;
/** With fewer gaps than this nothing is claimed. */
const GAPS_MIN = 3;
/** Messages closer together than this are one burst (a status and its readings), not a rhythm … */
const BURST_MS = 1000;
/** … and so are those within this part of the interval: all that a device held back, posted one after the other. */
const BURST_PART = 20;
/**
 * One of a few gaps, two of all that are remembered, may be the hub or the network being away. A third one is usual: who
 * wakes up, says up to six things one after the other and sleeps has so many, and is expected when it wakes up again.
 */
const AWAY_OF_FEW = 1;
const AWAY_OF_ALL = 2;
/** Shorter rhythms than this may be the messages of the first time it woke up … */
const AWAKE_MS = 10_000;
/** … until so many gaps say the same. */
const AWAKE_GAPS_MIN = 12;

export interface Rhythm {
  readonly lastMs: number | undefined;
  /** Milliseconds between bursts, oldest first, at most GAPS_MAX. */
  readonly gaps: readonly number[];
}

export const NO_RHYTHM: Rhythm = { lastMs: undefined, gaps: [] };

/** One that was learned before, and of which only the interval was kept: it is changed as slowly as one just learned. */
export const rhythmOf = (intervalMs: number | undefined): Rhythm =>
  intervalMs === undefined
    ? NO_RHYTHM
    : { lastMs: undefined, gaps: Array.from({ length: GAPS_MAX }, () => intervalMs) };

/** The rhythm after one more message at `atMs`. */
export function withBeat(rhythm: Rhythm, atMs: number): Rhythm {
  if (rhythm.lastMs === undefined) return { lastMs: atMs, gaps: rhythm.gaps };
  const gapMs = atMs - rhythm.lastMs;
  if (gapMs < BURST_MS || gapMs < (learnedIntervalMs(rhythm) ?? 0) / BURST_PART) return rhythm;
  return { lastMs: atMs, gaps: [...rhythm.gaps, gapMs].slice(-GAPS_MAX) };
}

/** The interval to expect, or undefined while too little was heard. */
export function learnedIntervalMs({ gaps }: Rhythm): number | undefined {
  if (gaps.length < GAPS_MIN) return undefined;
  const away = gaps.length < GAPS_MAX ? AWAY_OF_FEW : AWAY_OF_ALL;
  const usualMs = gaps.toSorted((a, b) => b - a)[away];
  const isSure = usualMs === undefined || usualMs >= AWAKE_MS || gaps.length >= AWAKE_GAPS_MIN;
  return isSure ? usualMs : undefined;
}
