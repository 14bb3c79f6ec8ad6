/** The hub's own numbers, sampled once a second: what $live/stats shows. */
import type { LiveStats } from '../contract/live.ts';
import type { Clock } from '../lib/clock.ts';

const SAMPLE_MS = 1000;
/** The size on disk changes slowly and costs a walk through the folder. */
const SIZE_EVERY_SAMPLES = 10;

export interface StatsDeps {
  readonly clock: Clock;
  readonly broker: { stats(): { clients: number; messagesIn: number; messagesOut: number; commitMs: number | null } };
  readonly store: { stats(): Promise<{ bytes: number | null }> };
  readonly refusals: { recordedLastHour(): number };
  readonly log: { warn(fields: object, message: string): void };
}

export interface Stats {
  read(): LiveStats;
  stop(): void;
}

export function makeStats({ clock, broker, store, refusals, log }: StatsDeps): Stats {
  const startedMs = clock.nowMs();
  let last = { atMs: startedMs, messagesIn: 0, messagesOut: 0 };
  let rates = { messagesInPerS: 0, messagesOutPerS: 0 };
  let storeBytes: number | null = null;
  let samples = 0;

  function sample(): void {
    const { messagesIn, messagesOut } = broker.stats();
    const atMs = clock.nowMs();
    const seconds = Math.max(atMs - last.atMs, 1) / 1000;
    rates = {
      messagesInPerS: (messagesIn - last.messagesIn) / seconds,
      messagesOutPerS: (messagesOut - last.messagesOut) / seconds,
    };
    last = { atMs, messagesIn, messagesOut };
    if (samples++ % SIZE_EVERY_SAMPLES === 0) {
      store.stats().then(
        ({ bytes }) => {
          storeBytes = bytes;
        },
        (error) => log.warn({ err: error }, 'the size of the store is not known'),
      );
    }
  }

  return {
    read() {
      const { clients, commitMs } = broker.stats();
      const nowMs = clock.nowMs();
      return {
        atMs: nowMs,
        uptimeS: Math.floor((nowMs - startedMs) / 1000),
        clients,
        ...rates,
        commitP95Ms: commitMs,
        storeBytes,
        refusedLastHour: refusals.recordedLastHour(),
      };
    },
    stop: clock.every(SAMPLE_MS, sample),
  };
}
