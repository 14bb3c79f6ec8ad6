/** History: every reading that devices send is kept, rolled up, and forgotten when its time has come. */
import type { BaseLogger } from 'pino';
import type { Report } from '../../domain/report.ts';
import { type Floors, floorsOf, type Retention } from '../../domain/retention.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Store, Write } from '../../store/store.ts';

/** How often the store is given time for its rollups, and the breath between two pieces of that work. */
export const TEND_PERIOD_MS = 2000;
export const TEND_PAUSE_MS = 25;

export interface HistoryDeps {
  readonly store: Pick<Store, 'telemetry'>;
  readonly clock: Clock;
  readonly log: Pick<BaseLogger, 'warn'>;
  readonly retention: Retention;
}

export class History {
  readonly #deps: HistoryDeps;
  #cancel: (() => void) | undefined;
  #tending: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(deps: HistoryDeps) {
    this.#deps = deps;
    this.#after(TEND_PERIOD_MS);
  }

  writesFor({ deviceId, report }: { deviceId: string; report: Report }): Write[] {
    if (report.kind !== 'readings' || report.metrics.size === 0) return [];
    return [this.#deps.store.telemetry.put(deviceId, report.atMs, report.metrics)];
  }

  /** Nothing before these times is kept. */
  floors(): Floors {
    return floorsOf(this.#deps.clock.nowMs(), this.#deps.retention);
  }

  /** Resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    await this.#tending;
  }

  #after(ms: number): void {
    this.#cancel = this.#deps.clock.after(ms, () => {
      this.#tending = this.#tend();
    });
  }

  async #tend(): Promise<void> {
    let hasMore = false;
    try {
      hasMore = await this.#deps.store.telemetry.tend(this.#deps.clock.nowMs(), this.floors());
    } catch (error) {
      // Tried again: what is not rolled up is read from the readings meanwhile.
      this.#deps.log.warn({ err: error }, 'readings could not be rolled up');
    }
    if (!this.#isClosed) this.#after(hasMore ? TEND_PAUSE_MS : TEND_PERIOD_MS);
  }
}
