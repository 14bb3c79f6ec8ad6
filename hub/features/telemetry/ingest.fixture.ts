/** Ingest on a store in memory, with a keeper that notes what it was asked. */
import type { Decode } from '../../domain/dialects/dialects.ts';
import type { DevicePrincipal, Principal } from '../../domain/principal.ts';
import type { Write } from '../../store/store.ts';
import { setUp as setUpDevices } from '../devices/devices.fixture.ts';
import type { DevicesDeps } from '../devices/devices.ts';
import { type Accepted, createIngest, type DecoderFailure } from './ingest.ts';
import { Latest } from './latest.ts';

export const device = (deviceId: string, ...names: string[]): DevicePrincipal => ({
  kind: 'device',
  deviceId,
  names: new Set([deviceId, ...names]),
  isProtected: true,
});

export const fail = (error: unknown): never => {
  throw error;
};

export async function setUp({ decode, ...options }: Partial<DevicesDeps> & { decode?: Decode } = {}) {
  const test = await setUpDevices(options);
  const { devices, store, clock } = test;
  const latest = new Latest(store, fail);
  const asked: Accepted[] = [];
  const extra: Write[] = [];
  const endings: string[] = [];
  const failures: DecoderFailure[] = [];
  const ingest = createIngest({
    devices,
    newestMs: (deviceId) => latest.newestMs(deviceId),
    keepers: [
      latest,
      {
        writesFor(accepted) {
          asked.push(accepted);
          return extra;
        },
        settle({ report }, isStored) {
          endings.push(`${report.kind} ${isStored ? 'stored' : 'not stored'}`);
        },
      },
    ],
    commit: (writes) => store.commit(writes),
    onError: fail,
    onDecoderFailed: (failure) => failures.push(failure),
    ...(decode === undefined ? {} : { decode }),
  });
  const accept = (principal: Principal, topic: string, payload: unknown, clientId = 'c') => {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return ingest.accept({
      principal,
      clientId,
      topic,
      payload: Buffer.from(text),
      isClearing: false,
      receivedMs: clock.nowMs(),
    });
  };
  /** An empty retained message. */
  const clear = (principal: Principal, topic: string) =>
    ingest.accept({
      ...{ principal, clientId: 'c', topic, payload: Buffer.alloc(0) },
      ...{ isClearing: true, receivedMs: clock.nowMs() },
    });
  const commit = async (outcome: ReturnType<typeof accept>) => {
    if (outcome.kind !== 'taken') throw new Error(`${outcome.kind}, not taken`);
    await store.commit(outcome.writes);
    ingest.settled(outcome, true);
  };
  return { ...test, latest, ingest, asked, extra, endings, failures, accept, clear, commit };
}

export const values = (v: object, parts: object = {}) => ({ v, ...parts });
