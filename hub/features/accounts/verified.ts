/**
 * Which password of an account was found right a moment ago: a hundred clients of one account that reconnect at once
 * cost one scrypt, not a hundred. Kept as a keyed hash in memory only, one per account, for a bounded time.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../lib/clock.ts';
import { isSameHash } from '../../lib/ids.ts';

export const VERIFIED_FOR_MS = 10 * 60_000;

interface Verified {
  readonly digest: string;
  readonly untilMs: number;
}

export class VerifiedPasswords<Owner extends object> {
  readonly #clock: Clock;
  readonly #key = randomBytes(32);
  /** Forgotten with the account itself. */
  readonly #known = new WeakMap<Owner, Verified>();
  readonly #running = new WeakMap<Owner, Map<string, Promise<boolean>>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isKnown(owner: Owner, password: string): boolean {
    const known = this.#known.get(owner);
    return (
      known !== undefined && known.untilMs > this.#clock.nowMs() && isSameHash(known.digest, this.#digest(password))
    );
  }

  /** Asks `verify`, once for everybody who brings the same password meanwhile, and remembers a yes. */
  check(owner: Owner, password: string, verify: () => Promise<boolean>): Promise<boolean> {
    const digest = this.#digest(password);
    const running = this.#running.get(owner) ?? new Map<string, Promise<boolean>>();
    this.#running.set(owner, running);
    const started = running.get(digest) ?? this.#verified(owner, digest, verify).finally(() => running.delete(digest));
    running.set(digest, started);
    return started;
  }

  async #verified(owner: Owner, digest: string, verify: () => Promise<boolean>): Promise<boolean> {
    const isRight = await verify();
    if (isRight) this.#known.set(owner, { digest, untilMs: this.#clock.nowMs() + VERIFIED_FOR_MS });
    return isRight;
  }

  #digest(password: string): string {
    return createHmac('sha256', this.#key).update(password.normalize('NFC')).digest('base64url');
  }
}
