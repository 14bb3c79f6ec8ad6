/** Commands: what people ask of a device, and how far each of them has come. */
import { type Static, Type } from 'typebox';
import { MetricValue } from './device.ts';
import {
  BULK_DEVICES_MAX,
  COMMAND_NAME_LENGTH_MAX,
  COMMAND_TTL_MAX_S,
  DEVICE_QUERY_LENGTH_MAX,
  TAG_LENGTH_MAX,
} from './limits.ts';
import { Ms } from './problem.ts';

export const COMMAND_STATES = [
  'queued', // stored; the device is not there to take it
  'sent', // on its way to a connection of the device
  'delivered', // the device has it: its PUBACK, or its poll
  'acknowledged', // the device says that it did it
  'failed', // the device says that it did not
  'expired', // its time ran out before the device had it
  'cancelled', // taken back while it was queued, or replaced by a newer one
] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

const orNull = <T extends Parameters<typeof Type.Array>[0]>(schema: T) => Type.Union([schema, Type.Null()]);

export const Command = Type.Object(
  {
    id: Type.String({ description: 'The same at every delivery: a device that has done it does it no second time.' }),
    deviceId: Type.String(),
    name: Type.String(),
    value: orNull(MetricValue),
    state: Type.Enum(COMMAND_STATES),
    createdMs: Ms,
    createdBy: Type.String({ description: 'User name.' }),
    expiresMs: Ms,
    sentMs: orNull(Ms),
    deliveredMs: orNull(Ms),
    endedMs: Type.Union([Ms, Type.Null()], { description: 'Null: it may still change.' }),
    attempts: Type.Integer({ description: 'How often it was sent over MQTT.' }),
    via: orNull(Type.Enum(['mqtt', 'http'])),
    isConfirmed: Type.Boolean({ description: 'False: it went to a subscription of QoS 0, which says nothing back.' }),
    message: Type.Union([Type.String(), Type.Null()], { description: 'Why it failed, in words of the device.' }),
    bulkId: orNull(Type.String()),
  },
  { $id: 'Command' },
);
export type Command = Static<typeof Command>;

const CommandName = Type.String({
  minLength: 1,
  maxLength: COMMAND_NAME_LENGTH_MAX,
  pattern: '^[A-Za-z0-9_.:-]+$',
  description: 'A virtual pin (v0…), or what the device calls it.',
});
const spoken = {
  name: CommandName,
  value: Type.Optional(MetricValue),
  ttlS: Type.Optional(
    Type.Integer({ minimum: 1, maximum: COMMAND_TTL_MAX_S, description: 'Without it: a day. Then it expires.' }),
  ),
};
export const CommandBody = Type.Object(spoken);
export type CommandBody = Static<typeof CommandBody>;

/** Exactly one of them. */
export const DeviceSelection = Type.Object({
  ids: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: BULK_DEVICES_MAX }),
  ),
  tag: Type.Optional(Type.String({ minLength: 1, maxLength: TAG_LENGTH_MAX })),
  filter: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: DEVICE_QUERY_LENGTH_MAX,
      description: 'Words that id, name, tags or dialects contain, and tag:… status:… dialect:…; all of them.',
    }),
  ),
});
export type DeviceSelection = Static<typeof DeviceSelection>;
export const BulkCommandBody = Type.Object({ ...spoken, select: DeviceSelection });
export type BulkCommandBody = Static<typeof BulkCommandBody>;

/** One device of a bulk command: its command, or why there is none. */
export const BulkRow = Type.Object({
  deviceId: Type.String({ description: 'As it was asked for, when no device is called so.' }),
  command: Type.Union([Command, Type.Null()]),
  refusal: Type.Union([Type.Object({ code: Type.String(), detail: Type.String() }), Type.Null()]),
});
export type BulkRow = Static<typeof BulkRow>;
export const BulkCommand = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    value: orNull(MetricValue),
    createdMs: Ms,
    createdBy: Type.String(),
    rows: Type.Array(BulkRow, { description: 'One for every selected device, in the order of their ids.' }),
  },
  { $id: 'BulkCommand' },
);
export type BulkCommand = Static<typeof BulkCommand>;
