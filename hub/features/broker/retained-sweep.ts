/** Retained values that nobody wants any more are removed, or they would fill the room of those that are wanted. */
import type { Clock } from '../../lib/clock.ts';
import type { Write } from '../../store/store.ts';
import type { Parcel } from './parcel.ts';
import type { RetainedTree } from './retained-tree.ts';

export interface RetainedSweepDeps {
  readonly clock: Clock;
  readonly retained: RetainedTree;
  retainedWrite(parcel: Parcel): Write;
  commit(writes: readonly Write[]): Promise<void>;
  /** Whether every message that was decided on is stored: a new value on its way must not be deleted in the store. */
  isIdle(): boolean;
  idle(): Promise<void>;
  failed(error: unknown): void;
}

const SWEEP_MS = 10_000;
/** Values removed in one go. */
const SWEPT_MAX = 1_000;
const NOTHING = Buffer.alloc(0);

/** The returned function ends it. */
export function sweepRetained(deps: RetainedSweepDeps): () => void {
  return deps.clock.every(SWEEP_MS, () => {
    sweep(deps).catch(deps.failed);
  });
}

async function sweep({ clock, retained, retainedWrite, commit, isIdle, idle }: RetainedSweepDeps): Promise<void> {
  if (retained.expired(clock.nowMs(), 1).length === 0) return;
  await idle();
  if (!isIdle()) return; // the next sweep may be luckier
  const gone = retained.expired(clock.nowMs(), SWEPT_MAX);
  if (gone.length === 0) return;
  const parcels = gone.map((topic): Parcel => ({ topic, payload: NOTHING, qos: 0, retain: true }));
  for (const parcel of parcels) retained.set(parcel);
  await commit(parcels.map(retainedWrite));
}
