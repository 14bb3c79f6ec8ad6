/** Changes to people and sessions, one decision after the other: decide, store all of it, then apply it in memory. */
import { RucheError } from '../../contract/errors.ts';
import { makeTurnstile } from '../../lib/turnstile.ts';
import type { Write } from '../../store/store.ts';

/** A change that was decided: what to store, and what to do once it is stored. */
export interface Change {
  readonly writes: readonly Write[];
  apply(): void;
}

export interface Decision<Result> {
  readonly changes: readonly Change[];
  /** Writes that change nothing in memory. */
  readonly writes?: readonly Write[];
  result(): Result;
}

/**
 * Runs `decide` when every earlier decision is stored and applied, so it may trust what it reads: two setups, two
 * registrations of one name or two last owners cannot pass each other. What `decide` throws changes nothing.
 */
export type Ledger = <Result>(decide: () => Decision<Result> | Promise<Decision<Result>>) => Promise<Result>;

const DECISIONS_WAITING_MAX = 1000;

export function makeLedger(commit: (writes: readonly Write[]) => Promise<void>): Ledger {
  const inTurn = makeTurnstile({
    concurrency: 1,
    waitingMax: DECISIONS_WAITING_MAX,
    whenFull: () => new RucheError('STORE_BUSY'),
  });
  return (decide) =>
    inTurn(async () => {
      const { changes, writes = [], result } = await decide();
      const all = [...writes, ...changes.flatMap((change) => change.writes)];
      if (all.length > 0) await commit(all);
      for (const change of changes) change.apply();
      return result();
    });
}
