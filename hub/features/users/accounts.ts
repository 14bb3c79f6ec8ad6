/** Accounts: the first owner, registration, what people change about themselves and owners about people. */
import { Value } from 'typebox/value';
import { RucheError } from '../../contract/errors.ts';
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from '../../contract/limits.ts';
import type { Role } from '../../contract/permissions.ts';
import { type MePatch, type RegisterBody, SetupBody, type User } from '../../contract/user.ts';
import type { Person } from '../../domain/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { UserRow } from '../../store/store.ts';
import type { Invites } from './invites.ts';
import type { Ledger } from './ledger.ts';
import type { Passwords } from './password.ts';
import { type People, toUser } from './people.ts';
import type { Origin, Sessions } from './sessions.ts';
import type { SetupCode } from './setup-code.ts';
import type { SignedIn, SignIn } from './sign-in.ts';
import type { Throttle } from './throttle.ts';

export type Registration = 'closed' | 'invite' | 'open';

export interface AccountsDeps {
  readonly people: People;
  readonly sessions: Sessions;
  readonly invites: Invites;
  readonly ledger: Ledger;
  readonly passwords: Passwords;
  readonly throttle: Throttle;
  readonly signIn: SignIn;
  readonly setupCode: SetupCode;
  readonly registration: Registration;
  readonly clock: Clock;
  /** Called after it is stored: the role is another one. */
  readonly onPersonChanged: (userId: string) => void;
  /** Called after it is stored: the person is gone, the sessions have ended. */
  readonly onUserRemoved: (userId: string) => void;
}

export interface Accounts {
  /** The first owner, signed in. `isLocal`: the browser runs on the hub's own machine, so no code is needed. */
  setUp(body: SetupBody, origin: Origin, isLocal: boolean): Promise<SignedIn>;
  /** The owner of RUCHE_OWNER_*; false when the hub has one already. Throws when name or password will not do. */
  ensureOwner(username: string, password: string): Promise<boolean>;
  register(body: RegisterBody): Promise<User>;
  changeMe(person: Person, patch: MePatch, origin: Origin): Promise<User>;
  changeRole(userId: string, role: Role): Promise<User>;
  remove(userId: string): Promise<void>;
}

export function makeAccounts(deps: AccountsDeps): Accounts {
  const { people, sessions, ledger, passwords, throttle } = deps;

  async function newRow(body: Omit<RegisterBody, 'invite'>, role: Role): Promise<UserRow> {
    const username = body.username.trim();
    const passwordHash = await passwords.hash(body.password);
    const row = { id: newId(), username, role, passwordHash, createdMs: deps.clock.nowMs() };
    return body.language === undefined ? row : { ...row, language: body.language };
  }

  function mustBeKnown(userId: string): UserRow {
    const row = people.get(userId);
    if (row === undefined) throw new RucheError('USER_UNKNOWN');
    return row;
  }

  function checkSetupCode(code: string | undefined, { address }: Origin): void {
    // Throttled by address alone: a stranger's guesses must not keep the owner out.
    const attempt = { account: `setup from ${address}`, address };
    throttle.check(attempt);
    try {
      deps.setupCode.check(code);
    } catch (error) {
      throttle.failed(attempt);
      throw error;
    }
  }

  /** Hashes the new password, after checking the present one. */
  async function newPasswordHash(row: UserRow, patch: MePatch, origin: Origin): Promise<string | undefined> {
    if (patch.password === undefined) return undefined;
    if (patch.currentPassword === undefined) {
      throw new RucheError('BODY_INVALID', 'body.currentPassword is needed to set a new password.');
    }
    const attempt = { account: row.username, address: origin.address };
    throttle.check(attempt);
    const isRight = await passwords.verify(patch.currentPassword, row.passwordHash, () => throttle.check(attempt));
    if (!isRight) {
      throttle.failed(attempt);
      throw new RucheError('AUTH_BAD_CREDENTIALS', 'The current password is wrong.');
    }
    throttle.succeeded(attempt);
    return passwords.hash(patch.password);
  }

  return {
    async setUp(body, origin, isLocal) {
      if (people.hasOwner) throw new RucheError('SETUP_DONE');
      if (!isLocal) checkSetupCode(body.code, origin);
      const row = await newRow(body, 'owner');
      return ledger(() => {
        // Two at the same moment: the second finds the owner that the first became.
        if (people.hasOwner) throw new RucheError('SETUP_DONE');
        const opened = deps.signIn.open(row, origin);
        return { changes: [people.add(row), ...opened.changes], result: opened.result };
      });
    },

    async ensureOwner(username, password) {
      if (people.hasOwner) return false;
      if (!Value.Check(SetupBody, { username, password })) {
        const rule = `a password of ${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters`;
        throw new RucheError('BODY_INVALID', `The owner needs a name of letters and digits, and ${rule}.`);
      }
      const row = await newRow({ username, password }, 'owner');
      await ledger(() => ({ changes: [people.add(row)], result: () => undefined }));
      return true;
    },

    async register(body) {
      if (!people.hasOwner) throw new RucheError('SETUP_REQUIRED');
      if (deps.registration === 'closed') throw new RucheError('REGISTRATION_CLOSED');
      const isInvited = deps.registration === 'invite';
      // Before the expensive hash; and once more below, when nobody can use the name or the invitation meanwhile.
      if (isInvited) await deps.invites.find(body.invite);
      if (people.byName(body.username) !== undefined) throw new RucheError('USERNAME_TAKEN');
      const row = await newRow(body, 'viewer');
      return ledger(async () => {
        const writes = isInvited ? [deps.invites.use(await deps.invites.find(body.invite))] : [];
        return { changes: [people.add(row)], writes, result: () => toUser(row) };
      });
    },

    async changeMe(person, patch, origin) {
      const before = mustBeKnown(person.userId);
      const passwordHash = await newPasswordHash(before, patch, origin);
      return ledger(() => {
        const row = { ...mustBeKnown(person.userId) };
        if (patch.language !== undefined) row.language = patch.language;
        if (passwordHash === undefined) return { changes: [people.replace(row)], result: () => toUser(row) };
        // Two changes at once: the second was allowed by a password that is no longer the present one.
        if (row.passwordHash !== before.passwordHash) throw new RucheError('AUTH_BAD_CREDENTIALS');
        row.passwordHash = passwordHash;
        const others = sessions.ofUser(row.id).filter(({ id }) => id !== person.sessionId);
        return { changes: [people.replace(row), sessions.end(others)], result: () => toUser(row) };
      });
    },

    async changeRole(userId, role) {
      return ledger(() => {
        const before = mustBeKnown(userId);
        if (before.role === role) return { changes: [], result: () => toUser(before) };
        people.mustNotBeLastOwner(before);
        const row = { ...before, role };
        const told = { writes: [], apply: () => deps.onPersonChanged(userId) };
        return { changes: [people.replace(row), told], result: () => toUser(row) };
      });
    },

    async remove(userId) {
      await ledger(() => {
        const row = mustBeKnown(userId);
        people.mustNotBeLastOwner(row);
        const told = { writes: [], apply: () => deps.onUserRemoved(userId) };
        const changes = [people.remove(row), sessions.end(sessions.ofUser(userId)), told];
        return { changes, result: () => undefined };
      });
    },
  };
}
