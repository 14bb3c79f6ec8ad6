/** Messages kept to be published again, listed by name. */
import type { SavedPublishRow, SavedPublishStore } from '../store.ts';
import type { Database } from './database.ts';
import { keyOf, rangeUnder } from './keys.ts';
import { isFlag, isNumber, isOneOf, isQos, isText, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const shape = shapeOf<SavedPublishRow>('saved message', {
  id: isText,
  name: isText,
  topic: isText,
  payload: isText,
  encoding: isOneOf('utf8', 'base64'),
  qos: isQos,
  retain: isFlag,
  createdMs: isNumber,
  createdBy: isText,
});

export function makeSavedPublishStore(database: Database): SavedPublishStore {
  const table = new Table({
    database,
    shape,
    name: 'savedPublishes',
    entriesOf: ({ id, name }) => [[keyOf('savedPublishesByName', name, id), '']],
  });
  return {
    get: (id) => table.get(id),
    list: (page) => table.pageBy(rangeUnder('savedPublishesByName'), page),
    put: (saved) => table.put(saved, saved.id),
    remove: (id) => table.remove(id),
  };
}
