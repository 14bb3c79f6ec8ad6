/** The one page where features meet: what each is given, and "when X happened, do Y". */
import type { HubInfo } from '../contract/hub-info.ts';
import { SIMON_PAIR } from '../contract/topics.ts';
import { type Broker, openBroker } from '../features/broker/broker.ts';
import { attachWebSocket } from '../features/broker/listen.ts';
import { createDemo, DEMO_ADDRESS, isDemoClient } from '../features/demo/demo.ts';
import { demoRoutes } from '../features/demo/routes.ts';
import { createDevices } from '../features/devices/devices.ts';
import { deviceRoutes } from '../features/devices/routes.ts';
import { createLive } from '../features/live/live.ts';
import { makeRefusals } from '../features/refusals/refusals.ts';
import { refusalRoutes } from '../features/refusals/routes.ts';
import type { Http } from '../features/route.ts';
import { simonRoutes } from '../features/simon/routes.ts';
import { createSimon } from '../features/simon/simon.ts';
import { createIngest } from '../features/telemetry/ingest.ts';
import { Latest } from '../features/telemetry/latest.ts';
import { authRoutes } from '../features/users/auth-routes.ts';
import { makePasswords } from '../features/users/password.ts';
import { peopleRoutes } from '../features/users/people-routes.ts';
import { makeThrottle } from '../features/users/throttle.ts';
import { makeUsers, type Users } from '../features/users/users.ts';
import type { Clock } from '../lib/clock.ts';
import { socketPair } from '../lib/socket-pair.ts';
import type { OpenedLevel } from '../store/level/open.ts';
import { makeAdmission } from './admission.ts';
import type { Config } from './config.ts';
import { makeHealth } from './health.ts';
import { buildHttp, closeHttp } from './http.ts';
import { describeHub, WEB_SOCKET_PATH } from './hub-info.ts';
import type { DeriveKey } from './key.ts';
import type { Log } from './log.ts';
import { packageRoot, version } from './package-root.ts';
import { simonDevices } from './simon-devices.ts';
import { makeStats } from './stats.ts';

export interface WireParts extends OpenedLevel {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly deriveKey: DeriveKey;
  /** Filled when the ports are open. */
  readonly ports: Readonly<{ http: number | null; mqtt: number | null }>;
}

export interface Wired {
  readonly http: Http;
  readonly broker: Broker;
  readonly users: Users;
  /** Ports are open: /health answers ok from here. */
  ready(): void;
  /** Stops everything but the store. */
  close(): Promise<void>;
}

export async function wire(parts: WireParts): Promise<Wired> {
  const { config, clock, store, deriveKey } = parts;
  const log = (feature: string): Log => parts.log.child({ feature });
  const health = makeHealth(clock, store);
  const refusals = makeRefusals(clock, log('refusals'));

  const http = await buildHttp({
    log: log('http'),
    accessTokenKey: deriveKey('access-tokens'),
    principalOfToken: (token) => users.principalOfToken(token),
    health: health.read,
    hubInfo: (): HubInfo => describeHub(config, parts.ports),
    version,
    webDir: `${packageRoot}/dist/web`,
  });
  const users = await makeUsers({
    store,
    clock,
    log: log('users'),
    tokens: http.jwt,
    passwords: makePasswords(),
    throttle: makeThrottle(clock),
    registration: config.registration,
    version,
    isConnected: (sessionId) => personSessions(sessionId).length > 0,
  });
  const devices = createDevices({
    store,
    clock,
    log: log('devices'),
    hubKey: deriveKey('device-secrets'),
    anonymous: config.anonymous,
    // Not the one of people: a device that was given a wrong token tries on and on, and must not lock out the browser
    // beside it.
    throttle: makeThrottle(clock),
    names: {
      usernameOf: (userId) => users.find(userId)?.username,
      playerOf: (deviceId) => simon.playerOf(deviceId) ?? undefined,
    },
    isDemoClient,
  });
  const simon = await createSimon({
    store,
    clock,
    log: log('simon'),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    publish: (topic, payload) => broker.publish({ topic, payload }),
    devices: simonDevices(devices),
    users: { byName: async (username) => users.findByName(username) },
  });
  await devices.load();
  const latest = new Latest(store);
  await latest.load(devices.ids());
  const ingest = createIngest({
    devices,
    latest,
    writesFor: simon.writesFor,
    settle: simon.settle,
    onError: (error) => log('ingest').error({ err: error }, 'a listener failed'),
  });
  const broker = await openBroker({
    clock,
    log: log('broker'),
    db: parts.mqtt,
    receipts: store.receipts,
    admit: makeAdmission({
      users,
      devices,
      isDemoForged: ({ clientId, address }) => isDemoClient(clientId) && address !== DEMO_ADDRESS,
    }),
    accept: ingest.accept,
    settled: ingest.settled,
    commit: (writes) => store.commit(writes),
  });
  const demo = createDemo({
    clock,
    devices,
    simon,
    connect() {
      const [near, far] = socketPair();
      broker.handle(far, { address: DEMO_ADDRESS, transport: 'tcp' });
      return near;
    },
  });
  const stats = makeStats({
    clock,
    broker,
    store,
    refusals,
    onError: (error) => log('stats').warn({ err: error }, 'the size of the store is not known'),
  });
  const live = createLive({
    clock,
    log: log('live'),
    sendTo: (clientId, topic, text) => broker.sendTo(clientId, topic, text),
    fleet: { devices: () => devices.views(), device: (id) => devices.view(id), waiting: () => devices.waitingViews() },
    rounds: () => simon.rounds(),
    pairing: (deviceId) => simon.pairings.of(deviceId),
    pairings: () => simon.pairings.list(),
    stats: stats.read,
  });

  const personSessions = (sessionId: string) =>
    [...broker.sessions()].filter(({ principal }) => principal.kind === 'person' && principal.sessionId === sessionId);
  const dropDevice = (deviceId: string): number =>
    broker.drop(({ principal }) => principal.kind === 'device' && principal.deviceId === deviceId);

  // A connection came, spoke, listened, went.
  broker.onConnected((session) => devices.connected(session));
  broker.onHeard((session) => devices.heard(session));
  broker.onDisconnected((session, departure) => {
    devices.disconnected(session, departure);
    live.gone(session.clientId);
  });
  broker.onSubscribed(({ clientId, principal }, filter) => {
    if (principal.kind === 'person') live.subscribed(clientId, principal, filter);
    if (principal.kind === 'device' && filter === SIMON_PAIR) simon.pairings.deviceSubscribed(principal.deviceId);
  });
  broker.onUnsubscribed(({ clientId }, filter) => live.unsubscribed(clientId, filter));
  broker.onRefused((facts) => {
    refusals.add(facts);
    if (facts.deviceId !== undefined) devices.refused(facts.deviceId);
  });

  // A device changed.
  devices.onChanged((deviceId) => live.deviceChanged(deviceId));
  devices.onWaitingChanged(() => live.waitingChanged());
  devices.onAdmitted((clientId, principal) => broker.upgrade(clientId, principal));
  devices.onCredentialsEnded(dropDevice);
  devices.onRetired((deviceId) => {
    dropDevice(deviceId);
    simon.forgetDevice(deviceId);
    latest.forget(deviceId);
    live.deviceRemoved(deviceId);
  });

  // A game was played, a device answered.
  simon.onPairingChanged((pairing) => {
    live.pairingChanged(pairing);
    devices.touched(pairing.deviceId);
  });
  simon.onScoreAdded((score) => live.scoreAdded(score));
  simon.onScoreRemoved((id) => live.scoreRemoved(id));
  simon.onRoundsChanged(() => live.roundsChanged());

  // A person's rights ended or changed: what is open with the old ones goes.
  users.onSessionEnded((sessionId) =>
    broker.drop(({ principal }) => principal.kind === 'person' && principal.sessionId === sessionId),
  );
  users.onPersonChanged((userId) =>
    broker.drop(({ principal }) => principal.kind === 'person' && principal.userId === userId),
  );

  users.onUserRemoved((userId) => {
    devices
      .release(userId)
      .catch((error) => log('devices').warn({ err: error, userId }, 'devices still belong to a person who is gone'));
  });

  authRoutes(users)(http);
  peopleRoutes(users)(http);
  refusalRoutes({ refusals, canonicalId: (name) => devices.find(name)?.id ?? name })(http);
  deviceRoutes({ devices, clock, latestOf: (deviceId) => latest.list(deviceId) })(http);
  simonRoutes({ simon, devices: simonDevices(devices) })(http);
  demoRoutes(demo)(http);
  const detachWebSocket = attachWebSocket(http, broker, { path: WEB_SOCKET_PATH });

  return {
    http,
    broker,
    users,
    ready: health.ready,
    async close() {
      health.stopping();
      await demo.close();
      detachWebSocket();
      await broker.close();
      live.close();
      await closeHttp(http, clock);
      simon.close();
      users.close();
      stats.stop();
      await devices.close();
    },
  };
}
