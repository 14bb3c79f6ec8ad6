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
  /** Every message that was decided on is stored: none of them is a newer value that a deletion could meet. */
  isIdle(): boolean;
  untilIdle(): Promise<void>;
  failed(error: unknown): void;
}

const SWEEP_MS = 60_000;
/** Rows deleted from the store in one go, and remembered until that is possible; others wait for the next start. */
const DELETED_MAX = 1_000;
const GONE_MAX = 100_000;
const NOTHING = Buffer.alloc(0);

/** From memory when their time is over, from the store when that cannot meet a newer value of the same topic. */
export class RetainedExpiry {
  readonly stop: () => void;
  readonly #deps: RetainedExpiryDeps;
  /** Topics whose rows are still in the store. */
  readonly #gone = new Set<string>();

  constructor(deps: RetainedExpiryDeps) {
    const { clock, retained, failed } = deps;
    this.#deps = deps;
    this.stop = clock.every(SWEEP_MS, () => {
      for (const topic of retained.dropExpired(clock.nowMs())) if (this.#gone.size < GONE_MAX) this.#gone.add(topic);
      this.#deleteGone().catch(failed);
    });
  }

  /** Once, at start: `stored` is what the store has. */
  async restore(stored: readonly Parcel[]): Promise<void> {
    const { clock, retained, shelf, commit } = this.#deps;
    for (const parcel of stored) retained.set(parcel);
    const nowMs = clock.nowMs();
    retained.dropExpired(nowMs);
    const expired = stored.filter(({ expiresMs }) => expiresMs !== undefined && expiresMs <= nowMs);
    for (let at = 0; at < expired.length; at += DELETED_MAX) {
      const some = expired.slice(at, at + DELETED_MAX);
      await commit(some.map((parcel) => shelf.retainedWrite({ ...parcel, payload: NOTHING })));
    }
  }

  async #deleteGone(): Promise<void> {
    const { retained, shelf, commit, isIdle, untilIdle } = this.#deps;
    if (this.#gone.size === 0) return;
    await untilIdle();
    if (!isIdle()) return; // the next time may be better
    const topics = [...this.#gone].slice(0, DELETED_MAX);
    for (const topic of topics) this.#gone.delete(topic);
    const empty = topics.filter((topic) => retained.get(topic) === undefined);
    if (empty.length === 0) return;
    await commit(empty.map((topic) => shelf.retainedWrite({ topic, payload: NOTHING, qos: 0, retain: true })));
  }
}
