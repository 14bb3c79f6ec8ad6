/** Failed sign-ins: after ten for one account or one address the wait grows. One for people, one for devices. */
import { RucheError } from '../../contract/errors.ts';
import type { Clock } from '../../lib/clock.ts';

export interface Attempt {
  /** The name somebody tries to be: a user name, or the id of a device. */
  readonly account: string;
  readonly address: string;
}

export interface Throttle {
  /** Throws AUTH_THROTTLED with Retry-After while the account or the address has to wait. */
  check(attempt: Attempt): void;
  failed(attempt: Attempt): void;
  /** Forgets the failures of the account, not those of the address: it may be trying other accounts. */
  succeeded(attempt: Attempt): void;
}

interface Failures {
  count: number;
  lastMs: number;
  waitUntilMs: number;
}

export const FREE_FAILURES = 10;
const FIRST_WAIT_MS = 1000;
/** Short for an account, so that a stranger's guesses cannot keep its owner out; long for where they come from. */
const ACCOUNT_WAIT_MAX_MS = 60_000;
const ADDRESS_WAIT_MAX_MS = 15 * 60_000;
/** Failures count together while they are less than this apart. */
const FORGET_AFTER_MS = 60 * 60_000;
/** When full, the one that failed longest ago is forgotten. */
const WATCHED_MAX = 10_000;

export function makeThrottle(clock: Clock): Throttle {
  const accounts = watch(clock, ACCOUNT_WAIT_MAX_MS);
  const addresses = watch(clock, ADDRESS_WAIT_MAX_MS);
  return {
    check(attempt) {
      const waitMs = Math.max(accounts.waitMs(nameOf(attempt)), addresses.waitMs(attempt.address));
      if (waitMs > 0) throw new RucheError('AUTH_THROTTLED', undefined, { retryAfterS: Math.ceil(waitMs / 1000) });
    },
    failed(attempt) {
      accounts.failed(nameOf(attempt));
      addresses.failed(attempt.address);
    },
    succeeded(attempt) {
      accounts.forget(nameOf(attempt));
    },
  };
}

const nameOf = ({ account }: Attempt): string => account.normalize('NFKC').toLowerCase();

function watch(clock: Clock, waitMaxMs: number) {
  // A Map iterates in the order of insertion; every failure moves its key to the end.
  const failures = new Map<string, Failures>();
  return {
    waitMs: (key: string): number => (failures.get(key)?.waitUntilMs ?? 0) - clock.nowMs(),
    failed(key: string): void {
      const nowMs = clock.nowMs();
      const known = failures.get(key);
      const isFresh = known !== undefined && nowMs - known.lastMs < FORGET_AFTER_MS;
      const count = isFresh ? known.count + 1 : 1;
      failures.delete(key);
      failures.set(key, { count, lastMs: nowMs, waitUntilMs: nowMs + waitAfter(count, waitMaxMs) });
      dropOldest(failures);
    },
    forget(key: string): void {
      failures.delete(key);
    },
  };
}

function waitAfter(count: number, waitMaxMs: number): number {
  if (count < FREE_FAILURES) return 0;
  return Math.min(FIRST_WAIT_MS * 2 ** (count - FREE_FAILURES), waitMaxMs);
}

function dropOldest(failures: Map<string, Failures>): void {
  if (failures.size <= WATCHED_MAX) return;
  const [oldest] = failures.keys();
  if (oldest !== undefined) failures.delete(oldest);
}
