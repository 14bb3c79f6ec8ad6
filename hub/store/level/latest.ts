/** The last value of every metric of a device. */
import type { LatestRow, LatestStore } from '../store.ts';
import type { Database } from './database.ts';
import { rangeUnder } from './keys.ts';
import { either, isFlag, isNumber, isText, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const shape = shapeOf<LatestRow>('latest value', {
  metric: isText,
  value: either(isNumber, isFlag, isText),
  atMs: isNumber,
});

export function makeLatestStore(database: Database): LatestStore {
  const table = new Table({ database, shape, name: 'latest' });
  return {
    list: (deviceId, limit) => table.list(rangeUnder('latest', deviceId), limit),
    put: (deviceId, row) => table.put(row, deviceId, row.metric),
  };
}
