/** Severities in their order. */
import { EVENT_SEVERITIES } from '../contract/event.ts';
import type { EventSeverity } from './report.ts';

/** This one and those that are worse. */
export function atLeast(severity: EventSeverity): EventSeverity[] {
  return EVENT_SEVERITIES.slice(EVENT_SEVERITIES.indexOf(severity));
}
