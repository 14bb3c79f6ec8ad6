/** Reading a pulse: 60 marks of two minutes turned into drawable paths, a share and the longest gap. Pure. */
import { PULSE_BUCKET_MS, PULSE_MARKS } from '../../../hub/contract/limits.ts';

/** o heard, w late, b missed, z asleep, n not known. */
export type Mark = 'o' | 'w' | 'b' | 'z' | 'n';

export interface Gap {
  lengthMs: number;
  /** How long ago the gap ended; 0 while it lasts. */
  endedMs: number;
}

export interface PulseReading {
  /** One path per kind of mark that occurs, in the order of `MARKS`. */
  paths: { mark: Mark; d: string }[];
  /** Share of the marks with an expectation in which the device was heard; null when there is none. */
  heard: number | null;
  gap: Gap | null;
}

export const PULSE_WIDTH = PULSE_MARKS * 8;
export const PULSE_HEIGHT = 18;
const MARKS: readonly Mark[] = ['o', 'w', 'b', 'z', 'n'];
/** Height says the same as colour: full = heard, short = not. */
const STROKES: Record<Mark, string> = { o: ' 2.5v13', w: ' 4.5v9', b: ' 5.5v7', z: ' 4.5v9', n: ' 4.5v9' };

/** Reads a pulse, oldest mark first; a shorter one is padded on the left with "not known". */
export function readPulse(pulse: string): PulseReading {
  const marks = pulse.slice(-PULSE_MARKS).padStart(PULSE_MARKS, 'n');
  const drawn: Record<Mark, string> = { o: '', w: '', b: '', z: '', n: '' };
  const count: Record<Mark, number> = { o: 0, w: 0, b: 0, z: 0, n: 0 };
  for (let at = 0; at < PULSE_MARKS; at += 1) {
    const mark = toMark(marks.charAt(at));
    count[mark] += 1;
    drawn[mark] += `M${4 + at * 8}${STROKES[mark]}`;
  }
  const expected = count.o + count.w + count.b;
  return {
    paths: MARKS.filter((mark) => count[mark] > 0).map((mark) => ({ mark, d: drawn[mark] })),
    heard: expected === 0 ? null : count.o / expected,
    gap: longestGap(marks),
  };
}

/** The longest run of late or missed marks; of equal ones the latest, because that is the one people ask about. */
function longestGap(marks: string): Gap | null {
  let best: { length: number; end: number } | null = null;
  for (const run of marks.matchAll(/[wb]+/g)) {
    if (best === null || run[0].length >= best.length) best = { length: run[0].length, end: run.index + run[0].length };
  }
  if (best === null) return null;
  return { lengthMs: best.length * PULSE_BUCKET_MS, endedMs: (PULSE_MARKS - best.end) * PULSE_BUCKET_MS };
}

function toMark(char: string): Mark {
  return MARKS.find((mark) => mark === char) ?? 'n';
}
