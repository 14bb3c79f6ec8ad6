/** What of the feed is shown: read from the address, asked of the hub, and asked again of what arrives live. Pure. */
import type { Event, EventsQuery } from '../../../../hub/contract/event.ts';
import { readRange, type Stretch } from '../../parts/history-chart/time-range.ts';

export const RANGES = ['', '1h', '24h', '7d', '30d'] as const;
export type Range = (typeof RANGES)[number];
const HOUR_MS = 3_600_000;
const RANGE_MS: Readonly<Record<Range, number | null>> = {
  ...{ '': null, '1h': HOUR_MS, '24h': 24 * HOUR_MS, '7d': 168 * HOUR_MS, '30d': 720 * HOUR_MS },
};

/** '' is everything; a severity means this one and worse. */
export const SEVERITY_FILTERS = ['', 'warning', 'critical'] as const;
export type SeverityFilter = (typeof SEVERITY_FILTERS)[number];

export interface FeedFilter {
  device: string;
  severity: SeverityFilter;
  type: string;
  range: Range;
  /** Two moments instead of a range that ends now. */
  between: Stretch | null;
}

export function filterIn(query: URLSearchParams): FeedFilter {
  const field = (name: string): string => query.get(name) ?? '';
  const asked = readRange(query);
  const between = asked.kind === 'fixed' ? { fromMs: asked.fromMs, toMs: asked.toMs } : null;
  return {
    device: field('device'),
    severity: SEVERITY_FILTERS.find((one) => one === field('severity')) ?? '',
    type: field('type'),
    range: between === null ? (RANGES.find((one) => one === field('range')) ?? '') : '',
    between,
  };
}

export const isFiltered = ({ device, severity, type, range, between }: FeedFilter): boolean =>
  device !== '' || severity !== '' || type !== '' || range !== '' || between !== null;

/** What the range of two moments begins with: what is shown, or the last day. */
export function stretchOf({ range, between }: FeedFilter, nowMs: number): Stretch {
  return between ?? { fromMs: nowMs - (RANGE_MS[range] ?? 24 * HOUR_MS), toMs: nowMs };
}

/** `nowMs`: what the range counts back from. */
export function queryOf({ device, severity, type, range, between }: FeedFilter, nowMs: number): EventsQuery {
  const lengthMs = RANGE_MS[range];
  return {
    ...(device !== '' && { device }),
    ...(severity !== '' && { minSeverity: severity }),
    ...(type !== '' && { type }),
    ...(lengthMs !== null && { from: nowMs - lengthMs }),
    ...(between !== null && { from: between.fromMs, to: between.toMs }),
  };
}

const ORDER: readonly Event['severity'][] = ['info', 'warning', 'critical'];

/** The same question for an event that has just come: a range that ends now has it. */
export function passes({ device, severity, type, between }: FeedFilter, event: Event): boolean {
  if (between !== null && (event.atMs < between.fromMs || event.atMs >= between.toMs)) return false;
  if (device !== '' && event.deviceId !== device) return false;
  if (type !== '' && event.type.toLowerCase() !== type.toLowerCase()) return false;
  return severity === '' || ORDER.indexOf(event.severity) >= ORDER.indexOf(severity);
}
