/** Destinations, their queues in the order of places, and their dead letters. */
import type {
  DeadLetterRow,
  DeadLetterStore,
  DestinationRow,
  DestinationStore,
  OutboxRow,
  OutboxStore,
} from '../forwarding-store.ts';
import type { Database } from './database.ts';
import { keyOf, rangeUnder } from './keys.ts';
import { LevelWrite } from './level-write.ts';
import {
  type Check,
  either,
  isFlag,
  isMissing,
  isNull,
  isNumber,
  isOneOf,
  isQos,
  isText,
  isTexts,
  shapeOf,
} from './shape.ts';
import { Table } from './table.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
/** A list of objects with these text fields. */
const areRecords = (...fields: readonly string[]): Check => {
  return (value) =>
    Array.isArray(value) &&
    value.every((one) => isObject(one) && fields.every((name) => isText(Reflect.get(one, name))));
};

const destinations = shapeOf<DestinationRow>('destination', {
  id: isText,
  name: isText,
  kind: isOneOf('webhook', 'mqtt'),
  url: isText,
  urlSealed: either(isText, isMissing),
  topics: isTexts,
  paused: isFlag,
  pausedByHub: either(isFlag, isMissing),
  createdMs: isNumber,
  changedMs: isNumber,
  events: isFlag,
  mapping: areRecords('from', 'to'),
  template: either(isText, isNull),
  headers: areRecords('name', 'sealed'),
  direction: isOneOf('out', 'in', 'both'),
  localPrefix: isText,
  remotePrefix: isText,
  username: either(isText, isNull),
  secretSealed: either(isText, isNull),
});

const outbox = shapeOf<OutboxRow>('forwarding entry', {
  destinationId: isText,
  seq: isNumber,
  id: isText,
  atMs: isNumber,
  kind: isOneOf('event', 'message'),
  body: isText,
  topic: either(isText, isNull),
  qos: isQos,
  retain: isFlag,
  properties: isText,
});

const deadLetters = shapeOf<DeadLetterRow>('dead letter', {
  id: isText,
  destinationId: isText,
  deadMs: isNumber,
  reason: isText,
  message: isText,
  httpStatus: either(isNumber, isNull),
  entry: isObject,
});

export function makeDestinationStore(database: Database): DestinationStore {
  const table = new Table({ database, shape: destinations, name: 'destinations' });
  return {
    get: (id) => table.get(id),
    list: (page) => table.page(rangeUnder('destinations'), page),
    put: (row) => table.put(row, row.id),
    remove: (id) =>
      new LevelWrite([
        ...table.remove(id).steps,
        { kind: 'clear', range: rangeUnder('outbox', id) },
        { kind: 'clear', range: rangeUnder('deadLetters', id) },
      ]),
  };
}

export function makeOutboxStore(database: Database): OutboxStore {
  const table = new Table({ database, shape: outbox, name: 'outbox' });
  return {
    list(destinationId, afterSeq, limit) {
      const { lt } = rangeUnder('outbox', destinationId);
      return table.list({ gte: keyOf('outbox', destinationId, afterSeq + 1), lt }, limit);
    },
    put: (entry) => table.put(entry, entry.destinationId, entry.seq),
    remove: (destinationId, seq) => table.remove(destinationId, seq),
    clear: (destinationId) => new LevelWrite([{ kind: 'clear', range: rangeUnder('outbox', destinationId) }]),
  };
}

export function makeDeadLetterStore(database: Database): DeadLetterStore {
  const table = new Table({
    database,
    shape: deadLetters,
    name: 'deadLetters',
  });
  const newestFirst = Number.MAX_SAFE_INTEGER;
  const place = ({ deadMs }: DeadLetterRow): number => newestFirst - deadMs;
  return {
    list: (destinationId, page) => table.page(rangeUnder('deadLetters', destinationId), page),
    async oldest(destinationId, limit) {
      const entries = await database.scan(rangeUnder('deadLetters', destinationId), { limit, reverse: true });
      return entries.map(([, text]) => deadLetters.decode(text));
    },
    count: async (destinationId) => (await database.keysIn(rangeUnder('deadLetters', destinationId))).length,
    put: (row) => table.put(row, row.destinationId, place(row), row.id),
    remove: (row) => table.remove(row.destinationId, place(row), row.id),
  };
}
