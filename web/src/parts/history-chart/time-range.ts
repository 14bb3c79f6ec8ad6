/** Which stretch of time a chart shows: one that moves with the present, or one that stands. Pure. */

export const PRESETS = ['live', '1h', '6h', '24h', '7d', '30d'] as const;
export type Preset = (typeof PRESETS)[number];
/** Ends now, and goes on with it; or was chosen, zoomed or shifted to. */
export type TimeRange = { kind: 'moving'; preset: Preset } | { kind: 'fixed'; fromMs: number; toMs: number };
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
export const PRESET_MS: Readonly<Record<Preset, number>> = {
  live: 5 * MINUTE_MS,
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
};
const DEFAULT_PRESET: Preset = '24h';
/** Nothing finer can be seen, and nothing is kept longer. */
export const SPAN_MIN_MS = 10_000;
export const SPAN_MAX_MS = 3660 * DAY_MS;
/** Where a shift ends this close to the present, the present is meant. */
const NOW_SHARE = 0.02;

/** The least that shows all there is; no longer than the default where there is more. */
export function presetFor(sinceMs: number, nowMs: number): Preset {
  const usual = PRESETS.slice(0, PRESETS.indexOf(DEFAULT_PRESET));
  return usual.find((preset) => PRESET_MS[preset] >= nowMs - sinceMs) ?? DEFAULT_PRESET;
}

/** From `range`, `from` and `to` of the query string; what makes no sense is the default. */
export function readRange(query: URLSearchParams, otherwise: Preset = DEFAULT_PRESET): TimeRange {
  const fromMs = wholeNumber(query.get('from'));
  const toMs = wholeNumber(query.get('to'));
  if (fromMs !== undefined && toMs !== undefined && toMs - fromMs >= SPAN_MIN_MS)
    return { kind: 'fixed', fromMs, toMs };
  const asked = query.get('range');
  return { kind: 'moving', preset: PRESETS.find((preset) => preset === asked) ?? otherwise };
}

/** The fields of the query string that say it: also what is the default now, which it need not be for who is sent there. */
export function queryOf(range: TimeRange): { range?: string; from?: string; to?: string } {
  if (range.kind === 'fixed') return { range: '', from: String(range.fromMs), to: String(range.toMs) };
  return { range: range.preset, from: '', to: '' };
}

export function stretchOf(range: TimeRange, nowMs: number): Stretch {
  if (range.kind === 'fixed') return range;
  return { fromMs: nowMs - PRESET_MS[range.preset], toMs: nowMs };
}

/** Half a screen back or on; never past the present, where it moves with it again. */
export function shifted(range: TimeRange, direction: -1 | 1, nowMs: number): TimeRange {
  const { fromMs, toMs } = stretchOf(range, nowMs);
  if (direction === 1 && range.kind === 'moving') return range;
  const byMs = ((toMs - fromMs) / 2) * direction;
  return settledRange({ fromMs: fromMs + byMs, toMs: toMs + byMs }, nowMs);
}

/** Twice as close, or half; around the middle, but what ends now goes on ending now. */
export function zoomed(range: TimeRange, direction: 'in' | 'out', nowMs: number): TimeRange {
  const { fromMs, toMs } = stretchOf(range, nowMs);
  const spanMs = clamp((toMs - fromMs) * (direction === 'in' ? 0.5 : 2), SPAN_MIN_MS, SPAN_MAX_MS);
  if (range.kind === 'moving') {
    const at = PRESETS.indexOf(range.preset) + (direction === 'in' ? -1 : 1);
    const preset = PRESETS[at];
    return preset === undefined ? range : { kind: 'moving', preset };
  }
  const middleMs = (fromMs + toMs) / 2;
  return settledRange({ fromMs: middleMs - spanMs / 2, toMs: middleMs + spanMs / 2 }, nowMs);
}

/** As chosen by hand; wider than the least. */
export function fixedRange({ fromMs, toMs }: Stretch): TimeRange {
  const widerMs = Math.max(0, SPAN_MIN_MS - (toMs - fromMs)) / 2;
  return { kind: 'fixed', fromMs: Math.round(fromMs - widerMs), toMs: Math.round(toMs + widerMs) };
}

/** Reaching the present, it moves with it when its length is one of the usual ones. */
function settledRange({ fromMs, toMs }: Stretch, nowMs: number): TimeRange {
  const spanMs = toMs - fromMs;
  if (toMs < nowMs - spanMs * NOW_SHARE) return fixedRange({ fromMs, toMs });
  const preset = PRESETS.find((one) => PRESET_MS[one] === Math.round(spanMs));
  return preset === undefined ? fixedRange({ fromMs: nowMs - spanMs, toMs: nowMs }) : { kind: 'moving', preset };
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
