/** The pulse bar: the last two hours of a device as sixty marks, from where it was heard and what its status was. */
import type { DeviceStatus } from '../contract/device.ts';
import { PULSE_BUCKET_MS, PULSE_MARKS } from '../contract/limits.ts';
import { type HubTimes, LATE, ON_TIME } from './presence.ts';

/** A status that began at `fromMs` and lasted until the next one. */
export interface StatusChange {
  readonly fromMs: number;
  readonly status: DeviceStatus;
}

export interface PulseFacts {
  /** Null: it was never heard. */
  readonly firstSeenMs: number | null;
  /** Starts of the buckets in which the device was heard, a connection being kept alive included. */
  readonly heard: ReadonlySet<number>;
  /** Oldest first; nothing is known about the time before the first. */
  readonly history: readonly StatusChange[];
  readonly intervalMs: number | undefined;
  /** The sleep it declared last; 0 = none. */
  readonly sleepMs: number;
  readonly hub: HubTimes;
}

/** o heard · w late · b missed · z asleep · n not known. */
export type Mark = 'o' | 'w' | 'b' | 'z' | 'n';

const MARKS: Readonly<Record<DeviceStatus, Mark>> = { online: 'o', late: 'w', asleep: 'z', offline: 'b', never: 'n' };
/** When a bucket saw several statuses, the kindest one is drawn: a mark tells what was missed, not what was short. */
const KINDNESS: readonly Mark[] = ['o', 'z', 'w', 'b', 'n'];

/** Start of the bucket that contains a time. */
export const pulseBucket = (atMs: number): number => Math.floor(atMs / PULSE_BUCKET_MS) * PULSE_BUCKET_MS;

/** Start of the oldest bucket a pulse ending now shows. */
export const pulseStartMs = (nowMs: number): number => pulseBucket(nowMs) - (PULSE_MARKS - 1) * PULSE_BUCKET_MS;

export function pulseOf(facts: PulseFacts, nowMs: number): string {
  const firstMs = pulseStartMs(nowMs);
  let marks = '';
  for (let index = 0; index < PULSE_MARKS; index++) {
    const startMs = firstMs + index * PULSE_BUCKET_MS;
    marks += markOf(facts, startMs, Math.min(startMs + PULSE_BUCKET_MS, nowMs + 1));
  }
  return marks;
}

function markOf(facts: PulseFacts, startMs: number, endMs: number): Mark {
  if (facts.heard.has(startMs)) return 'o';
  if (facts.firstSeenMs === null || endMs <= facts.firstSeenMs) return 'n';
  return markByHistory(facts.history, startMs, endMs) ?? markBeforeStart(facts, startMs);
}

function markByHistory(history: readonly StatusChange[], startMs: number, endMs: number): Mark | undefined {
  const seen = new Set<Mark>();
  for (const [index, change] of history.entries()) {
    const untilMs = history[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    if (change.fromMs < endMs && untilMs > startMs) seen.add(MARKS[change.status]);
  }
  return KINDNESS.find((mark) => seen.has(mark));
}

/** Before this start of the hub only the heard buckets were kept: what lies between them is judged by the interval. */
function markBeforeStart({ hub, heard, intervalMs, sleepMs }: PulseFacts, startMs: number): Mark {
  if (startMs >= hub.startedMs) return 'n';
  if (hub.heardUntilMs === undefined || startMs > hub.heardUntilMs) return 'n';
  if (intervalMs === undefined) return 'b';
  for (let back = 1; back < PULSE_MARKS && back * PULSE_BUCKET_MS <= intervalMs * LATE; back++) {
    if (!heard.has(startMs - back * PULSE_BUCKET_MS)) continue;
    if (back * PULSE_BUCKET_MS > intervalMs * ON_TIME) return 'w';
    return sleepMs > 0 ? 'z' : 'o';
  }
  return 'b';
}
