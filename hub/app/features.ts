/** Every feature of the hub, made in an order in which each finds what it needs; who calls whom is in wire.ts. */
import type { Principal } from '../domain/principal.ts';
import { type Accounts, type AccountsDeps, createAccounts } from '../features/accounts/accounts.ts';
import { type Broker, openBroker } from '../features/broker/broker.ts';
import type { BrokerDeps } from '../features/broker/core.ts';
import type { Owner } from '../features/broker/identity.ts';
import { createDemo, DEMO_ADDRESS, type Demo, isDemoClient } from '../features/demo/demo.ts';
import { createDevices, type Devices, type DevicesDeps } from '../features/devices/devices.ts';
import { createExplorer, type Explorer } from '../features/explorer/explorer.ts';
import { createHealth, type Health, type HealthDeps } from '../features/health/health.ts';
import { createLive, type Live, type LiveDeps } from '../features/live/live.ts';
import { createMetrics, type Metrics, type MetricsDeps } from '../features/metrics/metrics.ts';
import { createPublishes, type Publishes } from '../features/publishes/publishes.ts';
import { makeRefusals, type Refusals } from '../features/refusals/refusals.ts';
import { Retained } from '../features/retained/retained.ts';
import type { Http } from '../features/route.ts';
import { createSimon, type Simon } from '../features/simon/simon.ts';
import type { SimonDeps } from '../features/simon/simon-deps.ts';
import { createIngest, type Ingest } from '../features/telemetry/ingest.ts';
import { Latest } from '../features/telemetry/latest.ts';
import { makePasswords } from '../features/users/password.ts';
import { makeThrottle } from '../features/users/throttle.ts';
import { makeUsers, type Users, type UsersDeps } from '../features/users/users.ts';
import type { Clock } from '../lib/clock.ts';
import { socketPair } from '../lib/socket-pair.ts';
import type { OpenedLevel } from '../store/level/open.ts';
import { makeAdmission } from './admission.ts';
import type { Config } from './config.ts';
import { type EventLoopWatch, watchEventLoop } from './event-loop.ts';
import { type HealthKeeper, makeHealth } from './health.ts';
import { buildHttp, type HttpDeps } from './http.ts';
import { describeHub, timeZone } from './hub-info.ts';
import type { DeriveKey } from './key.ts';
import type { Log } from './log.ts';
import { brokerNumbers, diskOf, listenersOf, processNumbers } from './own-numbers.ts';
import { packageRoot, version } from './package-root.ts';
import { simonDevices } from './simon-devices.ts';
import { makeStats, type Stats } from './stats.ts';

/** What a hub is made of before its features. */
export interface Parts extends OpenedLevel {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly deriveKey: DeriveKey;
  /** Filled when the ports are open. */
  readonly ports: Readonly<{ http: number | null; mqtt: number | null }>;
}

export interface Features {
  readonly health: HealthKeeper;
  readonly http: Http;
  readonly users: Users;
  readonly accounts: Accounts;
  readonly refusals: Refusals;
  readonly devices: Devices;
  readonly simon: Simon;
  readonly latest: Latest;
  readonly broker: Broker;
  readonly demo: Demo;
  readonly stats: Stats;
  readonly eventLoop: EventLoopWatch;
  readonly brokerHealth: Health;
  readonly metrics: Metrics;
  readonly live: Live;
  readonly explorer: Explorer;
  readonly publishes: Publishes;
  readonly retained: Retained;
}

/** Where two features need each other, the earlier one gets a function that asks the later one when it is called. */
export async function makeFeatures(parts: Parts): Promise<Features> {
  const { clock, store } = parts;
  const health = makeHealth(clock, store);
  const refusals = makeRefusals(clock, parts.log.child({ feature: 'refusals' }));
  const passwords = makePasswords();
  const http = await buildHttp(httpDeps(parts, { health, principalOfToken: (token) => users.principalOfToken(token) }));
  const hasConnection = (sessionId: string): boolean => isConnected(broker, sessionId);
  const users = await makeUsers(usersDeps(parts, { http, passwords, isConnected: hasConnection }));
  const isDevice = (name: string): boolean => devices.find(name) !== undefined;
  const connectionsOf = (name: string): number => countOf(broker, name);
  const accounts = await createAccounts(accountsDeps(parts, { passwords, isDevice, connectionsOf }));
  const playerOf = (deviceId: string): string | undefined => simon.playerOf(deviceId) ?? undefined;
  const devices = createDevices(devicesDeps(parts, { users, accounts, playerOf }));
  await devices.load();
  const publish: SimonDeps['publish'] = (topic, payload) => broker.publish({ topic, payload });
  const simon = await createSimon(simonDeps(parts, { users, devices, publish }));
  const latest = new Latest(store);
  await latest.load(devices.ids());
  const { writesFor, settle } = simon;
  const onError = (error: unknown): void => parts.log.error({ err: error, feature: 'ingest' }, 'a listener failed');
  const ingest = createIngest({ devices, latest, writesFor, settle, onError });
  const broker = await openBroker(brokerDeps(parts, { users, accounts, devices, ingest }));
  const demo = createDemo({ clock, devices, simon, connect: () => connectInside(broker) });
  const stats = makeStats({ clock, broker, store, refusals, log: parts.log.child({ feature: 'stats' }) });
  const eventLoop = watchEventLoop(clock);
  const clientsMaximum = (): number => metrics.sys.clientsMaximum;
  const brokerHealth = createHealth(healthDeps(parts, { broker, eventLoop, clientsMaximum }));
  const metrics = createMetrics(metricsDeps(parts, { broker, eventLoop, brokerHealth }));
  const topics = await makeTopics(parts, { broker, devices, users });
  const { explorer } = topics;
  const live = createLive(liveDeps(parts, { broker, devices, simon, stats, brokerHealth, explorer }));
  const watching = { stats, eventLoop, brokerHealth, metrics, live };
  return { health, http, users, accounts, refusals, devices, simon, latest, broker, demo, ...watching, ...topics };
}

/** What people do with topics: look at them, publish, delete what is retained. */
async function makeTopics(
  { clock, store, log }: Parts,
  { broker, devices, users }: { broker: Broker; devices: Devices; users: Users },
): Promise<Pick<Features, 'explorer' | 'publishes' | 'retained'>> {
  const ownerOf = (deviceId: string): string | null => {
    const ownerId = devices.find(deviceId)?.ownerId;
    return (typeof ownerId === 'string' ? users.find(ownerId)?.username : undefined) ?? null;
  };
  const explorer = createExplorer({
    clock,
    ownerOf,
    retained: (topic) => broker.retained(topic),
    listenersOf: (topic, limit) => broker.subscribersOf(topic, limit),
  });
  explorer.restore(broker.retainedUnder('#'));
  const publishes = createPublishes({
    clock,
    store,
    publishAs: (by, message) => broker.publishAs(by, message),
    listenersOf: (topic) => broker.subscribersOf(topic, 0).total,
  });
  const retained = new Retained({
    clock,
    store,
    log: log.child({ feature: 'retained' }),
    retained: (topic) => broker.retained(topic),
    allRetained: () => broker.retainedUnder('#'),
    clientsOf: (topic) => explorer.clientsOf(topic),
    publishTogether: (messages, writes) => broker.publishTogether(messages, writes),
  });
  await retained.load();
  return { explorer, publishes, retained };
}

function httpDeps(
  { config, log, deriveKey, ports }: Parts,
  { health, principalOfToken }: { health: HealthKeeper; principalOfToken: HttpDeps['principalOfToken'] },
): HttpDeps {
  return {
    log: log.child({ feature: 'http' }),
    accessTokenKey: deriveKey('access-tokens'),
    principalOfToken,
    health: health.read,
    hubInfo: () => describeHub(config, ports),
    version,
    webDir: `${packageRoot}/dist/web`,
  };
}

function usersDeps(
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

function accountsDeps(
  { log, clock, store }: Parts,
  shared: Pick<AccountsDeps, 'passwords' | 'isDevice' | 'connectionsOf'>,
): AccountsDeps {
  // A throttle of its own, as for devices: a program with a wrong password tries on and on.
  return { store, clock, log: log.child({ feature: 'accounts' }), throttle: makeThrottle(clock), ...shared };
}

function devicesDeps(
  { config, log, clock, store, deriveKey }: Parts,
  { users, accounts, playerOf }: Pick<Features, 'users' | 'accounts'> & { playerOf: DevicesDeps['names']['playerOf'] },
): DevicesDeps {
  return {
    store,
    clock,
    log: log.child({ feature: 'devices' }),
    hubKey: deriveKey('device-secrets'),
    anonymous: config.anonymous,
    // Not the one of people: a device with a wrong token tries on and on, and must not lock out the browser beside it.
    throttle: makeThrottle(clock),
    names: { usernameOf: (userId) => users.find(userId)?.username, playerOf },
    isAccount: accounts.has,
    isDemoClient,
  };
}

function simonDeps(
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

function brokerDeps(
  { log, clock, store, mqtt }: Parts,
  { users, accounts, devices, ingest }: Pick<Features, 'users' | 'accounts' | 'devices'> & { ingest: Ingest },
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
    settled: ingest.settled,
    commit: (writes) => store.commit(writes),
  };
}

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

function healthDeps(
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

function metricsDeps(
  { log, clock, store }: Parts,
  { broker, eventLoop, brokerHealth }: Pick<Features, 'broker' | 'eventLoop' | 'brokerHealth'>,
): MetricsDeps {
  const own = log.child({ feature: 'metrics' });
  const startedMs = clock.nowMs();
  return {
    clock,
    version,
    numbers: () => brokerNumbers(broker),
    publish: (message) => broker.publish(message),
    sendTo: (clientId, topic, text, options) => broker.sendTo(clientId, topic, text, options),
    onError: (error) => own.warn({ err: error }, 'the numbers of the broker could not be published'),
    store: () => store.stats(),
    process: () => processNumbers(startedMs),
    eventLoop: eventLoop.read,
    slowClients: brokerHealth.slowClients,
    diskFreeBytes: brokerHealth.diskFreeBytes,
  };
}

function liveDeps(
  { log, clock }: Parts,
  {
    broker,
    devices,
    simon,
    stats,
    brokerHealth,
    explorer,
  }: Pick<Features, 'broker' | 'devices' | 'simon' | 'stats' | 'brokerHealth' | 'explorer'>,
): LiveDeps {
  return {
    clock,
    log: log.child({ feature: 'live' }),
    sendTo: (clientId, topic, text) => broker.sendTo(clientId, topic, text),
    fleet: { devices: () => devices.views(), device: (id) => devices.view(id), waiting: () => devices.waitingViews() },
    rounds: () => simon.rounds(),
    pairing: (deviceId) => simon.pairings.of(deviceId),
    pairings: () => simon.pairings.list(),
    stats: stats.read,
    topics: explorer,
    health: brokerHealth.read,
  };
}

function isConnected(broker: Broker, sessionId: string): boolean {
  for (const { principal } of broker.sessions()) {
    if (principal.kind === 'person' && principal.sessionId === sessionId) return true;
  }
  return false;
}

/** Clients that are connected with this account. */
function countOf(broker: Broker, name: string): number {
  let count = 0;
  for (const { principal } of broker.sessions()) if (principal.kind === 'account' && principal.name === name) count++;
  return count;
}

/** A connection to the broker that never leaves this process. */
function connectInside(broker: Broker): ReturnType<typeof socketPair>[0] {
  const [near, far] = socketPair();
  broker.handle(far, { address: DEMO_ADDRESS, transport: 'tcp' });
  return near;
}
