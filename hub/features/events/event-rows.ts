/** Events from what a device said to what is kept, and from there to what people see. */
import type { Event, EventCode } from '../../contract/event.ts';
import {
  EVENT_DATA_LENGTH_MAX,
  EVENT_ID_LENGTH_MAX,
  EVENT_SOURCE_LENGTH_MAX,
  EVENT_TYPE_LENGTH_MAX,
  MESSAGE_LENGTH_MAX,
} from '../../contract/limits.ts';
import type { EventReport } from '../../domain/report.ts';
import type { EventRow } from '../../store/event-store.ts';
import { TIMESTAMP_LENGTH_MAX } from './event-limits.ts';

export interface Place {
  readonly id: string;
  readonly deviceId: string;
  readonly receivedMs: number;
  readonly seq: number;
}

/** What is too long is cut off; of data nothing is left then, because half of it is no JSON. */
export function rowOfReport(report: EventReport, { id, deviceId, receivedMs, seq }: Place): EventRow {
  const { eventId, originalTimestamp, dataJson } = report;
  return {
    id,
    deviceId,
    type: report.type.slice(0, EVENT_TYPE_LENGTH_MAX),
    severity: report.severity,
    message: cut(report.message, MESSAGE_LENGTH_MAX),
    code: null,
    source: cut(report.source, EVENT_SOURCE_LENGTH_MAX),
    topic: report.topic ?? null,
    dataJson: dataJson.length <= EVENT_DATA_LENGTH_MAX ? dataJson : '',
    // Nothing is received before it happened, whatever the clock of the device says.
    atMs: Math.min(report.atMs, receivedMs),
    receivedMs,
    seq,
    eventId: cut(eventId, EVENT_ID_LENGTH_MAX),
    originalTimestamp:
      typeof originalTimestamp === 'string'
        ? originalTimestamp.slice(0, TIMESTAMP_LENGTH_MAX)
        : (originalTimestamp ?? null),
    ...NOT_ACKED,
  };
}

const NOT_ACKED = { ackedBy: null, ackedMs: null, note: null };

const cut = (text: string | undefined, max: number): string | null => text?.slice(0, max) ?? null;

/** Something the hub itself noticed, of a device or ('') of nobody. */
export interface HubNote {
  readonly deviceId: string;
  readonly type: string;
  readonly severity: EventRow['severity'];
  readonly message: string;
  /** Which sentence it is. */
  readonly code: EventCode;
  readonly data: object;
  readonly atMs: number;
}

export function rowOfNote(note: HubNote, { id, receivedMs, seq }: Omit<Place, 'deviceId'>): EventRow {
  const { deviceId, type, severity, message, code, data, atMs } = note;
  return {
    ...{ id, deviceId, type, severity, message, code, source: 'hub', topic: null, dataJson: JSON.stringify(data) },
    ...{ atMs: Math.min(atMs, receivedMs), receivedMs, seq, eventId: null, originalTimestamp: null },
    ...NOT_ACKED,
  };
}

/** What the hub noticed, as if it had been reported: of nobody in particular it is the hub's own. */
export function reportOf({ id, deviceId, type, severity, message, source, dataJson, atMs }: EventRow): EventReport {
  const said = { type, severity, message: message ?? undefined, source: source ?? undefined, dataJson, atMs };
  return { kind: 'event', claimedId: deviceId, eventId: id, originalTimestamp: undefined, topic: undefined, ...said };
}

export function eventOf(row: EventRow): Event {
  const { id, deviceId, type, severity, message, code, source, topic, dataJson, atMs, receivedMs } = row;
  const { ackedBy, ackedMs, note } = row;
  const said = { id, deviceId: deviceId === '' ? null : deviceId, type, severity, message, code, source, topic };
  return { ...said, data: dataOf(dataJson), atMs, receivedMs, ackedBy, ackedMs, note };
}

/** A dialect hands on what it was sent: what is no JSON is shown as the text it is. */
export function dataOf(json: string): unknown {
  if (json === '') return null;
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
