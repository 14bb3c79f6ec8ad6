/** What the Explorer shows: topics as a tree, who speaks and listens on one, messages published by people, the trash. */
import { type Static, Type } from 'typebox';
import { FILTER_TEXT_MAX, SAVED_NAME_MAX, TOPIC_TEXT_MAX, TOPICS_PAGE_MAX } from './limits.ts';
import { Ms, PageQuery } from './problem.ts';

const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const Topic = Type.String({ minLength: 1, maxLength: TOPIC_TEXT_MAX });
const Qos = Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(2)]);
const Encoding = Type.Union([Type.Literal('utf8'), Type.Literal('base64')]);

/** One place in the tree. It can be a topic and have others below it. */
export const TopicNode = Type.Object(
  {
    topic: Type.String({ description: 'The whole name.' }),
    messages: Type.Integer({ description: 'Here and below, since the hub started or the topic was forgotten.' }),
    topics: Type.Integer({ description: 'Topics here and below.' }),
    hasChildren: Type.Boolean(),
    lastMs: OrNull(Ms),
    value: OrNull(
      Type.Object(
        {
          preview: Type.String({ description: 'The beginning of the last payload; hexadecimal when it is no text.' }),
          bytes: Type.Integer(),
          retained: Type.Boolean(),
          clientId: OrNull(Type.String({ description: 'Who published it last; null when the reader may not know.' })),
        },
        { description: 'Null when nothing is published here itself.' },
      ),
    ),
  },
  { $id: 'TopicNode' },
);
export type TopicNode = Static<typeof TopicNode>;

export const TopicsQuery = Type.Object({
  prefix: Type.Optional(
    Type.String({ maxLength: TOPIC_TEXT_MAX, description: 'Its children; without it, the roots.' }),
  ),
  q: Type.Optional(
    Type.String({
      maxLength: FILTER_TEXT_MAX,
      description:
        'All topics that match, wherever they are: text, a pattern with + or #, payload:…, client:…, retained:yes or no.',
    }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: TOPIC_TEXT_MAX * 6 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: TOPICS_PAGE_MAX, default: TOPICS_PAGE_MAX })),
});
export type TopicsQuery = Static<typeof TopicsQuery>;

export const TopicsPage = Type.Object({
  items: Type.Array(TopicNode),
  nextCursor: Type.Optional(Type.String()),
  total: Type.Integer({ description: 'Topics in all, or those that match.' }),
});
export type TopicsPage = Static<typeof TopicsPage>;

const Payload = {
  bytes: Type.Integer({ description: 'Of the whole payload.' }),
  base64: Type.String({ description: 'As much of it as is kept.' }),
  text: OrNull(Type.String({ description: 'The same as text; null when it is not UTF-8.' })),
  isCut: Type.Boolean({ description: 'There was more of it than is kept.' }),
};

export const TopicMessage = Type.Object({
  ...Payload,
  atMs: Ms,
  qos: Qos,
  retain: Type.Boolean(),
  clientId: OrNull(Type.String()),
});
export type TopicMessage = Static<typeof TopicMessage>;

const Who = {
  clientId: OrNull(Type.String()),
  username: OrNull(Type.String()),
  deviceId: OrNull(Type.String()),
  address: OrNull(Type.String()),
};
export const TopicPublisher = Type.Object({
  ...Who,
  messages: Type.Integer(),
  ratePerMinute: Type.Number(),
  atMs: Ms,
});
export type TopicPublisher = Static<typeof TopicPublisher>;
export const TopicSubscriber = Type.Object({ ...Who, connected: Type.Boolean(), filter: Type.String(), qos: Qos });
export type TopicSubscriber = Static<typeof TopicSubscriber>;

export const TopicDetail = Type.Object(
  {
    topic: Type.String(),
    messages: Type.Integer(),
    retained: OrNull(Type.Object({ ...Payload, qos: Qos })),
    last: OrNull(TopicMessage),
    publishers: Type.Array(TopicPublisher, { description: 'The last ones, the latest first.' }),
    subscribers: Type.Array(TopicSubscriber),
    subscribersTotal: Type.Integer(),
    history: Type.Array(TopicMessage, { description: 'Newest first; kept only while somebody looks at the topic.' }),
  },
  { $id: 'TopicDetail' },
);
export type TopicDetail = Static<typeof TopicDetail>;
export const TopicQuery = Type.Object({ topic: Topic });
export type TopicQuery = Static<typeof TopicQuery>;

const Outgoing = {
  topic: Topic,
  payload: Type.String(),
  encoding: Type.Optional(Encoding),
  qos: Type.Optional(Qos),
  retain: Type.Optional(Type.Boolean()),
};
export const PublishBody = Type.Object(Outgoing);
export type PublishBody = Static<typeof PublishBody>;
export const Published = Type.Object({ status: Type.Literal('published'), subscribers: Type.Integer() });
export type Published = Static<typeof Published>;

export const SavedPublishBody = Type.Object({
  ...Outgoing,
  name: Type.String({ minLength: 1, maxLength: SAVED_NAME_MAX }),
});
export type SavedPublishBody = Static<typeof SavedPublishBody>;
export const SavedPublish = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    topic: Type.String(),
    payload: Type.String(),
    encoding: Encoding,
    qos: Qos,
    retain: Type.Boolean(),
    createdMs: Ms,
    createdBy: Type.String(),
  },
  { $id: 'SavedPublish' },
);
export type SavedPublish = Static<typeof SavedPublish>;

export const RetainedDeleteBody = Type.Object({
  filter: Type.String({ minLength: 1, maxLength: FILTER_TEXT_MAX, description: 'As q of GET /api/v1/topics.' }),
  dryRun: Type.Optional(Type.Boolean({ description: 'Only say what would go.' })),
});
export type RetainedDeleteBody = Static<typeof RetainedDeleteBody>;
export const RetainedDeleted = Type.Object({
  count: Type.Integer(),
  topics: Type.Array(Type.Object({ topic: Type.String(), bytes: Type.Integer() }), {
    description: 'The first of them.',
  }),
  batch: OrNull(Type.String({ description: 'Under which they lie in the trash; null on a dry run.' })),
});
export type RetainedDeleted = Static<typeof RetainedDeleted>;

export const TrashedRetained = Type.Object(
  {
    id: Type.String(),
    batch: Type.String(),
    topic: Type.String(),
    preview: Type.String(),
    bytes: Type.Integer(),
    deletedMs: Ms,
    deletedBy: Type.String(),
  },
  { $id: 'TrashedRetained' },
);
export type TrashedRetained = Static<typeof TrashedRetained>;
export const TrashQuery = Type.Interface([PageQuery], {});
export const RestoreBody = Type.Object({
  batch: Type.Optional(Type.String({ maxLength: 64, description: 'Everything one deletion took.' })),
  ids: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 200 })),
});
export type RestoreBody = Static<typeof RestoreBody>;
export const Restored = Type.Object({
  restored: Type.Integer(),
  skipped: Type.Integer({ description: 'Left in the trash, because their topic has a newer retained value.' }),
});
export type Restored = Static<typeof Restored>;
