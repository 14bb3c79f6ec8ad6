/** How often a device speaks, learned from its own messages: the median of its last gaps. */

/** Gaps remembered. */
const GAPS_MAX = 20;
/** With fewer gaps than this nothing is claimed. */
const GAPS_MIN = 3;
/** Messages closer together than this are one burst (a status and its readings), not a rhythm. */
const BURST_MS = 1000;

export interface Rhythm {
  readonly lastMs: number | undefined;
  /** Milliseconds between bursts, oldest first, at most GAPS_MAX. */
  readonly gaps: readonly number[];
}

export const NO_RHYTHM: Rhythm = { lastMs: undefined, gaps: [] };

/** The rhythm after one more message at `atMs`. */
export function withBeat(rhythm: Rhythm, atMs: number): Rhythm {
  if (rhythm.lastMs === undefined) return { lastMs: atMs, gaps: rhythm.gaps };
  const gapMs = atMs - rhythm.lastMs;
  if (gapMs < BURST_MS) return rhythm;
  return { lastMs: atMs, gaps: [...rhythm.gaps, gapMs].slice(-GAPS_MAX) };
}

/** The interval to expect, or undefined while too little was heard. */
export function learnedIntervalMs(rhythm: Rhythm): number | undefined {
  if (rhythm.gaps.length < GAPS_MIN) return undefined;
  const sorted = rhythm.gaps.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
