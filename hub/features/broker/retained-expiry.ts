/** Lets retained values go when their time is over. [MQTT-3.3.2-5] */
import type { Clock } from '../../lib/clock.ts';
import type { Write } from '../../store/store.ts';
import type { Parcel } from './parcel.ts';
import type { RetainedTree } from './retained-tree.ts';
import type { Shelf } from './shelf.ts';

export interface RetainedExpiryDeps {
  readonly clock: Clock;
  readonly retained: RetainedTree;
  readonly shelf: Shelf;
  commit(writes: readonly Write[]): Promise<void>;
}

const SWEEP_MS = 60_000;
const NOTHING = Buffer.alloc(0);

/**
 * From memory while the hub runs, from the store when it starts: nobody publishes then, and a deletion cannot meet a
 * newer value of the same topic.
 */
export class RetainedExpiry {
  readonly stop: () => void;
  readonly #deps: RetainedExpiryDeps;

  constructor(deps: RetainedExpiryDeps) {
    const { clock, retained } = deps;
    this.#deps = deps;
    this.stop = clock.every(SWEEP_MS, () => retained.dropExpired(clock.nowMs()));
  }

  /** Once, at start: `stored` is what the store has. */
  async restore(stored: readonly Parcel[]): Promise<void> {
    const { clock, retained, shelf, commit } = this.#deps;
    for (const parcel of stored) retained.set(parcel);
    const nowMs = clock.nowMs();
    retained.dropExpired(nowMs);
    const expired = stored.filter(({ expiresMs }) => expiresMs !== undefined && expiresMs <= nowMs);
    if (expired.length > 0) await commit(expired.map((parcel) => shelf.retainedWrite({ ...parcel, payload: NOTHING })));
  }
}
