/** Alerts that are over: kept for a time and up to a number. */
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Store } from '../../store/store.ts';
import { BATCH, CLEARED_KEPT_MS, CLEARED_MAX, SWEEP_MS } from './alert-limits.ts';

export interface AlertHistoryDeps {
  readonly store: Pick<Store, 'alerts' | 'commit'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

export class AlertHistory {
  readonly #deps: AlertHistoryDeps;
  #count = 0;
  #isSweeping = false;
  readonly #stop: () => void;

  constructor(deps: AlertHistoryDeps) {
    this.#deps = deps;
    this.#stop = deps.clock.every(SWEEP_MS, () => void this.#sweep());
  }

  /** Nothing is swept at once: a machine may start with a clock that is years ahead, until it asked the network. */
  async load(): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.#deps.store.alerts.list({ states: ['cleared'], limit: BATCH, cursor });
      this.#count += page.items.length;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  close(): void {
    this.#stop();
  }

  cleared(): void {
    this.#count += 1;
    if (this.#count > CLEARED_MAX + BATCH) void this.#sweep();
  }

  async #sweep(): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    try {
      while (await this.#removeOldest());
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'old alerts not removed');
    } finally {
      this.#isSweeping = false;
    }
  }

  async #removeOldest(): Promise<boolean> {
    const { store, clock } = this.#deps;
    const oldest = await store.alerts.oldestCleared(BATCH);
    const beforeMs = clock.nowMs() - CLEARED_KEPT_MS;
    const tooMany = Math.max(0, this.#count - CLEARED_MAX);
    const rows = oldest.filter(({ clearedMs, raisedMs }, at) => at < tooMany || (clearedMs ?? raisedMs) < beforeMs);
    if (rows.length === 0) return false;
    await store.commit(rows.map(({ id }) => store.alerts.remove(id)));
    this.#count -= rows.length;
    return true;
  }
}
