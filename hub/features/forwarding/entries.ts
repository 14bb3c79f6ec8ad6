/** What is put into a queue: events and messages as they came; converted only when they are sent. */
import type { DeadLetter } from '../../contract/destination.ts';
import type { ForwardedEvent } from '../../domain/forwarding.ts';
import { type Hop, mayGo } from '../../domain/hops.ts';
import { previewOf } from '../../domain/payload-text.ts';
import type { EventReport } from '../../domain/report.ts';
import { matchesFilter } from '../../domain/topic-filter.ts';
import { newId } from '../../lib/ids.ts';
import type { DeadLetterRow, DestinationRow, OutboxRow } from '../../store/forwarding-store.ts';
import { type MessageProperties, textOfProperties } from '../message-properties.ts';
import type { Entry } from './queue.ts';

/** A message of the broker that is delivered. */
export interface PassingMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly properties?: MessageProperties | undefined;
}

const PREVIEW_MAX = 200;

export function eventEntry(deviceId: string, report: EventReport, receivedMs: number): Entry {
  const { eventId = newId(), type, source, dataJson, originalTimestamp, topic, atMs } = report;
  const timestamp = originalTimestamp ?? Math.round(atMs / 1000);
  const event: ForwardedEvent = { deviceId, type, eventId, source, dataJson, timestamp, topic };
  const body = JSON.stringify(event);
  return { id: eventId, atMs: receivedMs, kind: 'event', body, topic: topic ?? null, ...AS_IT_IS };
}

const AS_IT_IS = { qos: 1, retain: false, properties: '' } as const;

export function messageEntry(message: PassingMessage, receivedMs: number): Entry {
  const { topic, payload, qos, retain, properties } = message;
  const body = payload.toString('base64');
  const text = textOfProperties(properties);
  return { id: newId(), atMs: receivedMs, kind: 'message', body, topic, qos, retain, properties: text };
}

/** What "send test" sends. */
export function testEntry({ id: destinationId, kind, localPrefix, events }: DestinationRow, nowMs: number): OutboxRow {
  const place = { destinationId, seq: 0 };
  if (kind === 'webhook' && events) {
    const data = { eventId: newId(), type: 'TEST', source: 'ruche', dataJson: '{"test":true}' };
    const said = {
      kind: 'event',
      originalTimestamp: undefined,
      atMs: nowMs,
      severity: 'info',
      topic: undefined,
    } as const;
    return { ...place, ...eventEntry('ruche', { ...said, ...data, claimedId: 'ruche', message: undefined }, nowMs) };
  }
  const payload = Buffer.from(JSON.stringify({ test: true, at_ms: nowMs }));
  return { ...place, ...messageEntry({ topic: `${localPrefix}ruche/test`, payload, qos: 1, retain: false }, nowMs) };
}

export const isForMessages = ({ kind, topics, direction }: DestinationRow): boolean =>
  topics.length > 0 && (kind === 'webhook' || direction !== 'in');

/** Whether a topic goes there; filters of a remote broker stand behind the prefix. */
export const matches = ({ topics, localPrefix }: DestinationRow, topic: string): boolean =>
  topic.startsWith(localPrefix) && topics.some((filter) => matchesFilter(localPrefix + filter, topic));

export const isWanted = (row: DestinationRow, { topic, properties }: PassingMessage, hop: Hop): boolean =>
  matches(row, topic) && mayGo(properties, hop);

export function letterView({ id, deadMs, reason, message, httpStatus, entry }: DeadLetterRow): DeadLetter {
  const { atMs, topic, kind, body } = entry;
  const shared = { id, atMs, deadMs, topic, reason, message, httpStatus };
  if (kind === 'event') {
    const { type, deviceId, dataJson }: ForwardedEvent = JSON.parse(body);
    return { ...shared, type, deviceId, preview: dataJson.slice(0, PREVIEW_MAX), bytes: dataJson.length };
  }
  const payload = Buffer.from(body, 'base64');
  const preview = previewOf(payload, { isCut: false, charactersMax: PREVIEW_MAX });
  return { ...shared, type: null, deviceId: null, preview, bytes: payload.length };
}
