/** People: who may sign in, with what password, in which role, and which sessions they have open. */
import { RucheError } from '../../contract/errors.ts';
import type { Session, SetupState, User } from '../../contract/user.ts';
import type { Person } from '../../domain/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { makeSlot, type Slot } from '../../lib/slot.ts';
import type { PageOf, PageRequest, SessionRow, Store, UserRow, Write } from '../../store/store.ts';
import { type Accounts, makeAccounts, type Registration } from './accounts.ts';
import { type Invites, makeInvites } from './invites.ts';
import { makeLedger } from './ledger.ts';
import type { Passwords } from './password.ts';
import { loadPeople, toUser } from './people.ts';
import { loadSessions } from './sessions.ts';
import { makeSetupCode } from './setup-code.ts';
import { type AccessTokens, makeSignIn, type SignIn } from './sign-in.ts';
import type { Throttle } from './throttle.ts';

export interface UsersDeps {
  readonly store: Pick<Store, 'users' | 'sessions' | 'invites'> & {
    commit(writes: readonly Write[]): Promise<void>;
  };
  readonly clock: Clock;
  readonly tokens: AccessTokens;
  readonly passwords: Passwords;
  readonly throttle: Throttle;
  readonly registration: Registration;
  readonly version: string;
  /** Has this session an MQTT connection open now? */
  readonly isConnected: (sessionId: string) => boolean;
  readonly log: Log;
}

/** Every way in, and who came in. */
export interface Users {
  readonly accounts: Accounts;
  readonly signIn: SignIn;
  readonly invites: Invites;
  /** Throws AUTH_EXPIRED when the token is not ours, has expired, or its session has ended. */
  principalOfToken(accessToken: string): Promise<Person>;
  /** False from the moment a session ended or expired. */
  sessionAlive(sessionId: string): boolean;
  find(userId: string): User | undefined;
  /** Compared without case. */
  findByName(username: string): User | undefined;
  list(page: PageRequest): Promise<PageOf<User>>;
  /** Newest first; without `userId` everybody's. `mine` is the session of the one who asks. */
  listSessions(page: PageRequest & { userId?: string | undefined }, mine: string): Promise<PageOf<Session>>;
  /** Throws USER_UNKNOWN. */
  mustFind(userId: string): User;
  /** Throws SESSION_UNKNOWN when it is not there, or not one the caller may end. */
  endSession(sessionId: string, mayEnd: (session: { userId: string }) => boolean): Promise<void>;
  setupState(isLocal: boolean): SetupState;
  /** Undefined once there is an owner. */
  setupCode(): string | undefined;
  /** A session is over: signed out, revoked, expired, reused, or its person was removed. */
  readonly onSessionEnded: Slot<[sessionId: string]>;
  /** The role of a person is another one: connections that carry the old role must go. */
  readonly onPersonChanged: Slot<[userId: string]>;
  readonly onUserRemoved: Slot<[userId: string]>;
  close(): void;
}

/** An expired session loses its MQTT connection within 5 s; this is how often we look. */
const SWEEP_EVERY_MS = 2000;

export async function makeUsers(deps: UsersDeps): Promise<Users> {
  const { store, clock, log } = deps;
  const complain = (error: unknown): void => log.error({ err: error }, 'a listener of users failed');
  const sessionEnded = makeSlot<[sessionId: string]>(complain);
  const personChanged = makeSlot<[userId: string]>(complain);
  const userRemoved = makeSlot<[userId: string]>(complain);

  const ledger = makeLedger((writes) => store.commit(writes));
  const people = await loadPeople(store.users);
  const sessions = await loadSessions({ store: store.sessions, clock, onEnded: sessionEnded.fire });
  const invites = makeInvites(store.invites, ledger, clock);
  const setupCode = makeSetupCode((text) =>
    log.warn({ setupCode: text }, 'too many wrong setup codes; this is a new one'),
  );
  const signIn = makeSignIn({ ...deps, people, sessions, ledger });
  const accounts = makeAccounts({
    ...deps,
    people,
    sessions,
    invites,
    ledger,
    signIn,
    setupCode,
    onPersonChanged: personChanged.fire,
    onUserRemoved: userRemoved.fire,
  });

  let isSweeping = false;
  async function sweep(): Promise<void> {
    if (isSweeping || sessions.expired().length === 0) return;
    isSweeping = true;
    try {
      await ledger(() => ({ changes: [sessions.end(sessions.expired())], result: () => undefined }));
    } catch (error) {
      // They stay expired for everybody who asks; the next sweep tries to remove them again.
      log.warn({ err: error }, 'expired sessions could not be removed');
    } finally {
      isSweeping = false;
    }
  }
  const stopSweeping = clock.every(SWEEP_EVERY_MS, () => void sweep());

  function toSession(row: SessionRow, mine: string): Session {
    const { id, userId, username, createdMs, expiresMs, address, agent } = row;
    const seen = { id, userId, username, createdMs, expiresMs, address, agent };
    return { ...seen, lastUsedMs: row.lastUsedMs, current: id === mine, live: deps.isConnected(id) };
  }

  return {
    accounts,
    signIn,
    invites,
    principalOfToken: signIn.principalOfToken,
    sessionAlive: (sessionId) => sessions.alive(sessionId) !== undefined,
    find: (userId) => userOf(people.get(userId)),
    mustFind(userId) {
      const user = userOf(people.get(userId));
      if (user === undefined) throw new RucheError('USER_UNKNOWN');
      return user;
    },
    findByName: (username) => userOf(people.byName(username)),
    async list(page) {
      const { items, ...rest } = await store.users.list(page);
      return { items: items.map(toUser), ...rest };
    },
    async listSessions(page, mine) {
      const { items, ...rest } = await store.sessions.list(page);
      // The copy in memory knows better when it was last used, and whether it is still one.
      const alive = items.flatMap((row) => sessions.alive(row.id) ?? []);
      return { items: alive.map((row) => toSession(row, mine)), ...rest };
    },
    endSession: (sessionId, mayEnd) =>
      ledger(() => {
        const session = sessions.alive(sessionId);
        if (session === undefined || !mayEnd(session)) throw new RucheError('SESSION_UNKNOWN');
        return { changes: [sessions.end([session])], result: () => undefined };
      }),
    setupState: (isLocal) => ({
      required: !people.hasOwner,
      codeRequired: !people.hasOwner && !isLocal,
      registration: deps.registration,
      version: deps.version,
    }),
    setupCode: () => (people.hasOwner ? undefined : setupCode.text),
    onSessionEnded: sessionEnded.slot,
    onPersonChanged: personChanged.slot,
    onUserRemoved: userRemoved.slot,
    close: stopSweeping,
  };
}

const userOf = (row: UserRow | undefined): User | undefined => (row === undefined ? undefined : toUser(row));
