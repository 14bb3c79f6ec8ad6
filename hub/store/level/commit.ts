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

interface Submission {
  readonly writes: readonly LevelWrite[];
  readonly weight: number;
  readonly bytes: number;
  resolve(): void;
  reject(error: Error): void;
}

export class Committer {
  readonly #options: CommitterOptions;
  readonly #pace: SyncPace;
  #queue: Submission[] = [];
  /** Of the queue and the batch in flight. */
  readonly #pending = { weight: 0, writes: 0, bytes: 0 };
  readonly #done = { commits: 0, writes: 0 };
  #isBusy = false;
  #isClosed = false;
  #failure: RucheError | undefined;
  #recovering: Promise<void> | undefined;

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#pace = new SyncPace({ ...options, onDue: () => this.#start() });
  }

  get isHealthy(): boolean {
    return this.#failure === undefined && !this.#isClosed;
  }

  get counts(): { commits: number; writes: number; pendingWrites: number } {
    return { ...this.#done, pendingWrites: this.#pending.writes };
  }

  async commit(writes: readonly Write[]): Promise<void> {
    const own = writes.filter((write) => write instanceof LevelWrite);
    if (own.length < writes.length) throw new TypeError('commit was given a write of another store');
    if (this.#isClosed) throw new RucheError('STORE_UNAVAILABLE', 'The store is closed.');
    if (this.#failure !== undefined) throw this.#failure;
    const bytes = own.reduce((sum, write) => sum + write.bytes, 0);
    if (this.#isTooMuch(own.length, bytes)) throw new RucheError('STORE_BUSY');
    await this.#submit(own, bytes);
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
    return new Promise((resolve, reject) => {
      this.#queue.push({ writes, weight, bytes, resolve, reject });
      this.#start();
    });
  }

  /** One turn of the event loop later, so that everything which arrives in this turn shares the batch. */
  #start(): void {
    const hasWork = this.#queue.length > 0 || this.#pace.isDue;
    if (this.#isBusy || !hasWork || this.#failure !== undefined) return;
    this.#isBusy = true;
    setImmediate(() => void this.#performNext());
  }

  async #performNext(): Promise<void> {
    const group = this.#takeGroup();
    let changes: Changes = new Map();
    try {
      const writes = group.flatMap((submission) => submission.writes);
      changes = await changesOf(writes, this.#options.database);
      await this.#write(changes);
    } catch (error) {
      this.#fail(error, { group, changes });
      return;
    }
    for (const submission of group) this.#resolve(submission);
    this.#isBusy = false;
    this.#start();
  }

  #takeGroup(): Submission[] {
    let size = 0;
    let writes = 0;
    for (const submission of this.#queue) {
      writes += submission.writes.length;
      if (writes > GROUP_WRITES_MAX && size > 0) break;
      size += 1;
    }
    return this.#queue.splice(0, size);
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

  #resolve(submission: Submission): void {
    this.#forget(submission);
    if (submission.writes.length > 0) this.#done.commits += 1;
    this.#done.writes += submission.writes.length;
    submission.resolve();
  }

  #forget(submission: Submission): void {
    this.#pending.weight -= submission.weight;
    this.#pending.writes -= submission.writes.length;
    this.#pending.bytes -= submission.bytes;
  }

  /** Nobody's commit may succeed from here until LevelDB was opened anew (see Recovery). */
  #fail(error: unknown, lost: { group: readonly Submission[]; changes: Changes }): void {
    const failure = unavailable(error);
    this.#failure = failure;
    this.#isBusy = false;
    this.#pace.forget();
    const rejected = [...lost.group, ...this.#queue];
    this.#queue = [];
    this.#options.log.error({ err: error, commits: rejected.length }, 'store failed to write');
    for (const submission of rejected) {
      this.#forget(submission);
      submission.reject(failure);
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
