/** Accounts of programs, by name. */
import type { AccountRow, AccountStore } from '../store.ts';
import type { Database } from './database.ts';
import { rangeUnder } from './keys.ts';
import { isNumber, isText, isTexts, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const shape = shapeOf<AccountRow>('account', {
  name: isText,
  passwordHash: isText,
  rules: isTexts,
  createdMs: isNumber,
  changedMs: isNumber,
});

export function makeAccountStore(database: Database): AccountStore {
  const table = new Table({ database, shape, name: 'accounts' });
  return {
    get: (name) => table.get(name),
    list: (page) => table.page(rangeUnder('accounts'), page),
    put: (account) => table.put(account, account.name),
    remove: (name) => table.remove(name),
  };
}
