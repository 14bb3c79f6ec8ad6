/** Devices: what the fleet looks like to people. */
import { type Static, Type } from 'typebox';
import { DEVICE_VALUES_MAX, TAG_LENGTH_MAX, TAGS_MAX } from './limits.ts';
import { Ms } from './problem.ts';

export const DEVICE_STATUSES = ['online', 'late', 'asleep', 'offline', 'never'] as const;
export const DeviceStatus = Type.Enum(DEVICE_STATUSES);
export type DeviceStatus = (typeof DEVICE_STATUSES)[number];

/** Why a device has its status; the app has a sentence for each in every language. */
export const STATUS_REASONS = [
  'connected', // MQTT session open, heard within its rhythm
  'rhythm', // not connected, but heard within its rhythm
  'silent', // heard, but longer ago than its rhythm allows
  'last-will', // the broker published its last will
  'connection-lost', // the connection broke without DISCONNECT
  'disconnected', // said DISCONNECT, and nothing since
  'sleeping', // declared sleep_s and is inside it
  'never', // registered, no message yet
  'hub-restarted', // not heard since the hub started
] as const;
export type StatusReason = (typeof STATUS_REASONS)[number];

export const DeviceId = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9._:-]+$' });

export const MetricValue = Type.Union([Type.Number(), Type.Boolean(), Type.String({ maxLength: 256 })]);
export type MetricValue = Static<typeof MetricValue>;
/** One metric's newest value. */
export const DeviceValue = Type.Object({ metric: Type.String(), value: MetricValue, atMs: Ms });
export type DeviceValue = Static<typeof DeviceValue>;

export const Device = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    status: DeviceStatus,
    reason: Type.Enum(STATUS_REASONS),
    reasonText: Type.String({ description: 'The reason as an English sentence.' }),
    sinceMs: Ms,
    lastSeenMs: Type.Union([Ms, Type.Null()]),
    connected: Type.Boolean(),
    clientId: Type.Union([Type.String(), Type.Null()]),
    address: Type.Union([Type.String(), Type.Null()]),
    owner: Type.Union([Type.String(), Type.Null()], { description: 'User name of the person it belongs to.' }),
    player: Type.Union([Type.String(), Type.Null()], { description: 'User name it is paired with (Simon).' }),
    dialects: Type.Array(Type.String()),
    aliases: Type.Array(Type.String()),
    tags: Type.Array(Type.String(), { description: 'What people group it by; in order, each once.' }),
    protected: Type.Boolean({ description: 'False: admitted by its client id alone, without a token.' }),
    tokenCreatedMs: Type.Union([Ms, Type.Null()]),
    expectedIntervalMs: Type.Union([Type.Integer(), Type.Null()]),
    createdMs: Ms,
    demo: Type.Boolean(),
    messages: Type.Integer({ description: 'Messages taken since the hub started.' }),
    refused: Type.Integer({ description: 'Messages refused since the hub started.' }),
    values: Type.Array(DeviceValue, {
      maxItems: DEVICE_VALUES_MAX,
      description: 'The newest values of its most telling metrics.',
    }),
    pulse: Type.String({ description: '60 marks of two minutes, oldest first: o w b z n.' }),
  },
  { $id: 'Device' },
);
export type Device = Static<typeof Device>;

/** How an MQTT connection of a device ended. */
export const DEPARTURES = [
  'disconnect', // it said DISCONNECT
  'lost', // it broke, or nothing came for one and a half times the keep-alive
  'will', // the same, and its will was published
  'taken-over', // the same client id connected again
  'dropped', // the hub ended it
] as const;
export type Departure = (typeof DEPARTURES)[number];

/** What the hub remembers of a device's MQTT connections, since the hub was started. */
export const DeviceConnection = Type.Object(
  {
    connectedMs: Type.Union([Ms, Type.Null()], { description: 'Since when it is connected; null: it is not.' }),
    reconnects: Type.Object({
      day: Type.Integer({ minimum: 0, description: 'In the present hour and the 23 before it.' }),
      sinceStart: Type.Integer({ minimum: 0 }),
    }),
    lastDisconnect: Type.Union([Type.Object({ reason: Type.Enum(DEPARTURES), atMs: Ms }), Type.Null()]),
    will: Type.Optional(
      Type.Union(
        [
          Type.Object({
            topic: Type.String(),
            bytes: Type.Integer({ minimum: 0 }),
            qos: Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(2)]),
            retain: Type.Boolean(),
          }),
          Type.Null(),
        ],
        { description: 'Of the present connection; null: none. Left out for who does not manage the device.' },
      ),
    ),
  },
  { $id: 'DeviceConnection' },
);
export type DeviceConnection = Static<typeof DeviceConnection>;

export const DeviceCreate = Type.Object({
  id: DeviceId,
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
});
export type DeviceCreate = Static<typeof DeviceCreate>;
export const DevicePatch = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  expectedIntervalMs: Type.Optional(
    Type.Union([Type.Integer({ minimum: 1000, maximum: 31_536_000_000 }), Type.Null()]),
  ),
  tags: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: TAG_LENGTH_MAX, pattern: '^[^\\s,]+$' }), { maxItems: TAGS_MAX }),
  ),
});
export type DevicePatch = Static<typeof DevicePatch>;

/** Shown once. `token` is the MQTT password and HTTP bearer; `secret` signs device JWTs. */
export const DeviceSecrets = Type.Object({ token: Type.String(), secret: Type.String() });
export type DeviceSecrets = Static<typeof DeviceSecrets>;
export const DeviceCreated = Type.Object({ device: Device, token: Type.String(), secret: Type.String() });
export type DeviceCreated = Static<typeof DeviceCreated>;

export const WaitingDevice = Type.Object(
  {
    id: Type.String({ description: 'Id of the waiting entry, for adopt.' }),
    clientId: Type.String(),
    deviceId: Type.Optional(Type.String({ description: 'What the device would be called, when a dialect can tell.' })),
    dialect: Type.Optional(Type.String()),
    address: Type.String(),
    connected: Type.Boolean(),
    firstSeenMs: Ms,
    lastSeenMs: Ms,
    demo: Type.Boolean(),
  },
  { $id: 'WaitingDevice' },
);
export type WaitingDevice = Static<typeof WaitingDevice>;
export const AdoptBody = Type.Object({ name: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })) });
export type AdoptBody = Static<typeof AdoptBody>;

export const Latest = Type.Object({
  metrics: Type.Record(Type.String(), Type.Object({ value: MetricValue, atMs: Ms })),
});
export type Latest = Static<typeof Latest>;
