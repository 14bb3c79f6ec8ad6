/**
 * Commands lie under their device in the order of their ids, which is that of time. The open ones have an entry besides,
 * and so have those that ended without the answer of a device that may have had them.
 */
import { compareNames } from '../../contract/topics.ts';
import type { BulkRow, BulkStore, CommandRow, CommandStore } from '../command-store.ts';
import type { Database, Entry } from './database.ts';
import { keyOf, lastPartOf, rangeUnder } from './keys.ts';
import { either, isFlag, isNull, isNumber, isOneOf, isText, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const isNumberOrNull = either(isNumber, isNull);
const isTextOrNull = either(isText, isNull);
const isValue = either(isNumber, isFlag, isText, isNull);

/** Entries looked through for the newest. */
const UNANSWERED_SCANNED_MAX = 50_000;

const shape = shapeOf<CommandRow>('command', {
  id: isText,
  deviceId: isText,
  name: isText,
  value: isValue,
  state: isOneOf('queued', 'sent', 'delivered', 'acknowledged', 'failed', 'expired', 'cancelled'),
  createdMs: isNumber,
  createdBy: isText,
  expiresMs: isNumber,
  sentMs: isNumberOrNull,
  deliveredMs: isNumberOrNull,
  endedMs: isNumberOrNull,
  attempts: isNumber,
  via: either(isOneOf('mqtt', 'http'), isNull),
  isConfirmed: isFlag,
  message: isTextOrNull,
  bulkId: isTextOrNull,
});

export function makeCommandStore(database: Database): CommandStore {
  const table = new Table({
    database,
    shape,
    name: 'commands',
    entriesOf(row) {
      const { deviceId, id, endedMs } = row;
      if (endedMs === null) return [[keyOf('commandsOpen', deviceId, id), deviceId]];
      return isUnanswered(row) ? [[keyOf('commandsUnanswered', deviceId, id), deviceId]] : [];
    },
  });
  async function rowsOf(entries: readonly Entry[]): Promise<CommandRow[]> {
    const keys = entries.map(([key, deviceId]) => keyOf('commands', deviceId, lastPartOf(key)));
    return [...(await database.getMany(keys)).values()].map((text) => shape.decode(text));
  }
  return {
    get: (deviceId, id) => table.get(deviceId, id),
    list: (deviceId, page) => table.page(rangeUnder('commands', deviceId), page, { reverse: true }),
    open: async (limit) => rowsOf(await database.scan(rangeUnder('commandsOpen'), { limit })),
    async unanswered(limit) {
      const entries = await database.scan(rangeUnder('commandsUnanswered'), { limit: UNANSWERED_SCANNED_MAX });
      const byId = entries.map((entry) => ({ entry, id: lastPartOf(entry[0]) }));
      byId.sort((a, b) => compareNames(a.id, b.id));
      return rowsOf(byId.slice(-limit).map(({ entry }) => entry));
    },
    put: (command) => table.put(command, command.deviceId, command.id),
    remove: (deviceId, id) => table.remove(deviceId, id),
  };
}

const isUnanswered = ({ state, attempts }: CommandRow): boolean =>
  state === 'sent' || state === 'delivered' || (state === 'expired' && attempts > 0);

const isRefusal = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ['deviceId', 'commandId', 'code', 'detail'].every((field) => isText(Reflect.get(value, field)));

const bulkShape = shapeOf<BulkRow>('bulk command', {
  id: isText,
  name: isText,
  value: isValue,
  createdMs: isNumber,
  createdBy: isText,
  rows: (value) => Array.isArray(value) && value.every(isRefusal),
});

export function makeBulkStore(database: Database): BulkStore {
  const table = new Table({
    database,
    shape: bulkShape,
    name: 'bulks',
    entriesOf: ({ id, createdMs }) => [[keyOf('bulksByTime', createdMs, id), '']],
  });
  return {
    get: (id) => table.get(id),
    oldest: async (limit) =>
      (await database.scan(rangeUnder('bulksByTime'), { limit })).map(([key]) => lastPartOf(key)),
    put: (bulk) => table.put(bulk, bulk.id),
    remove: (id) => table.remove(id),
  };
}
