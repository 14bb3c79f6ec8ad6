/** The hub's state as /health tells it. */
import type { Health } from '../contract/hub-info.ts';
import type { Clock } from '../lib/clock.ts';
import { version } from './package-root.ts';

export interface HealthKeeper {
  read(): Health;
  ready(): void;
  stopping(): void;
}

export function makeHealth(clock: Clock, store: { readonly healthy: boolean }): HealthKeeper {
  const startedMs = clock.nowMs();
  let phase: 'starting' | 'ok' | 'stopping' = 'starting';
  return {
    read: () => ({
      status: phase === 'ok' && !store.healthy ? 'storing_failed' : phase,
      version,
      uptimeS: Math.floor((clock.nowMs() - startedMs) / 1000),
    }),
    ready() {
      phase = 'ok';
    },
    stopping() {
      phase = 'stopping';
    },
  };
}
