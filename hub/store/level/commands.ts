/** Commands lie under their device in the order of their ids, which is that of time; the open ones have an entry besides. */
import type { BulkRow, BulkStore, CommandRow, CommandStore } from '../command-store.ts';
import type { Database } from './database.ts';
import { keyOf, lastPartOf, rangeUnder } from './keys.ts';
import { either, isFlag, isNull, isNumber, isOneOf, isText, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const isNumberOrNull = either(isNumber, isNull);
const isTextOrNull = either(isText, isNull);
const isValue = either(isNumber, isFlag, isText, isNull);

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
    entriesOf: ({ deviceId, id, endedMs }) =>
      endedMs === null ? [[keyOf('commandsOpen', deviceId, id), deviceId]] : [],
  });
  return {
    get: (deviceId, id) => table.get(deviceId, id),
    list: (deviceId, page) => table.page(rangeUnder('commands', deviceId), page, { reverse: true }),
    async open(limit) {
      const entries = await database.scan(rangeUnder('commandsOpen'), { limit });
      const rows = await database.getMany(
        entries.map(([key, deviceId]) => keyOf('commands', deviceId, lastPartOf(key))),
      );
      return [...rows.values()].map((text) => shape.decode(text));
    },
    put: (command) => table.put(command, command.deviceId, command.id),
    remove: (deviceId, id) => table.remove(deviceId, id),
  };
}

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
