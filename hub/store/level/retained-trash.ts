/** Deleted retained messages, found by the time and by the deletion they went in. */
import type { RetainedTrashRow, RetainedTrashStore } from '../store.ts';
import type { Database } from './database.ts';
import { keyOf, rangeUnder } from './keys.ts';
import { either, isNull, isNumber, isQos, isText, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const shape = shapeOf<RetainedTrashRow>('deleted retained message', {
  id: isText,
  batch: isText,
  topic: isText,
  payload: isText,
  qos: isQos,
  properties: isText,
  expiresMs: either(isNumber, isNull),
  deletedMs: isNumber,
  deletedBy: isText,
});

export function makeRetainedTrashStore(database: Database): RetainedTrashStore {
  const table = new Table({
    database,
    shape,
    name: 'retainedTrash',
    entriesOf: ({ id, batch, deletedMs }) => [
      [keyOf('retainedTrashByTime', deletedMs, id), ''],
      [keyOf('retainedTrashByBatch', batch, id), ''],
    ],
  });
  return {
    get: (id) => table.get(id),
    list: (page) => table.pageBy(rangeUnder('retainedTrashByTime'), page, { reverse: true }),
    oldest: (limit) => table.listBy(rangeUnder('retainedTrashByTime'), limit),
    ofBatch: (batch, limit) => table.listBy(rangeUnder('retainedTrashByBatch', batch), limit),
    put: (row) => table.put(row, row.id),
    remove: (id) => table.remove(id),
  };
}
