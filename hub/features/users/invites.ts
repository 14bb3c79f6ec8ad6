/** Invitations: each lets one person register within seven days. */
import { RucheError } from '../../contract/errors.ts';
import type { Invite, InviteCreated } from '../../contract/user.ts';
import type { Clock } from '../../lib/clock.ts';
import { hashSecret, newId, newSecret } from '../../lib/ids.ts';
import type { InviteRow, InviteStore, PageOf, PageRequest, Write } from '../../store/store.ts';
import type { Ledger } from './ledger.ts';

export interface Invites {
  create(createdBy: string): Promise<InviteCreated>;
  list(page: PageRequest): Promise<PageOf<Invite>>;
  /** Throws NOT_FOUND. */
  remove(id: string): Promise<void>;
  /** Throws INVITE_INVALID. */
  find(code: string | undefined): Promise<InviteRow>;
  /** The write that uses it up. */
  use(invite: InviteRow): Write;
}

const INVITE_LIFE_MS = 7 * 24 * 60 * 60_000;
/** When there are more, expired ones go first, then the oldest. */
const INVITES_MAX = 100;

export function makeInvites(store: InviteStore, ledger: Ledger, clock: Clock): Invites {
  const isValid = (row: InviteRow): boolean => row.expiresMs > clock.nowMs();

  async function superfluous(): Promise<InviteRow[]> {
    const { items } = await store.list({ limit: INVITES_MAX });
    const valid = items.filter(isValid);
    return [...items.filter((row) => !isValid(row)), ...valid.slice(INVITES_MAX - 1)];
  }

  return {
    create(createdBy) {
      const code = newSecret();
      const nowMs = clock.nowMs();
      const row = { id: newId(), codeHash: hashSecret(code), createdMs: nowMs, createdBy };
      const invite: InviteRow = { ...row, expiresMs: nowMs + INVITE_LIFE_MS };
      return ledger(async () => {
        const removed = await superfluous();
        const writes = [...removed.map((old) => store.remove(old)), store.put(invite)];
        return { changes: [], writes, result: () => ({ invite: toInvite(invite), code }) };
      });
    },
    async list(page) {
      const { items, ...rest } = await store.list(page);
      return { items: items.filter(isValid).map(toInvite), ...rest };
    },
    async remove(id) {
      await ledger(async () => {
        const row = await store.get(id);
        if (row === undefined) throw new RucheError('NOT_FOUND', 'This invitation was used or withdrawn.');
        return { changes: [], writes: [store.remove(row)], result: () => undefined };
      });
    },
    async find(code) {
      const row = code === undefined ? undefined : await store.byCodeHash(hashSecret(code));
      if (row === undefined || !isValid(row)) throw new RucheError('INVITE_INVALID');
      return row;
    },
    use: (invite) => store.remove(invite),
  };
}

const toInvite = ({ id, createdMs, expiresMs, createdBy }: InviteRow): Invite => ({
  id,
  createdMs,
  expiresMs,
  createdBy,
});
