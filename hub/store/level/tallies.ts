/** Games counted per person and day. */
import type { TallyRow, TallyStore } from '../store.ts';
import type { Database } from './database.ts';
import { rangeUnder } from './keys.ts';
import { isNumber, isText, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const shape = shapeOf<TallyRow>('tally', {
  day: isText,
  username: isText,
  best: isNumber,
  bestAtMs: isNumber,
  games: isNumber,
  lastAtMs: isNumber,
});

export function makeTallyStore(database: Database): TallyStore {
  const table = new Table({ database, shape, name: 'tallies' });
  return {
    get: (day, username) => table.get(day, username),
    range: (fromDay, toDay, limit) =>
      table.list({ gte: rangeUnder('tallies', fromDay).gte, lt: rangeUnder('tallies', toDay).lt }, limit),
    put: (tally) => table.put(tally, tally.day, tally.username),
    remove: (day, username) => table.remove(day, username),
  };
}
