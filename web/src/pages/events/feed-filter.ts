/** What of the feed is shown: read from the address, asked of the hub, and asked again of what arrives live. Pure. */
import type { Event, EventsQuery } from '../../../../hub/contract/event.ts';

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
}

export function filterIn(query: URLSearchParams): FeedFilter {
  const field = (name: string): string => query.get(name) ?? '';
  return {
    device: field('device'),
    severity: SEVERITY_FILTERS.find((one) => one === field('severity')) ?? '',
    type: field('type'),
    range: RANGES.find((one) => one === field('range')) ?? '',
  };
}

export const isFiltered = ({ device, severity, type, range }: FeedFilter): boolean =>
  device !== '' || severity !== '' || type !== '' || range !== '';

/** `nowMs`: what the range counts back from. */
export function queryOf({ device, severity, type, range }: FeedFilter, nowMs: number): EventsQuery {
  const lengthMs = RANGE_MS[range];
  return {
    ...(device !== '' && { device }),
    ...(severity !== '' && { minSeverity: severity }),
    ...(type !== '' && { type }),
    ...(lengthMs !== null && { from: nowMs - lengthMs }),
  };
}

const ORDER: readonly Event['severity'][] = ['info', 'warning', 'critical'];

/** The same question for an event that has just come, whatever its range: it is from now. */
export function passes({ device, severity, type }: FeedFilter, event: Event): boolean {
  if (device !== '' && event.deviceId !== device) return false;
  if (type !== '' && event.type.toLowerCase() !== type.toLowerCase()) return false;
  return severity === '' || ORDER.indexOf(event.severity) >= ORDER.indexOf(severity);
}
