/**
 * Commits of messages on their way to the store: in order, and no more at once than the store takes beside everybody
 * else's. What comes in a burst waits here, instead of being refused with STORE_BUSY and lost by its publisher.
 */
import type { Write } from '../../store/store.ts';
import { COMMITTING_BYTES_MAX, COMMITTING_WRITES_MAX } from './limits.ts';

interface Waiting {
  readonly writes: readonly Write[];
  start(): void;
}

export class Commits {
  readonly #commit: (writes: readonly Write[]) => Promise<void>;
  #writes = 0;
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
    if (!this.isFull && this.#hasRoom()) return this.#start(writes);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ writes, start: () => void this.#start(writes).then(resolve, reject) });
    });
  }

  #hasRoom(): boolean {
    return this.#writes < COMMITTING_WRITES_MAX && this.#bytes < COMMITTING_BYTES_MAX;
  }

  async #start(writes: readonly Write[]): Promise<void> {
    // A commit without writes takes its turn in the store, too.
    const weight = Math.max(1, writes.length);
    const bytes = writes.reduce((sum, write) => sum + write.bytes, 0);
    this.#writes += weight;
    this.#bytes += bytes;
    try {
      await this.#commit(writes);
    } finally {
      this.#writes -= weight;
      this.#bytes -= bytes;
      this.#startMore();
    }
  }

  #startMore(): void {
    while (this.#hasRoom()) {
      const next = this.#waiting[this.#first];
      if (next === undefined) break;
      this.#first++;
      next.start();
    }
    if (this.isFull) return;
    this.#waiting = [];
    this.#first = 0;
  }
}
