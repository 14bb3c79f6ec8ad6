/** Everybody who may sign in. All in memory: few, asked for at every request, and one copy cannot be out of date. */
import { RucheError } from '../../contract/errors.ts';
import type { User } from '../../contract/user.ts';
import type { UserRow, UserStore } from '../../store/store.ts';
import type { Change } from './ledger.ts';

export interface People {
  get(id: string): UserRow | undefined;
  /** Compared without case. */
  byName(username: string): UserRow | undefined;
  readonly count: number;
  readonly hasOwner: boolean;
  /** Throws USERNAME_TAKEN. */
  add(row: UserRow): Change;
  replace(row: UserRow): Change;
  remove(row: UserRow): Change;
  /** Throws LAST_OWNER when this is the only one. */
  mustNotBeLastOwner(row: UserRow): void;
}

/** Open registration must not fill memory and disk. */
const PEOPLE_MAX = 2000;
const LOAD_PAGE = 200;

export async function loadPeople(store: UserStore): Promise<People> {
  const byId = new Map<string, UserRow>();
  const idByName = new Map<string, string>();
  const keep = (row: UserRow): void => {
    byId.set(row.id, row);
    idByName.set(nameKey(row.username), row.id);
  };
  let cursor: string | undefined;
  do {
    const page = await store.list({ limit: LOAD_PAGE, cursor });
    page.items.forEach(keep);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  const owners = (): number => [...byId.values()].filter((row) => row.role === 'owner').length;

  return {
    get: (id) => byId.get(id),
    byName: (username) => byId.get(idByName.get(nameKey(username)) ?? ''),
    get count() {
      return byId.size;
    },
    get hasOwner() {
      return owners() > 0;
    },
    add(row) {
      if (idByName.has(nameKey(row.username))) throw new RucheError('USERNAME_TAKEN');
      if (byId.size >= PEOPLE_MAX) {
        throw new RucheError('REGISTRATION_CLOSED', `This hub has reached its limit of ${PEOPLE_MAX} people.`);
      }
      return { writes: [store.put(row)], apply: () => keep(row) };
    },
    replace: (row) => ({ writes: [store.put(row)], apply: () => keep(row) }),
    remove: (row) => ({
      writes: [store.remove(row)],
      apply() {
        byId.delete(row.id);
        idByName.delete(nameKey(row.username));
      },
    }),
    mustNotBeLastOwner(row) {
      if (row.role === 'owner' && owners() === 1) throw new RucheError('LAST_OWNER');
    },
  };
}

/** What others may see of a person. */
export function toUser({ id, username, role, language, createdMs }: UserRow): User {
  return { id, username, role, createdMs, ...(language === undefined ? {} : { language }) };
}

const nameKey = (username: string): string => username.trim().normalize('NFKC').toLowerCase();
