/** Events, found by time and by device; index entries say enough to filter by severity and type. */
import { EVENT_CODES } from '../../contract/event.ts';
import type { EventFilter, EventMark, EventRow, EventStore } from '../event-store.ts';
import type { Database, Entry } from './database.ts';
import { type KeyRange, keyOf, lastPartOf, rangeUnder } from './keys.ts';
import type { IndexEntry } from './level-write.ts';
import { either, isMissing, isNull, isNumber, isOneOf, isText, shapeOf } from './shape.ts';
import { type ListOptions, Table } from './table.ts';

const isTextOrNull = either(isText, isNull);

const shape = shapeOf<EventRow>('event', {
  id: isText,
  deviceId: isText,
  type: isText,
  severity: isOneOf('info', 'warning', 'critical'),
  message: isTextOrNull,
  code: either(isOneOf(...EVENT_CODES), isNull, isMissing),
  source: isTextOrNull,
  topic: isTextOrNull,
  dataJson: isText,
  atMs: isNumber,
  receivedMs: isNumber,
  seq: isNumber,
  eventId: isTextOrNull,
  originalTimestamp: either(isNumber, isText, isNull),
  ackedBy: isTextOrNull,
  ackedMs: either(isNumber, isNull),
  note: isTextOrNull,
});

export function makeEventStore(database: Database): EventStore {
  const table = new Table({ database, shape, name: 'events', entriesOf });
  return {
    async get(id) {
      const row = await table.get(id);
      return row && complete(row);
    },
    async list(request) {
      const page = await table.pageBy(rangeOf(request), request, { reverse: true, ...acceptOf(request) });
      return { ...page, items: page.items.map(complete) };
    },
    async marks(page) {
      const { items, ...rest } = await table.pageOfEntries(rangeUnder('eventsByTime'), page);
      return { items: items.map(markOf), ...rest };
    },
    oldest: async (limit, deviceId) => (await table.listBy(rangeOf({ deviceId }), limit)).map(complete),
    put: (event) => table.put(event, event.id),
    add: (event) => table.add(event, event.id),
    remove: (id) => table.remove(id),
  };
}

/** Rows of the first version have no code. */
const complete = (row: EventRow): EventRow => ({ ...row, code: row.code ?? null });

/** What an index entry says. The type comes last: it may hold anything. */
const SEPARATOR = '\n';

function entriesOf({ id, deviceId, atMs, receivedMs, seq, severity, type }: EventRow): IndexEntry[] {
  const said = [severity, deviceId, atMs, type.toLowerCase()].join(SEPARATOR);
  return [
    [keyOf('eventsByTime', receivedMs, seq, id), said],
    [keyOf('eventsByDevice', deviceId, receivedMs, seq, id), said],
  ];
}

/** Nothing is received before it happened, so what is asked from a time on is not found before it. */
function rangeOf({ deviceId, fromMs }: EventFilter): KeyRange {
  const all = deviceId === undefined ? rangeUnder('eventsByTime') : rangeUnder('eventsByDevice', deviceId);
  if (fromMs === undefined) return all;
  const gte = deviceId === undefined ? keyOf('eventsByTime', fromMs) : keyOf('eventsByDevice', deviceId, fromMs);
  return { gte, lt: all.lt };
}

function acceptOf({ severities, type, fromMs, toMs }: EventFilter): ListOptions {
  if (severities === undefined && type === undefined && fromMs === undefined && toMs === undefined) return {};
  const wanted = type?.toLowerCase();
  return {
    accept(said) {
      const [severity = '', , at, ...rest] = said.split(SEPARATOR);
      const atMs = Number(at);
      if (atMs < (fromMs ?? 0) || atMs >= (toMs ?? Number.POSITIVE_INFINITY)) return false;
      if (severities?.some((one) => one === severity) === false) return false;
      return wanted === undefined || rest.join(SEPARATOR) === wanted;
    },
  };
}

function markOf([key, said]: Entry): EventMark {
  const [, deviceId = ''] = said.split(SEPARATOR);
  return { id: lastPartOf(key), deviceId };
}
