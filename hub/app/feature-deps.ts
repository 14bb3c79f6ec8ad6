/** What each feature is given: the parts it needs, and functions that ask the other features. */
import { parseRules, rulesetFor } from '../domain/acl-rules.ts';
import { announcementIn } from '../domain/dialects/dialects.ts';
import type { Principal } from '../domain/principal.ts';
import { FOR_EVER, retentionOf } from '../domain/retention.ts';
import type { AccountsDeps } from '../features/accounts/accounts.ts';
import type { Broker } from '../features/broker/broker.ts';
import type { BrokerDeps } from '../features/broker/core.ts';
import type { Owner } from '../features/broker/identity.ts';
import { DEMO_ADDRESS, isDemoClient } from '../features/demo/demo.ts';
import type { Devices, DevicesDeps } from '../features/devices/devices.ts';
import type { ForwardingDeps } from '../features/forwarding/forwarding.ts';
import type { HealthDeps } from '../features/health/health.ts';
import type { HistoryDeps } from '../features/history/history.ts';
import type { MetricsDeps } from '../features/metrics/metrics.ts';
import type { Http } from '../features/route.ts';
import type { SimonDeps } from '../features/simon/simon-deps.ts';
import type { DecoderFailures } from '../features/telemetry/decoder-failures.ts';
import type { Ingest } from '../features/telemetry/ingest.ts';
import { makeThrottle } from '../features/users/throttle.ts';
import type { Users, UsersDeps } from '../features/users/users.ts';
import { randomFraction } from '../lib/ids.ts';
import { socketPair } from '../lib/socket-pair.ts';
import { makeAdmission } from './admission.ts';
import type { HealthKeeper } from './health.ts';
import type { HttpDeps } from './http.ts';
import { describeHub, timeZone } from './hub-info.ts';
import { brokerNumbers, diskOf, listenersOf, processNumbers } from './own-numbers.ts';
import { packageRoot, version } from './package-root.ts';
import type { Features, Parts } from './parts.ts';
import { simonDevices } from './simon-devices.ts';

export function httpDeps(
  { config, log, deriveKey, ports }: Parts,
  { health, ...callers }: { health: HealthKeeper } & Pick<HttpDeps, 'principalOfToken' | 'deviceOf'>,
): HttpDeps {
  return {
    log: log.child({ feature: 'http' }),
    accessTokenKey: deriveKey('access-tokens'),
    ...callers,
    isCompatOpen: config.compatOpen,
    health: health.read,
    hubInfo: () => describeHub(config, ports),
    version,
    webDir: `${packageRoot}/dist/web`,
  };
}

export function usersDeps(
  { config, log, clock, store }: Parts,
  { http, ...shared }: { http: Http } & Pick<UsersDeps, 'passwords' | 'isConnected'>,
): UsersDeps {
  return {
    store,
    clock,
    log: log.child({ feature: 'users' }),
    tokens: http.jwt,
    throttle: makeThrottle(clock),
    registration: config.registration,
    version,
    ...shared,
  };
}

export function accountsDeps(
  { log, clock, store }: Parts,
  shared: Pick<AccountsDeps, 'passwords' | 'isDevice' | 'connectionsOf'>,
): AccountsDeps {
  // A throttle of its own, as for devices: a program with a wrong password tries on and on.
  return { store, clock, log: log.child({ feature: 'accounts' }), throttle: makeThrottle(clock), ...shared };
}

export function devicesDeps(
  { config, log, clock, store, deriveKey }: Parts,
  {
    users,
    accounts,
    latest,
    playerOf,
  }: Pick<Features, 'users' | 'accounts' | 'latest'> & { playerOf: DevicesDeps['names']['playerOf'] },
): DevicesDeps {
  return {
    store,
    clock,
    log: log.child({ feature: 'devices' }),
    hubKey: deriveKey('device-secrets'),
    anonymous: config.anonymous,
    // Not the one of people: a device with a wrong token tries on and on, and must not lock out the browser beside it.
    throttle: makeThrottle(clock),
    names: {
      usernameOf: (userId) => users.find(userId)?.username,
      playerOf,
      valuesOf: (deviceId) => latest.keyValues(deviceId),
    },
    isAccount: accounts.has,
    isDemoClient,
  };
}

export function simonDeps(
  { log, clock, store }: Parts,
  { users, devices, publish }: { users: Users; devices: Devices; publish: SimonDeps['publish'] },
): SimonDeps {
  return {
    store,
    clock,
    log: log.child({ feature: 'simon' }),
    timeZone: timeZone(),
    publish,
    devices: simonDevices(devices),
    users: { byName: async (username) => users.findByName(username) },
  };
}

export function brokerDeps(
  { log, clock, store, mqtt }: Parts,
  {
    users,
    accounts,
    devices,
    ingest,
    forwarding,
  }: Pick<Features, 'users' | 'accounts' | 'devices' | 'forwarding'> & { ingest: Ingest },
): BrokerDeps {
  return {
    clock,
    log: log.child({ feature: 'broker' }),
    db: mqtt,
    receipts: store.receipts,
    admit: makeAdmission({
      users,
      accounts,
      devices,
      isDemoForged: ({ clientId, address }) => isDemoClient(clientId) && address !== DEMO_ADDRESS,
    }),
    principalOf: (owner, clientId) => principalNow({ users, accounts, devices }, owner, clientId),
    accept: ingest.accept,
    announced({ clientId, address }, topic, payload) {
      const said = announcementIn(topic, payload, clock.nowMs());
      if (said !== undefined) devices.announced({ clientId, address }, said);
    },
    settled: ingest.settled,
    alsoWrite: (parcel) => forwarding.writesForMessage(parcel),
    commit: (writes) => store.commit(writes),
  };
}

/** The broker comes later, and is asked when the first message arrives from elsewhere. */
export function forwardingDeps(
  { config, log, clock, store, deriveKey }: Parts,
  isRepeated: ForwardingDeps['isRepeated'],
  broker: () => Broker,
): ForwardingDeps {
  return {
    clock,
    log: log.child({ feature: 'forwarding' }),
    store,
    random: randomFraction,
    key: deriveKey('destinations'),
    backendUrl: config.backendUrl,
    isRepeated,
    publishAs({ id, name }, message) {
      const clientId = `bridge-${id}`;
      const rules = rulesetFor(BRIDGE_RULES, { clientId, username: name });
      const principal = { kind: 'account', name: `bridge ${name}`, rules } as const;
      return broker().publishAs({ clientId, principal, address: '' }, message);
    },
  };
}

/** What comes from another broker may speak for any device that has no token to speak with. */
const BRIDGE_RULES = parseRules(['topic write #']);

/** Somebody's client as it would be if it connected now. */
function principalNow(
  { users, accounts, devices }: Pick<Features, 'users' | 'accounts' | 'devices'>,
  { kind, id }: Owner,
  clientId: string,
): Principal | undefined {
  switch (kind) {
    case 'account': {
      const account = accounts.has(id) ? accounts.principalOf(id, clientId) : undefined;
      return account?.name === id ? account : undefined; // another spelling is another one
    }
    case 'device': {
      const device = devices.principalOf(id);
      return device?.kind === 'device' && device.deviceId === id ? device : undefined; // else another one's alias
    }
    case 'person': {
      const user = users.find(id);
      return user && { kind, userId: id, username: user.username, role: user.role, sessionId: '' };
    }
  }
}

export function healthDeps(
  { config, log, clock, store, ports }: Parts,
  { broker, eventLoop, clientsMaximum }: Pick<Features, 'broker' | 'eventLoop'> & Pick<HealthDeps, 'clientsMaximum'>,
): HealthDeps {
  const own = log.child({ feature: 'health' });
  return {
    clock,
    numbers: () => brokerNumbers(broker),
    readers: () => broker.sessions(),
    clientsMaximum,
    memory: () => {
      const { residentBytes, heapBytes } = processNumbers(0);
      return { residentBytes, heapBytes };
    },
    eventLoop: eventLoop.read,
    listeners: () => listenersOf(config, { ports, broker }),
    storeBytes: async () => (await store.stats()).bytes,
    disk: () => diskOf(config.dataDir),
    onError: (error) => own.warn({ err: error }, 'a number of the hub is not known'),
  };
}

type MetricsParts = Pick<Features, 'broker' | 'eventLoop' | 'brokerHealth' | 'alerts'> & {
  readonly decoderFailures: DecoderFailures;
};

export function metricsDeps(
  { log, clock, store }: Parts,
  { broker, eventLoop, brokerHealth, alerts, decoderFailures }: MetricsParts,
): MetricsDeps {
  const own = log.child({ feature: 'metrics' });
  const startedMs = clock.nowMs();
  return {
    clock,
    version,
    numbers: () => brokerNumbers(broker),
    publish: (message) => broker.publish(message),
    sendTo: (key, topic, text, options) => broker.sendTo(key, topic, text, options),
    onError: (error) => own.warn({ err: error }, 'the numbers of the broker could not be published'),
    store: () => store.stats(),
    process: () => processNumbers(startedMs),
    eventLoop: eventLoop.read,
    decoderFailures: () => decoderFailures.counts,
    slowClients: brokerHealth.slowClients,
    diskFreeBytes: brokerHealth.diskFreeBytes,
    alertsStanding: () => alerts.standingCount,
  };
}

export const historyDeps = ({ config, log, clock, store }: Parts): HistoryDeps => ({
  store,
  clock,
  log: log.child({ feature: 'history' }),
  retention: retentionOf(config.historyDays) ?? FOR_EVER,
});

export function isConnected(broker: Broker, sessionId: string): boolean {
  for (const { principal } of broker.sessions()) {
    if (principal.kind === 'person' && principal.sessionId === sessionId) return true;
  }
  return false;
}

/** Clients that are connected with this account. */
export function countOf(broker: Broker, name: string): number {
  let count = 0;
  for (const { principal } of broker.sessions()) if (principal.kind === 'account' && principal.name === name) count++;
  return count;
}

/** A connection to the broker that never leaves this process. */
export function connectInside(broker: Broker): ReturnType<typeof socketPair>[0] {
  const [near, far] = socketPair();
  broker.handle(far, { address: DEMO_ADDRESS, transport: 'tcp' });
  return near;
}
