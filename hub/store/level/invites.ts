/** Invitations, found by id and by the hash of their code. */
import type { InviteRow, InviteStore } from '../store.ts';
import type { Database } from './database.ts';
import { keyOf, rangeUnder } from './keys.ts';
import { isNumber, isText, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const shape = shapeOf<InviteRow>('invitation', {
  id: isText,
  codeHash: isText,
  createdMs: isNumber,
  expiresMs: isNumber,
  createdBy: isText,
});

export function makeInviteStore(database: Database): InviteStore {
  const table = new Table({
    database,
    shape,
    name: 'invites',
    entriesOf: ({ id, codeHash, createdMs }) => [
      [keyOf('invitesByCode', codeHash, id), ''],
      [keyOf('invitesByTime', createdMs, id), ''],
    ],
  });
  return {
    async byCodeHash(codeHash) {
      const [invite] = await table.listBy(rangeUnder('invitesByCode', codeHash), 1);
      return invite;
    },
    get: (id) => table.get(id),
    list: (page) => table.pageBy(rangeUnder('invitesByTime'), page, { reverse: true }),
    put: (invite) => table.put(invite, invite.id),
    remove: (invite) => table.remove(invite.id),
  };
}
