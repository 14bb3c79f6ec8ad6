/** Which events are kept, without reading them: what was sent twice is recognised, and no device takes all the room. */
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { EventRow } from '../../store/event-store.ts';
import type { Store } from '../../store/store.ts';
import { BATCH, type EventLimits, MARKS_BATCH, SLACK, SWEEP_MS } from './event-limits.ts';

export interface KeptEventsDeps {
  readonly store: Pick<Store, 'events' | 'commit'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  readonly limits: EventLimits;
  /** Events are gone. */
  readonly onRemoved: (ids: ReadonlySet<string>) => void;
}

/** Ids made of the sender's own; others never come twice. */
export const OWN_ID_PREFIX = 'k';

export class KeptEvents {
  readonly #deps: KeptEventsDeps;
  /** As many as events are kept. */
  readonly #ownIds = new Set<string>();
  readonly #counts = new Map<string, number>();
  #total = 0;
  /** One change of what lies here after the other. */
  #working: Promise<void> = Promise.resolve();
  #isSweepAsked = false;
  /** A machine may start with a clock that is years ahead, until it asked the network: nothing is too old before. */
  #isAgeKnown = false;
  readonly #stop: () => void;

  constructor(deps: KeptEventsDeps) {
    this.#deps = deps;
    this.#stop = deps.clock.every(SWEEP_MS, () => {
      this.#isAgeKnown = true;
      this.#sweepSoon();
    });
  }

  async load(): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.#deps.store.events.marks({ limit: MARKS_BATCH, cursor });
      for (const { id, deviceId } of page.items) this.#note(id, deviceId);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    this.#sweepSoon();
  }

  close(): Promise<void> {
    this.#stop();
    return this.#working;
  }

  has(id: string): boolean {
    return this.#ownIds.has(id);
  }

  /** From here on the same one is recognised; taken back with `undo` when it was not stored. */
  expect(id: string): void {
    if (id.startsWith(OWN_ID_PREFIX)) this.#ownIds.add(id);
  }
  undo(id: string): void {
    this.#ownIds.delete(id);
  }

  added({ id, deviceId }: Pick<EventRow, 'id' | 'deviceId'>): void {
    this.#note(id, deviceId);
    const { max, perDeviceMax } = this.#deps.limits;
    const isOver = this.#total > max * (1 + SLACK) || this.#countOf(deviceId) > perDeviceMax * (1 + SLACK);
    if (isOver) this.#sweepSoon();
  }

  /** The device is gone, and what it said goes with it. */
  forget(deviceId: string): Promise<void> {
    return this.#inTurn(async () => {
      while (await this.#removeOldest(deviceId));
    });
  }

  #note(id: string, deviceId: string): void {
    this.expect(id);
    this.#total += 1;
    this.#counts.set(deviceId, this.#countOf(deviceId) + 1);
  }

  #countOf(deviceId: string): number {
    return this.#counts.get(deviceId) ?? 0;
  }

  #sweepSoon(): void {
    if (this.#isSweepAsked) return;
    this.#isSweepAsked = true;
    this.#inTurn(() => this.#sweep())
      .catch((error) => this.#deps.log.warn({ err: error }, 'old events not removed'))
      .finally(() => {
        this.#isSweepAsked = false;
      });
  }

  async #sweep(): Promise<void> {
    const { limits, clock } = this.#deps;
    for (const deviceId of [...this.#counts.keys()]) {
      while (this.#countOf(deviceId) > limits.perDeviceMax) {
        if (!(await this.#removeOldest(deviceId, this.#countOf(deviceId) - limits.perDeviceMax))) break;
      }
    }
    while (this.#total > limits.max) if (!(await this.#removeOldest(undefined, this.#total - limits.max))) break;
    if (!this.#isAgeKnown) return;
    const beforeMs = clock.nowMs() - limits.keptMs;
    while (await this.#removeOldest(undefined, BATCH, beforeMs));
  }

  /** False: there was nothing to remove. */
  async #removeOldest(deviceId?: string, count = BATCH, beforeMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    const { store, onRemoved } = this.#deps;
    const oldest = await store.events.oldest(Math.min(count, BATCH), deviceId);
    const rows = oldest.filter(({ receivedMs }) => receivedMs < beforeMs);
    if (rows.length === 0) return false;
    await store.commit(rows.map(({ id }) => store.events.remove(id)));
    for (const row of rows) {
      this.#ownIds.delete(row.id);
      this.#total -= 1;
      const left = this.#countOf(row.deviceId) - 1;
      if (left > 0) this.#counts.set(row.deviceId, left);
      else this.#counts.delete(row.deviceId);
    }
    onRemoved(new Set(rows.map(({ id }) => id)));
    return true;
  }

  #inTurn(job: () => Promise<void>): Promise<void> {
    const done = this.#working.then(job);
    this.#working = done.catch(() => undefined);
    return done;
  }
}
