/** Decides which batches are followed by an fsync. */
import type { Clock } from '../../lib/clock.ts';

/** 'commit': kept by the operating system, on the disk within SYNC_EVERY_MS. 'sync': on the disk when it resolves. */
export type Durability = 'commit' | 'sync';

/** With durability 'commit': the longest time from a write to the next fsync. */
export const SYNC_EVERY_MS = 1_000;

export interface SyncPaceOptions {
  readonly durability: Durability;
  readonly clock: Clock;
  /** Called when a batch should be written now, be it empty, to carry an fsync. */
  readonly onDue: () => void;
}

/**
 * LevelDB keeps one log: syncing any batch makes what is before it in the log durable as well. A log that is full is
 * replaced without a sync; what is in it reaches the disk with the table that LevelDB then makes of it.
 */
export class SyncPace {
  readonly #options: SyncPaceOptions;
  #cancel: (() => void) | undefined;
  #isDue = false;

  constructor(options: SyncPaceOptions) {
    this.#options = options;
  }

  /** Something was written and not synced yet. */
  get isBehind(): boolean {
    return this.#cancel !== undefined || this.#isDue;
  }

  /** An fsync must not wait for the next write. */
  get isDue(): boolean {
    return this.#isDue;
  }

  get shouldSync(): boolean {
    return this.#isDue || this.#options.durability === 'sync';
  }

  wrote(wasSynced: boolean): void {
    if (wasSynced) this.forget();
    else this.#cancel ??= this.#options.clock.after(SYNC_EVERY_MS, () => this.hurry());
  }

  /** The next batch is synced, whatever is in it. */
  hurry(): void {
    this.forget();
    this.#isDue = true;
    this.#options.onDue();
  }

  forget(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#isDue = false;
  }
}
