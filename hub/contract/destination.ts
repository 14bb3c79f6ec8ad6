/** Where the hub forwards to: webhooks and other MQTT brokers; what waits for them, and what they would not take. */
import { type Static, Type } from 'typebox';
import {
  DESTINATION_HEADERS_MAX,
  DESTINATION_MAPPINGS_MAX,
  DESTINATION_TOPICS_MAX,
  TEMPLATE_LENGTH_MAX,
  TOPIC_TEXT_MAX,
} from './limits.ts';
import { Ms, PageQuery } from './problem.ts';

const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const Name = Type.String({ minLength: 1, maxLength: 80 });
const Url = Type.String({ minLength: 1, maxLength: 2048 });
const Secret = Type.String({ maxLength: 1024 });
const Prefix = Type.String({ maxLength: TOPIC_TEXT_MAX, description: 'Such as "home/"; may be empty.' });
const Topics = Type.Array(Type.String({ minLength: 1, maxLength: TOPIC_TEXT_MAX }), {
  maxItems: DESTINATION_TOPICS_MAX,
  description: 'Topic filters: messages that match any of them are forwarded as they are.',
});
const Mapping = Type.Array(Type.Object({ from: Name, to: Name }), {
  maxItems: DESTINATION_MAPPINGS_MAX,
  description: 'Types of events that are called differently there; all others become lower case.',
});
const Events = Type.Boolean({ description: 'Events of devices are forwarded, converted, with their types mapped.' });
const Template = OrNull(
  Type.String({
    maxLength: TEMPLATE_LENGTH_MAX,
    description:
      'The body, with {{name}} for values inside a text and {{{name}}} for values as JSON; null: the usual one.',
  }),
);
const Direction = Type.Union([Type.Literal('out'), Type.Literal('in'), Type.Literal('both')]);

/** Why something could not be sent, as a word; `other`: only the message says it. */
export const SendReason = Type.Union([
  Type.Literal('unreachable'),
  Type.Literal('unknown-host'),
  Type.Literal('port-blocked'),
  Type.Literal('timeout'),
  Type.Literal('redirect'),
  Type.Literal('unauthorized'),
  Type.Literal('not-found'),
  Type.Literal('too-often'),
  Type.Literal('body-refused'),
  Type.Literal('topic-refused'),
  Type.Literal('status'),
  Type.Literal('not-connected'),
  Type.Literal('refused-here'),
  Type.Literal('given-up'),
  Type.Literal('other'),
]);
export type SendReason = Static<typeof SendReason>;
const Failure = {
  reason: SendReason,
  message: Type.String({ description: 'The same as a sentence.' }),
  httpStatus: OrNull(Type.Integer()),
};

/** How one destination fares, since the hub started where nothing else is said. */
export const DestinationStatus = Type.Object({
  state: Type.Union([Type.Literal('idle'), Type.Literal('sending'), Type.Literal('waiting'), Type.Literal('paused')], {
    description: 'waiting: the last attempt failed, and the next comes at `retryAtMs`.',
  }),
  connected: OrNull(Type.Boolean({ description: 'To a remote broker; null for webhooks.' })),
  queued: Type.Integer({ description: 'Entries that wait, also since before the start.' }),
  oldestMs: OrNull(Ms),
  sent: Type.Integer(),
  sentLastMinute: Type.Integer(),
  lastSentMs: OrNull(Ms),
  received: Type.Integer({ description: 'Messages that came from a remote broker.' }),
  dropped: Type.Integer({ description: 'The oldest entries of a queue that was full.' }),
  deadLetters: Type.Integer({ description: 'Kept, also since before the start.' }),
  retryAtMs: OrNull(Ms),
  lastError: OrNull(
    Type.Object({
      atMs: Ms,
      ...Failure,
      body: OrNull(Type.String({ description: 'The beginning of what the other side answered.' })),
    }),
  ),
});
export type DestinationStatus = Static<typeof DestinationStatus>;

const Common = {
  id: Type.String(),
  name: Name,
  url: Type.String({
    description: 'With ••• for passwords, keys and the values of parameters; sent back as it is, they stay.',
  }),
  topics: Topics,
  paused: Type.Boolean(),
  fixed: Type.Boolean({ description: 'Set up by RUCHE_BACKEND_URL: its address cannot be changed here.' }),
  createdMs: Ms,
  changedMs: Ms,
  status: DestinationStatus,
};
export const Webhook = Type.Object({
  ...Common,
  kind: Type.Literal('webhook'),
  events: Events,
  mapping: Mapping,
  template: Template,
  headers: Type.Array(Name, { description: 'Names only: values are never shown again.' }),
  signed: Type.Boolean({ description: 'Requests carry X-Ruche-Signature.' }),
});
export type Webhook = Static<typeof Webhook>;
export const RemoteBroker = Type.Object({
  ...Common,
  kind: Type.Literal('mqtt'),
  direction: Direction,
  localPrefix: Prefix,
  remotePrefix: Prefix,
  username: OrNull(Type.String()),
  hasPassword: Type.Boolean(),
});
export type RemoteBroker = Static<typeof RemoteBroker>;
export const Destination = Type.Union([Webhook, RemoteBroker], { $id: 'Destination' });
export type Destination = Static<typeof Destination>;

const Changeable = {
  name: Type.Optional(Name),
  url: Type.Optional(Url),
  topics: Type.Optional(Topics),
  paused: Type.Optional(Type.Boolean()),
};
const WebhookParts = {
  events: Type.Optional(Events),
  mapping: Type.Optional(Mapping),
  template: Type.Optional(Template),
  headers: Type.Optional(
    Type.Array(Type.Object({ name: Name, value: Type.Optional(Type.String({ maxLength: 4096 })) }), {
      maxItems: DESTINATION_HEADERS_MAX,
      description: 'All of them; one without a value keeps the value it has.',
    }),
  ),
  secret: Type.Optional(OrNull(Secret)),
};
const BrokerParts = {
  direction: Type.Optional(Direction),
  localPrefix: Type.Optional(Prefix),
  remotePrefix: Type.Optional(Prefix),
  username: Type.Optional(OrNull(Type.String({ maxLength: 256 }))),
  password: Type.Optional(OrNull(Secret)),
};
/** Parts that are not of its kind are ignored. */
export const DestinationPatch = Type.Object({ ...Changeable, ...WebhookParts, ...BrokerParts });
export type DestinationPatch = Static<typeof DestinationPatch>;
export const DestinationBody = Type.Object({
  ...Changeable,
  ...WebhookParts,
  ...BrokerParts,
  kind: Type.Union([Type.Literal('webhook'), Type.Literal('mqtt')]),
  name: Name,
  url: Url,
});
export type DestinationBody = Static<typeof DestinationBody>;

/** What came of one attempt that went past the queue. */
export const DestinationTested = Type.Object({
  ok: Type.Boolean(),
  ms: Type.Integer({ description: 'How long it took.' }),
  reason: OrNull(SendReason),
  message: Type.String(),
  httpStatus: OrNull(Type.Integer()),
  body: OrNull(Type.String()),
});
export type DestinationTested = Static<typeof DestinationTested>;

export const DeadLetter = Type.Object(
  {
    id: Type.String(),
    atMs: Ms,
    deadMs: Ms,
    topic: OrNull(Type.String()),
    type: OrNull(Type.String({ description: 'Of an event, as the device calls it.' })),
    deviceId: OrNull(Type.String()),
    preview: Type.String(),
    bytes: Type.Integer(),
    ...Failure,
  },
  { $id: 'DeadLetter' },
);
export type DeadLetter = Static<typeof DeadLetter>;
export const DeadLettersQuery = PageQuery;
/** Without ids: all of them. */
export const DeadLettersBody = Type.Object({
  ids: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 200 })),
});
export type DeadLettersBody = Static<typeof DeadLettersBody>;
export const Counted = Type.Object({ count: Type.Integer() });
export type Counted = Static<typeof Counted>;
