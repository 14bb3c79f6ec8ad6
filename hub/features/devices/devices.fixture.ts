/** For tests: the devices feature on a store in memory, with a clock that stands still, and a broker that only knows sessions. */
import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { RucheError } from '../../contract/errors.ts';
import type { Person } from '../../domain/principal.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { openLevel } from '../../store/level/open.ts';
import type { Store } from '../../store/store.ts';
import { createDevices, type Devices, type DevicesDeps } from './devices.ts';
import type { SessionFacts, WillFacts } from './session-facts.ts';

export const MAC = 'AABBCCDDEEFF';
export const SIMON_CLIENT = `ESP32-Simon-${MAC}`;
export const HUB_KEY = Buffer.alloc(32, 7);
export const log = pino({ level: 'silent' });

export const person = (username: string, role: Person['role'] = 'viewer'): Person => ({
  kind: 'person',
  userId: `id-of-${username}`,
  username,
  role,
  sessionId: 's',
});

export interface Credentials {
  readonly username?: string;
  readonly password?: string;
  readonly address?: string;
  readonly keepaliveS?: number;
  readonly will?: WillFacts;
}

export interface UnderTest {
  readonly clock: FakeClock;
  readonly store: Store;
  readonly devices: Devices;
  /** Failed attempts by "account address". */
  readonly failures: string[];
  /** Ids for which people saw something new. */
  readonly changes: string[];
  /** Connects as the broker would; throws the code of a refusal. */
  connect(clientId: string, credentials?: Credentials): SessionFacts;
  /** Waits until what was submitted to the store is in it. */
  settled(): Promise<void>;
  /** Closes the feature, not the store, and opens it again on the same data, `downMs` later. */
  restart(downMs: number): Promise<UnderTest>;
}

export async function setUp(options: Partial<DevicesDeps> = {}): Promise<UnderTest> {
  const clock = new FakeClock();
  const memory = () => new MemoryLevel<string, string>();
  const { store } = await openLevel({ dir: undefined, memory, durability: 'commit', log, clock });
  return open(store, clock, options);
}

async function open(store: Store, clock: FakeClock, options: Partial<DevicesDeps>): Promise<UnderTest> {
  const failures: string[] = [];
  const changes: string[] = [];
  const devices = createDevices({
    store,
    clock,
    log,
    hubKey: HUB_KEY,
    anonymous: 'pair',
    throttle: {
      check({ account, address }) {
        const isThrottled = failures.filter((one) => one === `${account} ${address}`).length >= 10;
        if (isThrottled) throw new RucheError('AUTH_THROTTLED', undefined, { retryAfterS: 30 });
      },
      failed: ({ account, address }) => failures.push(`${account} ${address}`),
      succeeded: () => {},
    },
    names: { usernameOf: (userId) => userId.replace('id-of-', ''), playerOf: () => undefined, valuesOf: () => [] },
    isAccount: () => false,
    isDemoClient: (clientId) => clientId.startsWith('demo-') || clientId === 'ESP32-Simon-DE0000000001',
    ...options,
  });
  await devices.load();
  devices.onChanged((deviceId) => changes.push(deviceId));
  return {
    clock,
    store,
    devices,
    failures,
    changes,
    connect: (clientId, credentials = {}) => connect(devices, clock, clientId, credentials),
    settled: () => store.commit([]),
    async restart(downMs) {
      await devices.close();
      clock.advance(downMs);
      return open(store, clock, options);
    },
  };
}

function connect(devices: Devices, clock: FakeClock, clientId: string, credentials: Credentials): SessionFacts {
  const { username, password, address = '10.0.0.9', keepaliveS = 60, will } = credentials;
  const admission = devices.admit({ clientId, username, password, address });
  if (!admission.ok) throw new Error(admission.code);
  const { principal } = admission;
  const key = `${principal.kind}:${clientId}`;
  const session = { key, clientId, principal, address, connectedMs: clock.nowMs(), keepaliveS, will };
  devices.connected(session);
  return session;
}
