/**
 * What the broker has the store write for messages: in order, and no more at once than the store takes beside everybody
 * else's. What comes in a burst waits here, instead of being refused with STORE_BUSY and lost by its publisher.
 */
import type { Write } from '../../store/store.ts';
import type { Place } from './lane.ts';
import { COMMITTING_BYTES_MAX, COMMITTING_WRITES_MAX } from './limits.ts';

interface Commit {
  readonly writes: readonly Write[];
  readonly bytes: number;
  readonly place: Place;
}

/** Commits that the store ends with one promise: it is waited for once, and not for each message. */
interface Together {
  readonly stored: Promise<void>;
  readonly commits: Commit[];
}

export class Commits {
  readonly #commit: (writes: readonly Write[]) => Promise<void>;
  #weight = 0;
  #bytes = 0;
  /** Bounded by what each publisher may have in flight; see `isFull`. */
  #waiting: Commit[] = [];
  /** Those before this one have started; they are dropped from the array when it is done with. */
  #first = 0;
  /** The store may go on giving the promise of the last one. */
  #last: Together | undefined;

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
    const commit = { writes, bytes, place };
    if (!this.isFull && this.#hasRoom()) this.#start(commit);
    else this.#waiting.push(commit);
  }

  #hasRoom(): boolean {
    return this.#weight < COMMITTING_WRITES_MAX && this.#bytes < COMMITTING_BYTES_MAX;
  }

  #start(commit: Commit): void {
    this.#weight += weightOf(commit);
    this.#bytes += commit.bytes;
    const stored = this.#commit(commit.writes);
    if (this.#last?.stored === stored) {
      this.#last.commits.push(commit);
      return;
    }
    const together = { stored, commits: [commit] };
    this.#last = together;
    stored.then(
      () => this.#ended(together, undefined),
      (error: unknown) => this.#ended(together, error ?? new Error('failed without a reason')),
    );
  }

  #ended(together: Together, error: unknown): void {
    if (this.#last === together) this.#last = undefined;
    for (const commit of together.commits) {
      this.#weight -= weightOf(commit);
      this.#bytes -= commit.bytes;
    }
    this.#startMore();
    for (const { place } of together.commits) place.settle(error);
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

/** A commit without writes takes its turn in the store, too. */
const weightOf = ({ writes }: Commit): number => Math.max(1, writes.length);
