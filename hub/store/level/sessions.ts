/** Sign-ins, newest first, of everybody or of one person. */
import type { SessionRow, SessionStore } from '../store.ts';
import type { Database } from './database.ts';
import { keyOf, rangeUnder } from './keys.ts';
import { either, isFlag, isNull, isNumber, isText, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const shape = shapeOf<SessionRow>('session', {
  id: isText,
  userId: isText,
  username: isText,
  refreshHash: isText,
  previousHash: either(isText, isNull),
  rotatedMs: isNumber,
  createdMs: isNumber,
  lastUsedMs: isNumber,
  expiresMs: isNumber,
  address: isText,
  agent: isText,
  keep: isFlag,
});

export function makeSessionStore(database: Database): SessionStore {
  const table = new Table({
    database,
    shape,
    name: 'sessions',
    entriesOf: ({ id, userId, createdMs }) => [
      [keyOf('sessionsByTime', createdMs, id), ''],
      [keyOf('sessionsByUser', userId, createdMs, id), ''],
    ],
  });
  return {
    get: (id) => table.get(id),
    list({ userId, ...page }) {
      const range = userId === undefined ? rangeUnder('sessionsByTime') : rangeUnder('sessionsByUser', userId);
      return table.pageBy(range, page, { reverse: true });
    },
    put: (session) => table.put(session, session.id),
    remove: (session) => table.remove(session.id),
  };
}
