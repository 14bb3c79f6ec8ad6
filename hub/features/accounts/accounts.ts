/** Accounts of programs: kept in memory as the store has them, changed by owners, asked at every connection. */
import type { AccountCreate, AccountPatch, Account as AccountView } from '../../contract/account.ts';
import { type ErrorCode, RucheError } from '../../contract/errors.ts';
import { RULES_MAX } from '../../contract/limits.ts';
import { parseRules } from '../../domain/acl-rules.ts';
import { canonicalId } from '../../domain/device-id.ts';
import type { AccountPrincipal } from '../../domain/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { makeSlot, type Slot } from '../../lib/slot.ts';
import { makeTurnstile } from '../../lib/turnstile.ts';
import type { PageOf, PageRequest, Store } from '../../store/store.ts';
import { Account } from './account.ts';
import { VerifiedPasswords } from './verified.ts';

interface Guess {
  readonly account: string;
  readonly address: string;
}

export interface AccountsDeps {
  readonly store: Pick<Store, 'accounts' | 'commit'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly passwords: {
    hash(password: string): Promise<string>;
    /** `beforeHashing` runs when its turn has come; what it throws ends the attempt. */
    verify(password: string, phc: string | undefined, beforeHashing?: () => void): Promise<boolean>;
  };
  /** Shared with people and devices: an address that guesses is slowed down for all of them. */
  readonly throttle: {
    /** Throws AUTH_THROTTLED. */
    check(guess: Guess): void;
    failed(guess: Guess): void;
    succeeded(guess: Guess): void;
  };
  /** Does a device connect under this name? */
  readonly isDevice: (name: string) => boolean;
  /** Clients connected with the account now. */
  readonly connectionsOf: (name: string) => number;
}

export interface ConnectAttempt {
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly address: string;
}

export type Admission =
  | { readonly ok: true; readonly principal: AccountPrincipal }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail?: string; readonly account: string };

export interface Accounts {
  /** Does an account connect under this name? */
  has(name: string): boolean;
  /** Undefined: no account has this user name. */
  admit(attempt: ConnectAttempt): Promise<Admission | undefined> | undefined;
  /** What a client of the account may do. Throws ACCOUNT_UNKNOWN. */
  principalOf(name: string, clientId: string): AccountPrincipal;
  /** By name. */
  list(page: PageRequest): Promise<PageOf<AccountView>>;
  /** Throws NAME_TAKEN, ACCOUNTS_FULL, RULE_INVALID. */
  create(body: AccountCreate): Promise<AccountView>;
  /** Throws ACCOUNT_UNKNOWN, RULE_INVALID. */
  change(name: string, patch: AccountPatch): Promise<AccountView>;
  /** Throws ACCOUNT_UNKNOWN. */
  remove(name: string): Promise<void>;
  /** Deleted, or its password is another one: its connections must end. */
  readonly onEnded: Slot<[name: string]>;
  /** Deleted; its connections have been ended. */
  readonly onRemoved: Slot<[name: string]>;
}

export const ACCOUNTS_MAX = 1000;
const CHANGES_WAITING_MAX = 100;
const LOAD_PAGE = 200;

export async function createAccounts(deps: AccountsDeps): Promise<Accounts> {
  const { store, clock, log, passwords } = deps;
  const accounts = new Map<string, Account>();
  const verified = new VerifiedPasswords<Account>(clock);
  const ended = makeSlot<[name: string]>((error) => log.error({ err: error }, 'a listener of accounts failed'));
  const removed = makeSlot<[name: string]>((error) => log.error({ err: error }, 'a listener of accounts failed'));
  const inTurn = makeTurnstile({
    concurrency: 1,
    waitingMax: CHANGES_WAITING_MAX,
    whenFull: () => new RucheError('STORE_BUSY'),
  });
  await load(store, accounts);

  const find = (name: string): Account | undefined => accounts.get(canonicalId(name));
  function demand(name: string): Account {
    const account = find(name);
    if (account === undefined) throw new RucheError('ACCOUNT_UNKNOWN', `No account is called "${name}".`);
    return account;
  }
  const view = ({ row }: Account): AccountView => ({
    name: row.name,
    rules: [...row.rules],
    createdMs: row.createdMs,
    changedMs: row.changedMs,
    connections: deps.connectionsOf(row.name),
  });

  function end(account: Account): void {
    account.end();
    ended.fire(account.row.name);
  }

  return {
    has: (name) => find(name) !== undefined,
    admit(attempt) {
      const account = attempt.username === undefined ? undefined : find(attempt.username);
      return account && admit({ ...deps, verified }, account, attempt);
    },
    principalOf: (name, clientId) => demand(name).principalFor(clientId),
    async list(page) {
      const { items, ...rest } = await store.accounts.list(page);
      return { items: items.flatMap(({ name }) => find(name) ?? []).map(view), ...rest };
    },

    async create({ name, password, rules }) {
      parseRules(rules); // before the expensive hash
      const passwordHash = await passwords.hash(password);
      return inTurn(async () => {
        const nowMs = clock.nowMs();
        const account = new Account({ name, passwordHash, rules, createdMs: nowMs, changedMs: nowMs });
        if (deps.isDevice(name)) throw new RucheError('NAME_TAKEN', `A device is called "${name}".`);
        if (find(name) !== undefined) throw new RucheError('NAME_TAKEN', `An account is called "${name}".`);
        if (accounts.size >= ACCOUNTS_MAX) throw new RucheError('ACCOUNTS_FULL');
        // In memory first: a device of this name that is made meanwhile must find it taken.
        accounts.set(canonicalId(name), account);
        await store.commit([store.accounts.put(account.row)]).catch((error: unknown) => {
          accounts.delete(canonicalId(name));
          throw error;
        });
        return view(account);
      });
    },

    async change(name, patch) {
      demand(name);
      const passwordHash = patch.password === undefined ? undefined : await passwords.hash(patch.password);
      return inTurn(async () => {
        const before = demand(name);
        const rules = changedRules(before.row.rules, patch);
        const row = { ...before.row, rules, changedMs: clock.nowMs() };
        parseRules(rules);
        if (passwordHash === undefined) {
          await store.commit([store.accounts.put(row)]);
          before.replace(row);
          return view(before);
        }
        const after = new Account({ ...row, passwordHash });
        await store.commit([store.accounts.put(after.row)]);
        accounts.set(canonicalId(name), after);
        end(before);
        return view(after);
      });
    },

    remove: (name) =>
      inTurn(async () => {
        const account = demand(name);
        await store.commit([store.accounts.remove(account.row.name)]);
        accounts.delete(canonicalId(name));
        end(account);
        removed.fire(account.row.name);
      }),
    onEnded: ended.slot,
    onRemoved: removed.slot,
  };
}

async function load(store: AccountsDeps['store'], accounts: Map<string, Account>): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await store.accounts.list({ limit: LOAD_PAGE, cursor });
    for (const row of page.items) accounts.set(canonicalId(row.name), new Account(row));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

function changedRules(before: readonly string[], { rules = [...before], addRules = [] }: AccountPatch): string[] {
  const after = [...rules, ...addRules.filter((line) => !rules.includes(line))];
  if (after.length > RULES_MAX) throw new RucheError('RULE_INVALID', `An account has at most ${RULES_MAX} rules.`);
  return after;
}

type AdmitDeps = Pick<AccountsDeps, 'passwords' | 'throttle'> & { readonly verified: VerifiedPasswords<Account> };

async function admit(deps: AdmitDeps, account: Account, { clientId, password, address }: ConnectAttempt) {
  const { verified, throttle, passwords } = deps;
  const { name, passwordHash } = account.row;
  const refused = (code: ErrorCode, detail: string): Admission => ({ ok: false, code, detail, account: name });
  if (password === undefined || password === '') return refused('AUTH_BAD_CREDENTIALS', 'It came without a password.');
  const guess = { account: `account:${name}`, address };
  // One that was right a moment ago never waits: strangers must not be able to lock a program out.
  if (!verified.isKnown(account, password)) {
    try {
      throttle.check(guess);
      const isRight = await verified.check(account, password, () =>
        passwords.verify(password, passwordHash, () => throttle.check(guess)),
      );
      if (!isRight) {
        throttle.failed(guess);
        return refused('AUTH_BAD_CREDENTIALS', `This is not the password of account "${name}".`);
      }
    } catch (error) {
      if (!(error instanceof RucheError)) throw error;
      return refused(error.code, `Try again in ${error.retryAfterS ?? 1} seconds.`);
    }
    throttle.succeeded(guess);
  }
  // Deleted, or given another password, while this one was being checked.
  if (account.isEnded) return refused('AUTH_BAD_CREDENTIALS', `The account "${name}" has changed.`);
  return { ok: true, principal: account.principalFor(clientId) } satisfies Admission;
}
