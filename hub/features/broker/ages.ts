/**
 * The broker's own time, in which everything that waits grows old: it goes on evenly while the hub runs, whatever
 * somebody sets the clock to. Only for the time between two runs the clock is asked, and believed within reason: a hub
 * without a battery for its clock wakes up in another year, and must not throw away what it keeps for that.
 */
import type { Clock } from '../../lib/clock.ts';
import type { ShelfDb } from './shelf.ts';

const KEY = 'ages';
/** A crash costs at most this much of the time that had passed, and only if the clock was set meanwhile. */
const SAVED_EVERY_MS = 60_000;
/** The longest time between two runs that is believed: longer than anything waits but kept sessions. */
export const OFF_MS_MAX = 7 * 86_400_000;

/** Where the broker's time was, and what the clock said then. */
interface Anchor {
  readonly agesMs: number;
  readonly wallMs: number;
}

export interface AgesDeps {
  readonly clock: Clock;
  readonly db: Pick<ShelfDb, 'get' | 'batch'>;
  failed(error: unknown): void;
}

export class Ages implements Clock {
  readonly #deps: AgesDeps;
  /** Between the broker's time and that of the machine since it started. */
  #aheadMs: number;
  #stopSaving = (): void => {};

  constructor(deps: AgesDeps) {
    const { clock } = deps;
    this.#deps = deps;
    this.#aheadMs = clock.nowMs() - clock.steadyMs();
  }

  /** Goes on where the last run ended; to be called before anything is read that has an age. */
  async start(): Promise<void> {
    const { clock, db, failed } = this.#deps;
    const stored = await db.get(KEY);
    if (stored !== undefined) {
      const { agesMs, wallMs }: Anchor = JSON.parse(stored.toString());
      const offMs = Math.min(Math.max(clock.nowMs() - wallMs, 0), OFF_MS_MAX);
      this.#aheadMs = agesMs + offMs - clock.steadyMs();
    }
    await this.#save();
    this.#stopSaving = clock.every(SAVED_EVERY_MS, () => void this.#save().catch(failed));
  }

  nowMs(): number {
    return this.#deps.clock.steadyMs() + this.#aheadMs;
  }

  steadyMs(): number {
    return this.#deps.clock.steadyMs();
  }

  after(ms: number, callback: () => void): () => void {
    return this.#deps.clock.after(ms, callback);
  }

  every(ms: number, callback: () => void): () => void {
    return this.#deps.clock.every(ms, callback);
  }

  /** A store that fails must not keep the hub from ending. */
  async stop(): Promise<void> {
    this.#stopSaving();
    await this.#save().catch(this.#deps.failed);
  }

  #save(): Promise<void> {
    const anchor: Anchor = { agesMs: Math.round(this.nowMs()), wallMs: this.#deps.clock.nowMs() };
    return this.#deps.db.batch([{ type: 'put', key: KEY, value: Buffer.from(JSON.stringify(anchor)) }]);
  }
}
