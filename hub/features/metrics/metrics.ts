/** The hub's numbers for programs: `$SYS/broker/…` on the broker and `GET /metrics` for Prometheus. */
import type { StoreStats } from '../../store/store.ts';
import { type Exposition, makeExposition } from './exposition.ts';
import { type EventLoopDelay, type ProcessNumbers, type Reading, readingsOf } from './readings.ts';
import { Sys, type SysDeps } from './sys.ts';

export interface MetricsDeps extends Omit<SysDeps, 'heapBytes'> {
  store(): Promise<StoreStats>;
  diskFreeBytes(): number | undefined;
  alertsStanding(): number;
  process(): ProcessNumbers;
  eventLoop(): EventLoopDelay | undefined;
  slowClients(): number;
  decoderFailures(): ReadonlyMap<string, number>;
}

export interface Metrics {
  readonly sys: Sys;
  readonly exposition: Exposition;
  readings(): Promise<Reading[]>;
  close(): void;
}

export function createMetrics(deps: MetricsDeps): Metrics {
  const sys = new Sys({ ...deps, heapBytes: () => deps.process().heapBytes });
  return {
    sys,
    exposition: makeExposition(),
    readings: async () =>
      readingsOf({
        version: deps.version,
        broker: deps.numbers(),
        clientsMaximum: sys.clientsMaximum,
        slowClients: deps.slowClients(),
        store: await deps.store(),
        diskFreeBytes: deps.diskFreeBytes(),
        alertsStanding: deps.alertsStanding(),
        process: deps.process(),
        eventLoop: deps.eventLoop(),
        decoderFailures: deps.decoderFailures(),
      }),
    close: () => sys.close(),
  };
}
