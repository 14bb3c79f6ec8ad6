/** Carries what waits for one destination, in order, for as long as it takes: nobody who publishes waits for it. */
import type { DestinationStatus, DestinationTested } from '../../contract/destination.ts';
import { backoffMs } from '../../domain/retry.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';
import { RecentCount } from '../../lib/recent-count.ts';
import { makeSlot } from '../../lib/slot.ts';
import type { DeadLetterRow, OutboxRow } from '../../store/forwarding-store.ts';
import type { Store, Write } from '../../store/store.ts';
import { BACKOFF, DEAD_LETTERS_MAX, UNSTORED_MS } from './limits.ts';
import type { Queue } from './queue.ts';
import { plainError, type SendError, type Sender, type Sent } from './senders/sender.ts';

export interface CourierDeps {
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly store: Pick<Store, 'deadLetters' | 'commit'>;
  /** In [0, 1). */
  readonly random: () => number;
  readonly destinationId: string;
  readonly queue: Queue;
}

export interface CourierStart {
  readonly sender: Sender;
  readonly isPaused: boolean;
}

interface Unsettled {
  readonly writes: Write[];
  readonly rows: OutboxRow[];
  dead: number;
}

export class Courier {
  readonly #deps: CourierDeps;
  readonly queue: Queue;
  #sender: Sender;
  #running: Promise<void> | undefined;
  /** Something came since the last look. */
  #isAsked = false;
  #isPaused: boolean;
  #isClosed = false;
  #failures = 0;
  #sent = 0;
  readonly #recent: RecentCount;
  #lastSentMs: number | null = null;
  #deadLetters = 0;
  #lastError: DestinationStatus['lastError'] = null;
  #retryAtMs: number | null = null;
  #cancelWait = (): void => {};
  #cancelDoubt = (): void => {};
  /** What has been done and not been stored yet. */
  #unsettled: Unsettled | undefined;
  readonly #changed;
  /** People would see something new. */
  readonly onChanged;

  constructor(deps: CourierDeps, { sender, isPaused }: CourierStart) {
    this.#deps = deps;
    this.queue = deps.queue;
    this.#sender = sender;
    this.#isPaused = isPaused;
    this.#recent = new RecentCount(deps.clock);
    this.#changed = makeSlot<[]>((error) => deps.log.warn({ err: error }, 'a listener of forwarding failed'));
    this.onChanged = this.#changed.slot;
  }

  async load(): Promise<void> {
    await this.queue.load();
    this.#deadLetters = await this.#deps.store.deadLetters.count(this.#deps.destinationId);
  }

  start(): void {
    if (this.#isPaused || this.#isClosed) return;
    this.#sender.start();
    this.wake();
  }

  /** Something was stored for it. */
  wake(): void {
    this.#isAsked = true;
    this.#changed.fire();
    if (this.#running !== undefined || this.#isPaused || this.#isClosed || this.#retryAtMs !== null) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#changed.fire();
      // Something came in the moment between the last look and here.
      if (this.#isAsked) this.wake();
    });
  }

  /** Something may never have been stored; looked at when that is certain. */
  doubt(): void {
    if (this.#isClosed) return;
    this.#cancelDoubt();
    this.#cancelDoubt = this.#deps.clock.after(UNSTORED_MS, () => this.wake());
  }

  /** Does not wait any longer before it tries again. */
  flush(): void {
    this.#stopWaiting();
    this.wake();
  }

  /** Another way out, or the same one changed; what waits stays. */
  async use({ sender, isPaused }: CourierStart): Promise<void> {
    this.#isPaused = true;
    this.#stopWaiting();
    this.#sender.stop();
    await this.#running;
    this.#sender = sender;
    this.#isPaused = isPaused;
    this.#failures = 0;
    this.start();
  }

  /** One attempt past the queue. */
  async test(entry: OutboxRow): Promise<DestinationTested> {
    const startedMs = performance.now();
    const outcome = await this.#sender.send(entry);
    const ms = Math.round(performance.now() - startedMs);
    if (outcome.kind === 'sent')
      return { ok: true, ms, reason: null, message: 'It was taken.', httpStatus: null, body: null };
    this.note(outcome.error);
    return { ok: false, ms, ...outcome.error };
  }

  /** What is on its way and not answered is sent again at the next start: with the same id. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopWaiting();
    this.#cancelDoubt();
    this.#sender.stop();
    await this.#running;
  }

  /** The other side, or the way to it, does not work. */
  note(error: SendError): void {
    this.#lastError = { atMs: this.#deps.clock.nowMs(), ...error };
    this.#changed.fire();
  }

  deadLettersChanged(by: number): void {
    this.#deadLetters += by;
  }

  status(received: number): DestinationStatus {
    return {
      state: this.#isPaused
        ? 'paused'
        : this.#retryAtMs !== null
          ? 'waiting'
          : this.#running !== undefined
            ? 'sending'
            : 'idle',
      connected: this.#sender.isConnected,
      queued: this.queue.depth,
      oldestMs: this.queue.oldestMs,
      sent: this.#sent,
      sentLastMinute: this.#recent.count(),
      lastSentMs: this.#lastSentMs,
      received,
      dropped: this.queue.dropped,
      deadLetters: this.#deadLetters,
      retryAtMs: this.#retryAtMs,
      lastError: this.#lastError,
    };
  }

  async #run(): Promise<void> {
    while (!this.#isPaused && !this.#isClosed) {
      try {
        await this.#settle();
        this.#isAsked = false;
        const rows = await this.queue.next(this.#sender.window);
        if (rows.length === 0 && !this.#isAsked) return;
        const retry = await this.#carry(rows);
        await this.#settle();
        if (retry === undefined) continue;
        this.#failed(retry);
        return;
      } catch (error) {
        // The store has its own recovery, and whoever watches over it is told there.
        this.#failed({
          kind: 'retry',
          error: plainError('other', error instanceof Error ? error.message : String(error)),
        });
        return;
      }
    }
  }

  /** Sends what fits into the window; answers the first failure that is worth another attempt. */
  async #carry(rows: readonly OutboxRow[]): Promise<Extract<Sent, { kind: 'retry' }> | undefined> {
    const outcomes = await Promise.all(rows.map((row) => this.#sender.send(row)));
    const { clock, destinationId, store } = this.#deps;
    const unsettled: Unsettled = { writes: [], rows: [], dead: 0 };
    let retry: Extract<Sent, { kind: 'retry' }> | undefined;
    for (const [at, row] of rows.entries()) {
      const outcome = outcomes[at];
      if (outcome === undefined || outcome.kind === 'retry') {
        retry ??= outcome;
        continue;
      }
      unsettled.writes.push(this.queue.removal(row));
      unsettled.rows.push(row);
      if (outcome.kind === 'sent') this.#succeeded(row, outcome.as);
      else {
        unsettled.dead++;
        this.note(outcome.error);
        unsettled.writes.push(store.deadLetters.put(this.#letter(row, outcome.error, clock.nowMs())));
        this.#deps.log.warn({ destinationId, topic: row.topic, reason: outcome.error.message }, 'given up forwarding');
      }
    }
    this.#unsettled = unsettled;
    return retry;
  }

  async #settle(): Promise<void> {
    const { store, destinationId } = this.#deps;
    if (this.#unsettled === undefined) return;
    const { writes, rows, dead } = this.#unsettled;
    const overflow = await this.#overflowOf(dead);
    const all = [...writes, ...overflow.map((letter) => store.deadLetters.remove(letter))];
    if (all.length > 0) await store.commit(all);
    this.#unsettled = undefined;
    this.queue.left(rows);
    this.#deadLetters += dead - overflow.length;
    if (overflow.length > 0) this.#deps.log.warn({ destinationId }, 'too many dead letters; the oldest are gone');
    this.#changed.fire();
  }

  /** The oldest letters that make room. */
  async #overflowOf(added: number): Promise<DeadLetterRow[]> {
    const over = this.#deadLetters + added - DEAD_LETTERS_MAX;
    if (added === 0 || over <= 0) return [];
    return this.#deps.store.deadLetters.oldest(this.#deps.destinationId, over);
  }

  #letter(entry: OutboxRow, error: SendError, deadMs: number): DeadLetterRow {
    const { destinationId } = this.#deps;
    const { reason, message, httpStatus } = error;
    return { id: newId(), destinationId, deadMs, reason, message, httpStatus, entry };
  }

  #succeeded({ kind, topic, id, atMs }: OutboxRow, type: string | undefined): void {
    const { clock, log, destinationId } = this.#deps;
    this.#failures = 0;
    this.#sent++;
    this.#recent.add();
    this.#lastSentMs = clock.nowMs();
    // One line for each event, as seed 4 has it (S4-9); messages of a bridge are too many for that.
    if (kind === 'event') log.info({ destinationId, topic, id, type, ageMs: clock.nowMs() - atMs }, 'forwarded');
  }

  #failed({ error, afterMs }: Extract<Sent, { kind: 'retry' }>): void {
    const { clock, log, random, destinationId } = this.#deps;
    this.#failures++;
    this.note(error);
    if (this.#isPaused || this.#isClosed) return;
    const waitMs = Math.max(backoffMs(this.#failures, random(), BACKOFF), Math.min(afterMs ?? 0, BACKOFF.maxMs));
    this.#retryAtMs = clock.nowMs() + waitMs;
    this.#cancelWait = clock.after(waitMs, () => this.flush());
    log.warn(
      { destinationId, reason: error.message, httpStatus: error.httpStatus, queued: this.queue.depth, waitMs },
      'cannot forward now; messages here go on as before',
    );
  }

  #stopWaiting(): void {
    this.#cancelWait();
    this.#cancelWait = () => {};
    this.#retryAtMs = null;
  }
}
