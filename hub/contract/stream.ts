/** `GET /api/v1/stream`, Server-Sent Events: what each `event:` carries in `data`. */
import { type Static, Type } from 'typebox';
import type { Alert } from './alert.ts';
import type { DeviceStatus, StatusReason } from './device.ts';
import type { Event } from './event.ts';

/** `lost` is told to a reader that was too slow, or that came back: ask the API for what it may have missed. */
export const STREAM_KINDS = ['reading', 'event', 'alert', 'status', 'command'] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

export const StreamQuery = Type.Object({
  device: Type.Optional(Type.String({ maxLength: 256, description: 'Any name of a device; without it, all.' })),
  kinds: Type.Optional(
    Type.String({ maxLength: 64, description: `Some of ${STREAM_KINDS.join(', ')}, with commas; without it, all.` }),
  ),
});
export type StreamQuery = Static<typeof StreamQuery>;

/**
 * `event: reading`: the newest value of each metric since the last one, at most four times a second and device. What was
 * measured at other times (a device sends what it held back) comes in messages of its own.
 */
export interface StreamReading {
  deviceId: string;
  /** By the clock of the device. */
  atMs: number;
  metrics: Record<string, number | boolean | string>;
}
/** `event: event`; `deviceId` is null for the hub's own. */
export type StreamEvent = Event;
/** `event: alert`: it was raised, repeated, acknowledged, snoozed or cleared; this is how it is now. */
export type StreamAlert = Alert;
/** `event: status`: the presence of a device changed. */
export interface StreamStatus {
  deviceId: string;
  status: DeviceStatus;
  reason: StatusReason;
  sinceMs: number;
}
/** `event: lost`; `count` is null for who came back with Last-Event-ID. */
export interface StreamLost {
  count: number | null;
}
