/** Events: what devices, and the hub itself, say happened; the feed of them, and the forms of seed 4. */
import { type Static, Type } from 'typebox';
import { EVENT_ID_LENGTH_MAX, EVENT_SOURCE_LENGTH_MAX, EVENT_TYPE_LENGTH_MAX, NOTE_LENGTH_MAX } from './limits.ts';
import { Ms, PageQuery } from './problem.ts';

export const EVENT_SEVERITIES = ['info', 'warning', 'critical'] as const;
export const EventSeverity = Type.Enum(EVENT_SEVERITIES);

/** Types of the events that the hub writes itself. */
export const HUB_EVENTS = {
  /** A device is offline and stayed so for a while; `data.reason` is one of STATUS_REASONS. */
  deviceOffline: 'DEVICE_OFFLINE',
  /** It is back. */
  deviceOnline: 'DEVICE_ONLINE',
  /** No device; `data` is `{ mode, by, bySchedule }`. */
  modeChanged: 'MODE_CHANGED',
} as const;

/** Sentences of the hub itself, for apps to say in any language; `data` holds what is in them. */
export const EVENT_CODES = [
  'went-offline', // { status, reason, sinceMs }
  'came-back', // the same
  'mode-changed', // { mode, by, bySchedule }
] as const;
export type EventCode = (typeof EVENT_CODES)[number];

export const Event = Type.Object(
  {
    id: Type.String(),
    deviceId: Type.Union([Type.String(), Type.Null()], { description: 'Null: the hub itself.' }),
    type: Type.String({
      description: 'In the words of the sender: MOTION_DETECTED, fever; of the hub: DEVICE_OFFLINE.',
    }),
    severity: EventSeverity,
    message: Type.Union([Type.String(), Type.Null()], {
      description: 'A sentence of the sender; of the hub: English.',
    }),
    code: Type.Union([Type.Enum(EVENT_CODES), Type.Null()], {
      description: 'Which sentence of the hub the message is, with its facts in `data`; null: the words of a device.',
    }),
    source: Type.Union([Type.String(), Type.Null()], { description: 'The part of the device it comes from.' }),
    topic: Type.Union([Type.String(), Type.Null()], { description: 'The MQTT topic it came on.' }),
    data: Type.Unknown({ description: 'What else the sender says of it; null when nothing.' }),
    atMs: Ms,
    receivedMs: Ms,
    ackedBy: Type.Union([Type.String(), Type.Null()]),
    ackedMs: Type.Union([Ms, Type.Null()]),
    note: Type.Union([Type.String(), Type.Null()]),
    count: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'With grouped=true: how many of this type and device; this is the newest.',
      }),
    ),
    firstMs: Type.Optional(Type.Integer({ description: 'With grouped=true: when the oldest of them was received.' })),
  },
  { $id: 'Event' },
);
export type Event = Static<typeof Event>;

export const EventsQuery = Type.Interface([PageQuery], {
  device: Type.Optional(Type.String({ maxLength: 256, description: 'Any name of a device.' })),
  severity: Type.Optional(EventSeverity),
  minSeverity: Type.Optional(EventSeverity),
  type: Type.Optional(Type.String({ maxLength: EVENT_TYPE_LENGTH_MAX, description: 'Compared without case.' })),
  from: Type.Optional(Type.Integer({ minimum: 0, description: 'Of atMs, included.' })),
  to: Type.Optional(Type.Integer({ minimum: 0, description: 'Of atMs, not included.' })),
  grouped: Type.Optional(
    Type.Boolean({
      description:
        'Repeats of one type and device, each at most an hour from the next, are one item with a count. A group never goes over the end of a page.',
    }),
  ),
});
export type EventsQuery = Static<typeof EventsQuery>;

export const AckBody = Type.Object({ note: Type.Optional(Type.String({ maxLength: NOTE_LENGTH_MAX })) });
export type AckBody = Static<typeof AckBody>;

/** Seed 4, `POST /api/events`: an event as its bridge converts it (S4-3), or as its sensors publish it (S4-1). */
export const SeedEventBody = Type.Object(
  {
    type: Type.String({ minLength: 1, maxLength: EVENT_TYPE_LENGTH_MAX }),
    device_id: Type.String({ minLength: 1, maxLength: 64 }),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    event_id: Type.Optional(Type.String({ maxLength: EVENT_ID_LENGTH_MAX })),
    source: Type.Optional(Type.String({ maxLength: EVENT_SOURCE_LENGTH_MAX })),
    data: Type.Optional(Type.Unknown()),
    timestamp: Type.Optional(Type.Union([Type.Number(), Type.String({ maxLength: 64 })])),
  },
  { $id: 'SeedEventBody' },
);
export type SeedEventBody = Static<typeof SeedEventBody>;

/** Seed 4, `GET /api/events`: the converted form (S4-3), with the id and the time (Unix seconds) of this hub. */
export const SeedEvent = Type.Object(
  {
    id: Type.String(),
    type: Type.String({ description: 'motion_detected, button_pressed; others in lower case.' }),
    device_id: Type.String(),
    details: Type.Object({
      event_id: Type.Union([Type.String(), Type.Null()]),
      source: Type.Union([Type.String(), Type.Null()]),
      data: Type.Unknown(),
      original_timestamp: Type.Union([Type.Number(), Type.String(), Type.Null()]),
      mqtt_topic: Type.Union([Type.String(), Type.Null()]),
    }),
    timestamp: Type.Number({ description: 'When it happened, Unix seconds.' }),
  },
  { $id: 'SeedEvent' },
);
export type SeedEvent = Static<typeof SeedEvent>;
