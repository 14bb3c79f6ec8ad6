/**
 * What the broker has the store write for messages: in order, and no more at once than the store takes beside everybody
 * else's. What comes in a burst waits here, instead of being refused with STORE_BUSY and lost by its publisher.
 */
import type { Write } from '../../store/store.ts';
import { COMMITTING_BYTES_MAX, COMMITTING_WRITES_MAX } from './limits.ts';

/** What a job asks of the store. */
export interface Load {
  readonly writes: number;
  readonly bytes: number;
}

export class Commits {
  readonly #commit: (writes: readonly Write[]) => Promise<void>;
  #writes = 0;
  #bytes = 0;
  /** Bounded by what each publisher may have in flight; see `isFull`. */
  #waiting: (() => void)[] = [];
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
    const bytes = writes.reduce((sum, write) => sum + write.bytes, 0);
    return this.run({ writes: writes.length, bytes }, () => this.#commit(writes));
  }

  /** For what gets to the store by another way: starts `job` when there is room, and ends as it does. */
  run(load: Load, job: () => Promise<void>): Promise<void> {
    if (!this.isFull && this.#hasRoom()) return this.#start(load, job);
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => void this.#start(load, job).then(resolve, reject));
    });
  }

  #hasRoom(): boolean {
    return this.#writes < COMMITTING_WRITES_MAX && this.#bytes < COMMITTING_BYTES_MAX;
  }

  async #start({ writes, bytes }: Load, job: () => Promise<void>): Promise<void> {
    // A commit without writes takes its turn in the store, too.
    const weight = Math.max(1, writes);
    this.#writes += weight;
    this.#bytes += bytes;
    try {
      await job();
    } finally {
      this.#writes -= weight;
      this.#bytes -= bytes;
      this.#startMore();
    }
  }

  #startMore(): void {
    while (this.#hasRoom()) {
      const start = this.#waiting[this.#first];
      if (start === undefined) break;
      this.#first++;
      start();
    }
    if (this.isFull) return;
    this.#waiting = [];
    this.#first = 0;
  }
}
