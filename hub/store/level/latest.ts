/** The last value of every metric of a device. */
import type { LatestRow, LatestStore } from '../store.ts';
import type { Database } from './database.ts';
import { makeKeysOf, rangeUnder } from './keys.ts';
import { type Late, LevelWrite } from './level-write.ts';
import { either, isFlag, isNumber, isText, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const shape = shapeOf<LatestRow>('latest value', {
  metric: isText,
  value: either(isNumber, isFlag, isText),
  atMs: isNumber,
});

export function makeLatestStore(database: Database): LatestStore {
  const table = new Table({ database, shape, name: 'latest' });
  const keyOf = makeKeysOf('latest');
  return {
    list: (deviceId, limit) => table.list(rangeUnder('latest', deviceId), limit),
    put: (deviceId, ...rows) =>
      new LevelWrite(rows.map((row) => ({ kind: 'set', key: keyOf(deviceId, row.metric), value: new LateRow(row) }))),
  };
}

/** A device that sends often sets the same keys many times in one group. */
class LateRow implements Late {
  readonly #row: LatestRow;

  /** The row is nobody else's to change. */
  constructor(row: LatestRow) {
    shape.check(row);
    this.#row = row;
  }

  get length(): number {
    const { metric, value } = this.#row;
    return ROW_LENGTH + metric.length + (typeof value === 'string' ? value.length : NUMBER_LENGTH);
  }

  make(): string {
    return shape.encode(this.#row);
  }
}
/** What the names of the fields and a time take, and the longest number. */
const ROW_LENGTH = 45;
const NUMBER_LENGTH = 24;
