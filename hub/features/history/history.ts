/** History: every reading that devices send is kept, rolled up, and forgotten when its time has come. */
import type { BaseLogger } from 'pino';
import type { Report } from '../../domain/report.ts';
import { type Floors, floorsOf, type Retention } from '../../domain/retention.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Store, Write } from '../../store/store.ts';

/** How often the store is given time for its rollups, and the breath between two pieces of that work. */
export const TEND_PERIOD_MS = 2000;
export const TEND_PAUSE_MS = 25;

/** Nothing is swept in the first minutes: a machine may start with a clock that is years ahead, until it asked the network. */
export const SWEEP_AFTER_MS = 600_000;
const NOTHING: readonly Write[] = [];
const NO_FLOORS: Floors = { raw: 0, minute: 0, hour: 0, day: 0 };

export interface HistoryDeps {
  readonly store: Pick<Store, 'telemetry'>;
  readonly clock: Clock;
  readonly log: Pick<BaseLogger, 'warn'>;
  readonly retention: Retention;
}

export class History {
  readonly #deps: HistoryDeps;
  #cancel: (() => void) | undefined;
  readonly #cancelWait: () => void;
  #maySweep = false;
  #isClosed = false;
  #isFailing = false;

  constructor(deps: HistoryDeps) {
    this.#deps = deps;
    this.#cancelWait = deps.clock.after(SWEEP_AFTER_MS, () => {
      this.#maySweep = true;
    });
    this.#after(TEND_PERIOD_MS);
  }

  writesFor({ deviceId, report }: { deviceId: string; report: Report }): readonly Write[] {
    if (report.kind !== 'readings' || report.metrics.size === 0) return NOTHING;
    return [this.#deps.store.telemetry.put(deviceId, report.atMs, report.metrics)];
  }

  /** Nothing before these times is kept. */
  floors(): Floors {
    return floorsOf(this.#deps.clock.nowMs(), this.#deps.retention);
  }

  /** What the store is doing for it may be cut off by closing the store: it goes on with the next start. */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
    this.#cancelWait();
  }

  #after(ms: number): void {
    this.#cancel = this.#deps.clock.after(ms, () => void this.#tend());
  }

  async #tend(): Promise<void> {
    let hasMore = false;
    try {
      const floors = this.#maySweep ? this.floors() : NO_FLOORS;
      hasMore = await this.#deps.store.telemetry.tend(this.#deps.clock.nowMs(), floors);
      this.#isFailing = false;
    } catch (error) {
      // Tried again, and said once: what is not rolled up is read from the readings meanwhile.
      if (!this.#isFailing && !this.#isClosed) this.#deps.log.warn({ err: error }, 'readings could not be rolled up');
      this.#isFailing = true;
    }
    if (!this.#isClosed) this.#after(hasMore ? TEND_PAUSE_MS : TEND_PERIOD_MS);
  }
}
