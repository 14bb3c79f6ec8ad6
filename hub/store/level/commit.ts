/** Group commit: one batch in flight; everything submitted meanwhile goes into the next; resolved in submission order. */
import type { BaseLogger } from 'pino';
import { RucheError } from '../../contract/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Write } from '../store.ts';
import type { Database } from './database.ts';
import { meaningOf, unavailable } from './failures.ts';
import { type Changes, changesOf } from './group.ts';
import { keyOf } from './keys.ts';
import { LevelWrite } from './level-write.ts';
import type { Recovery } from './recover.ts';
import { type Durability, SyncPace } from './sync-pace.ts';

/** What may be submitted and not yet stored; a commit beyond it is refused with STORE_BUSY. An empty one counts as 1. */
export const PENDING_WRITES_MAX = 20_000;
export const PENDING_BYTES_MAX = 32 * 1024 * 1024;
/** One batch holds no more than this (but at least one commit): building it must not hold up the event loop. */
export const GROUP_WRITES_MAX = 2_000;

export interface CommitterOptions {
  readonly database: Database;
  readonly recovery: Recovery;
  readonly durability: Durability;
  readonly clock: Clock;
  readonly log: BaseLogger;
  /** A batch was written, in so many milliseconds. */
  readonly onWritten?: (ms: number) => void;
}

/** Commits that go into one batch. All of them wait for one promise, which calls them in the order they came. */
interface Group {
  readonly writes: LevelWrite[];
  /** Those that store something. */
  commits: number;
  weight: number;
  bytes: number;
  readonly stored: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

export class Committer {
  readonly #options: CommitterOptions;
  readonly #pace: SyncPace;
  /** In the order they will be written; what comes is added to the last one. */
  #groups: Group[] = [];
  /** Of the queue and the batch in flight. */
  readonly #pending = { weight: 0, writes: 0, bytes: 0 };
  readonly #done = { commits: 0, writes: 0 };
  #isBusy = false;
  /** Something came in this turn of the event loop, and more may come: its end is looked at. */
  #isTurnOpen = false;
  #isClosed = false;
  #failure: RucheError | undefined;
  #recovering: Promise<void> | undefined;

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#pace = new SyncPace({ ...options, onDue: () => this.#startSoon() });
  }

  get isHealthy(): boolean {
    return this.#failure === undefined && !this.#isClosed;
  }

  get counts(): { commits: number; writes: number; pendingWrites: number } {
    return { ...this.#done, pendingWrites: this.#pending.writes };
  }

  /** Many commits may share one promise: whoever waits is called in the order of the calls. */
  commit(writes: readonly Write[]): Promise<void> {
    if (!areOurs(writes)) return Promise.reject(new TypeError('commit was given a write of another store'));
    if (this.#isClosed) return Promise.reject(new RucheError('STORE_UNAVAILABLE', 'The store is closed.'));
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    let bytes = 0;
    for (const write of writes) bytes += write.bytes;
    if (this.#isTooMuch(writes.length, bytes)) return Promise.reject(new RucheError('STORE_BUSY'));
    return this.#submit(writes, bytes);
  }

  /** Stores and syncs what was submitted; everything later is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#failure === undefined) await this.#drain();
    this.#pace.forget();
    this.#options.recovery.stop();
    await this.#recovering;
  }

  async #drain(): Promise<void> {
    try {
      await this.#submit([], 0);
      if (!this.#pace.isBehind) return;
      this.#pace.hurry();
      await this.#submit([], 0);
    } catch {
      // Logged where it failed, and whoever waited for the lost writes was told.
    }
  }

  /** A commit larger than the limits could never be taken: it is, when nothing else is pending. */
  #isTooMuch(writes: number, bytes: number): boolean {
    const { weight, bytes: pendingBytes } = this.#pending;
    return (
      weight > 0 && (weight + Math.max(1, writes) > PENDING_WRITES_MAX || pendingBytes + bytes > PENDING_BYTES_MAX)
    );
  }

  #submit(writes: readonly LevelWrite[], bytes: number): Promise<void> {
    const weight = Math.max(1, writes.length);
    this.#pending.weight += weight;
    this.#pending.writes += writes.length;
    this.#pending.bytes += bytes;
    const group = this.#groupFor(writes.length);
    for (const write of writes) group.writes.push(write);
    if (writes.length > 0) group.commits += 1;
    group.weight += weight;
    group.bytes += bytes;
    this.#startSoon();
    return group.stored;
  }

  #groupFor(writes: number): Group {
    const last = this.#groups.at(-1);
    if (last !== undefined && last.writes.length + writes <= GROUP_WRITES_MAX) return last;
    const group = makeGroup();
    this.#groups.push(group);
    return group;
  }

  /** At the end of this turn of the event loop, so that everything which arrives in it shares the batch. */
  #startSoon(): void {
    if (this.#isTurnOpen) return;
    this.#isTurnOpen = true;
    setImmediate(() => {
      this.#isTurnOpen = false;
      this.#start();
    });
  }

  #start(): void {
    if (this.#isBusy || this.#failure !== undefined) return;
    if (this.#groups.length === 0 && !this.#pace.isDue) return;
    this.#isBusy = true;
    void this.#performNext();
  }

  async #performNext(): Promise<void> {
    const group = this.#groups.shift() ?? makeGroup();
    let changes: Changes = new Map();
    try {
      const made = changesOf(group.writes, this.#options.database);
      changes = made instanceof Map ? made : await made;
      await this.#write(changes);
    } catch (error) {
      this.#fail(error, { group, changes });
      return;
    }
    this.#forget(group);
    this.#done.commits += group.commits;
    this.#done.writes += group.writes.length;
    this.#isBusy = false;
    group.resolve();
    // What came in earlier turns is on its way to the disk before those who waited for this batch are called.
    if (!this.#isTurnOpen) this.#start();
  }

  async #write(changes: Changes): Promise<void> {
    const { database, clock, onWritten } = this.#options;
    // An empty batch would not reach the log, and so would sync nothing.
    if (this.#pace.isDue && changes.size === 0) changes.set(keyOf('meta', 'synced'), String(clock.nowMs()));
    if (changes.size === 0) return;
    const sync = this.#pace.shouldSync;
    const startedMs = performance.now();
    await database.write(changes, { sync });
    onWritten?.(performance.now() - startedMs);
    this.#pace.wrote(sync);
  }

  #forget({ weight, writes, bytes }: Group): void {
    this.#pending.weight -= weight;
    this.#pending.writes -= writes.length;
    this.#pending.bytes -= bytes;
  }

  /** Nobody's commit may succeed from here until LevelDB was opened anew (see Recovery). */
  #fail(error: unknown, lost: { group: Group; changes: Changes }): void {
    const failure = unavailable(error);
    this.#failure = failure;
    this.#isBusy = false;
    this.#pace.forget();
    const rejected = [lost.group, ...this.#groups];
    this.#groups = [];
    const commits = rejected.reduce((sum, group) => sum + group.commits, 0);
    this.#options.log.error({ err: error, commits }, 'store failed to write');
    for (const group of rejected) {
      this.#forget(group);
      // A batch that only carried an fsync is nobody's.
      if (group.weight > 0) group.reject(failure);
    }
    this.#recovering = this.#recover(lost.changes);
  }

  async #recover(failed: Changes): Promise<void> {
    const works = await this.#options.recovery.run(await this.#undoOf(failed));
    if (works) this.#failure = undefined;
  }

  /**
   * LevelDB refused the batch and reads as if it had never been, but after a failed fsync the whole record may be in
   * the log and would return with the next opening: what was there before is written over it then.
   */
  async #undoOf(failed: Changes): Promise<Changes> {
    try {
      return await this.#options.database.imageBefore(failed);
    } catch (error) {
      this.#options.log.error({ reason: meaningOf(error) }, 'store cannot prepare to undo the failed write');
      return new Map();
    }
  }
}

function areOurs(writes: readonly Write[]): writes is readonly LevelWrite[] {
  for (const write of writes) if (!(write instanceof LevelWrite)) return false;
  return true;
}

function makeGroup(): Group {
  let resolve = (): void => {};
  let reject = (_error: Error): void => {};
  const stored = new Promise<void>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  return { writes: [], commits: 0, weight: 0, bytes: 0, stored, resolve, reject };
}
