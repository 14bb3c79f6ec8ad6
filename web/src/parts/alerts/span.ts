/** Lengths of time as people write them: "90", "30 s", "1 h 30 min", "2 j". Pure but for the words of the language. */
import { formatDuration } from '../../i18n/format.ts';

const SIZES = [86_400, 3_600, 60, 1] as const;
/** Letters that begin each unit in our languages, seconds each. */
const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600, d: 86_400, j: 86_400 };

/** Seconds; undefined: it cannot be read. */
export function parseSpan(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase();
  if (!/^(?:\d+(?:[.,]\d+)?\s*[a-z]*\s*)+$/.test(trimmed)) return undefined;
  let seconds = 0;
  for (const [, number = '', unit = ''] of trimmed.matchAll(/(\d+(?:[.,]\d+)?)\s*([a-z]*)/g)) {
    const size = UNITS[unit.slice(0, 1)];
    if (size === undefined) return undefined;
    seconds += Number(number.replace(',', '.')) * size;
  }
  return Math.round(seconds);
}

/** Every unit it has: 90 is "1 min 30 s". */
export function formatSpan(seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const size of SIZES) {
    const whole = Math.floor(rest / size) * size;
    if (whole > 0) parts.push(formatDuration(whole * 1000));
    rest -= whole;
  }
  return parts.length === 0 ? formatDuration(0).replace('ms', 's') : parts.join(' ');
}

/** A number with a point or a comma; undefined: it is none. */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.trim().replace(',', '.').replace('−', '-');
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : undefined;
}
