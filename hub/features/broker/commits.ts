/**
 * What the broker has the store write for messages: in order, and no more at once than the store takes beside everybody
 * else's. What comes in a burst waits here, instead of being refused with STORE_BUSY and lost by its publisher.
 */
import type { Write } from '../../store/store.ts';
import type { Place } from './lane.ts';
import { COMMITTING_BYTES_MAX, COMMITTING_WRITES_MAX } from './limits.ts';

/** What of the store's room a commit takes. */
interface Load {
  /** At least 1: a commit without writes takes its turn in the store, too. */
  readonly weight: number;
  readonly bytes: number;
}

interface Waiting {
  readonly writes: readonly Write[];
  readonly load: Load;
  readonly place: Place;
}

export class Commits {
  readonly #commit: (writes: readonly Write[]) => Promise<void>;
  #weight = 0;
  #bytes = 0;
  /** Bounded by what each publisher may have in flight; see `isFull`. */
  #waiting: Waiting[] = [];
  /** Those before this one have started; they are dropped from the array when it is done with. */
  #first = 0;

  constructor(commit: (writes: readonly Write[]) => Promise<void>) {
    this.#commit = commit;
  }

  /** Whoever publishes now should be held back. */
  get isFull(): boolean {
    return this.#first < this.#waiting.length;
  }

  commit(writes: readonly Write[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.store(writes, { settle: (error) => (error === undefined ? resolve() : reject(error)) });
    });
  }

  /** Starts when there is room, and settles the place when it has ended. */
  store(writes: readonly Write[], place: Place): void {
    let bytes = 0;
    for (const write of writes) bytes += write.bytes;
    const load = { weight: Math.max(1, writes.length), bytes };
    if (!this.isFull && this.#hasRoom()) this.#start({ writes, load, place });
    else this.#waiting.push({ writes, load, place });
  }

  #hasRoom(): boolean {
    return this.#weight < COMMITTING_WRITES_MAX && this.#bytes < COMMITTING_BYTES_MAX;
  }

  #start({ writes, load, place }: Waiting): void {
    this.#weight += load.weight;
    this.#bytes += load.bytes;
    this.#commit(writes).then(
      () => this.#ended(load, place, undefined),
      (error: unknown) => this.#ended(load, place, error ?? new Error('failed without a reason')),
    );
  }

  #ended({ weight, bytes }: Load, place: Place, error: unknown): void {
    this.#weight -= weight;
    this.#bytes -= bytes;
    this.#startMore();
    place.settle(error);
  }

  #startMore(): void {
    if (!this.isFull) return;
    while (this.#hasRoom()) {
      const next = this.#waiting[this.#first];
      if (next === undefined) break;
      this.#first++;
      this.#start(next);
    }
    if (this.isFull) return;
    this.#waiting = [];
    this.#first = 0;
  }
}
