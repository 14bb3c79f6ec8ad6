/** Work that leaves in the order it entered, each piece when its own promise is settled; nobody waits to begin. */

/** A place in a lane. */
export interface Place {
  /** What was waited for has ended; with an error when it failed. Called once. */
  settle(error?: unknown): void;
}

export class Lane {
  #entries: Entry[] = [];
  /** Entries before this one have left; they are dropped from the array now and then, not each by itself. */
  #first = 0;
  #isLeaving = false;
  #idle: (() => void)[] = [];

  get length(): number {
    return this.#entries.length - this.#first;
  }

  /**
   * `leave` is called when `ready` is settled (with its error when it failed) and everything that entered before has
   * left. Without `ready`, in an empty lane, that is now.
   */
  enter(ready: Promise<unknown> | undefined, leave: (error: unknown) => void): void {
    const place = this.hold(leave);
    if (ready === undefined) place.settle();
    else
      ready.then(
        () => place.settle(),
        (error: unknown) => place.settle(error ?? new Error('failed without a reason')),
      );
  }

  /** The same for whoever settles the place by himself. */
  hold(leave: (error: unknown) => void): Place {
    const entry = new Entry(leave, this.#advance);
    this.#entries.push(entry);
    return entry;
  }

  /** Resolves when everything that has entered has left. */
  idle(): Promise<void> {
    if (this.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
    });
  }

  readonly #advance = (): void => {
    // `leave` may enter something: it is then behind what is already here, and this same loop lets it go.
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    try {
      this.#letGo();
    } finally {
      this.#isLeaving = false;
    }
  };

  #letGo(): void {
    for (let entry = this.#entries[this.#first]; entry?.isReady; entry = this.#entries[this.#first]) {
      this.#first++;
      entry.leave(entry.error);
    }
    if (this.length === 0) {
      this.#entries = [];
      this.#first = 0;
      for (const resolve of this.#idle.splice(0)) resolve();
    } else if (this.#first > COMPACT_AT) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }
}
/** Entries that have left before the array is cut. */
const COMPACT_AT = 512;

class Entry implements Place {
  isReady = false;
  error: unknown;
  readonly leave: (error: unknown) => void;
  readonly #advance: () => void;

  constructor(leave: (error: unknown) => void, advance: () => void) {
    this.leave = leave;
    this.#advance = advance;
  }

  settle(error?: unknown): void {
    this.isReady = true;
    this.error = error;
    this.#advance();
  }
}
