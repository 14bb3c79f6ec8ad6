/** Seed 4's converted event: how its bridge told a backend what a sensor had published (S4-3, S4-4, S4-6). */
import type { SeedEvent, SeedEventBody } from '../contract/event.ts';
import { deviceTimeMs } from './clock-sense.ts';
import { DEFAULT_MAPPING } from './forwarding.ts';
import type { EventReport } from './report.ts';

/** As its bridge called it: two words of its own, everything else in lower case. */
export function convertedType(type: string): string {
  return DEFAULT_MAPPING.find(({ from }) => from === type.toUpperCase())?.to ?? type.toLowerCase();
}

export interface ToldEvent {
  readonly id: string;
  readonly deviceId: string;
  readonly type: string;
  readonly source: string | null;
  readonly topic: string | null;
  readonly data: unknown;
  readonly atMs: number;
  readonly eventId: string | null;
  readonly originalTimestamp: number | string | null;
}

export function seedEventOf(event: ToldEvent): SeedEvent {
  return {
    id: event.id,
    type: convertedType(event.type),
    device_id: event.deviceId,
    details: {
      event_id: event.eventId,
      source: event.source,
      data: event.data ?? {},
      original_timestamp: event.originalTimestamp,
      mqtt_topic: event.topic,
    },
    timestamp: event.atMs / 1000,
  };
}

/** Takes the converted form, and the one the sensors publish. */
export function reportOfSeed(body: SeedEventBody, receivedMs: number): EventReport {
  const details = new Map(Object.entries(body.details ?? {}));
  const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
  const timestamp = body.timestamp ?? timeIn(details.get('original_timestamp'));
  const data = body.data ?? details.get('data');
  return {
    kind: 'event',
    claimedId: body.device_id,
    atMs: deviceTimeMs(timestamp, undefined, receivedMs),
    eventId: body.event_id ?? text(details.get('event_id')),
    type: body.type,
    severity: 'info',
    message: text(details.get('message')),
    source: body.source ?? text(details.get('source')),
    dataJson: data === undefined ? '' : JSON.stringify(data),
    originalTimestamp: timestamp,
    topic: text(details.get('mqtt_topic')),
  };
}

const timeIn = (value: unknown): number | string | undefined =>
  typeof value === 'number' || typeof value === 'string' ? value : undefined;
