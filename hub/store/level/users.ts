/** People, found by id and by name. */
import { ROLES } from '../../contract/permissions.ts';
import type { UserRow, UserStore } from '../store.ts';
import type { Database } from './database.ts';
import { keyOf, rangeUnder } from './keys.ts';
import { either, isMissing, isNumber, isOneOf, isText, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const shape = shapeOf<UserRow>('user', {
  id: isText,
  username: isText,
  role: isOneOf(...ROLES),
  passwordHash: isText,
  language: either(isOneOf('en', 'fr'), isMissing),
  createdMs: isNumber,
});

/** How names are compared. */
const canonicalName = (username: string): string => username.normalize('NFKC').toLowerCase();

export function makeUserStore(database: Database): UserStore {
  const table = new Table({
    database,
    shape,
    name: 'users',
    entriesOf: (user) => [[keyOf('usersByName', canonicalName(user.username), user.id), '']],
  });
  return {
    get: (id) => table.get(id),
    async byName(username) {
      const [user] = await table.listBy(rangeUnder('usersByName', canonicalName(username)), 1);
      return user;
    },
    list: (page) => table.pageBy(rangeUnder('usersByName'), page),
    put: (user) => table.put(user, user.id),
    remove: (user) => table.remove(user.id),
  };
}
