/** Seed 4's converted event: how its bridge told a backend what a sensor had published (S4-3, S4-4, S4-6). */
import type { SeedEvent } from '../contract/event.ts';
import { DEFAULT_MAPPING } from './forwarding.ts';

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
