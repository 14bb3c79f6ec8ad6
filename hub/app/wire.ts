/** The one page where features meet: "when X happened, do Y", and which routes there are. */
import { SIMON_PAIR } from '../contract/topics.ts';
import type { Principal } from '../domain/principal.ts';
import { accountRoutes } from '../features/accounts/routes.ts';
import { boardRoutes } from '../features/boards/routes.ts';
import type { Owner } from '../features/broker/identity.ts';
import { attachWebSocket } from '../features/broker/listen.ts';
import { commandRoutes } from '../features/commands/routes.ts';
import { demoRoutes } from '../features/demo/routes.ts';
import { deviceRoutes } from '../features/devices/routes.ts';
import { explorerRoutes } from '../features/explorer/routes.ts';
import { forwardingRoutes } from '../features/forwarding/routes.ts';
import { historyRoutes } from '../features/history/routes.ts';
import { IOT_SOCKETS_PREFIX } from '../features/iot-sockets/upgrade.ts';
import { metricRoutes } from '../features/metrics/routes.ts';
import { publishRoutes } from '../features/publishes/routes.ts';
import { refusalRoutes } from '../features/refusals/routes.ts';
import { retainedRoutes } from '../features/retained/routes.ts';
import { simonRoutes } from '../features/simon/routes.ts';
import { authRoutes } from '../features/users/auth-routes.ts';
import { peopleRoutes } from '../features/users/people-routes.ts';
import { widgetRoutes } from '../features/widgets/routes.ts';
import type { Clock } from '../lib/clock.ts';
import { strangerIn } from './admission.ts';
import { makeFeatures } from './features.ts';
import { closeHappenings, happeningRoutes, wireHappenings } from './happenings.ts';
import { WEB_SOCKET_PATH } from './hub-info.ts';
import { closeWeb } from './listen.ts';
import { connectSockets, doorRoutes, openSockets } from './make-doors.ts';
import type { Features, Parts } from './parts.ts';
import { simonDevices } from './simon-devices.ts';

export interface Wired extends Pick<Features, 'http' | 'broker' | 'users' | 'health'> {
  /** Stops everything but the store. */
  close(): Promise<void>;
}

export async function wire(parts: Parts): Promise<Wired> {
  const features = await makeFeatures(parts);
  connections(features);
  numbers(features, parts);
  fleet(features);
  games(features);
  wireHappenings(features);
  lists(features);
  orders(features);
  readings(features);
  rights(features);
  connectSockets(features);
  belongings(features, parts);
  routes(features, parts);
  const { http, broker, users, health } = features;
  features.forwarding.start();
  const detachWebSocket = attachWebSocket(http, broker, { path: WEB_SOCKET_PATH, others: [IOT_SOCKETS_PREFIX] });
  const closeSockets = openSockets(features, parts);
  return {
    http,
    broker,
    users,
    health,
    async close() {
      health.stopping();
      detachWebSocket();
      closeSockets();
      await stop(features, parts.clock);
    },
  };
}

/** A connection came, spoke, listened, was refused, went. */
function connections({ broker, devices, latest, live, simon, refusals, explorer, forwarding }: Features): void {
  broker.onConnected((session) => devices.connected(session));
  broker.onHeard((session) => devices.heard(session));
  broker.onDisconnected((session, departure) => {
    devices.disconnected(session, departure);
    live.gone(session.key);
  });
  broker.onSubscribed(({ key, clientId, principal }, filter) => {
    if (principal.kind === 'person') live.subscribed(key, principal, filter);
    if (filter !== SIMON_PAIR) return;
    // In open mode, and behind an account, nobody is a device by proof, only by the name in its client id.
    const isNamed = principal.kind === 'open' || principal.kind === 'account';
    const device = isNamed ? devices.find(clientId)?.id : deviceOf(principal);
    if (device !== undefined) simon.pairings.deviceSubscribed(device);
  });
  broker.onUnsubscribed(({ key }, filter) => live.unsubscribed(key, filter));
  explorer.onTooManyTopics((facts) => refusals.add(facts));
  latest.onTooManyMetrics((facts) => refusals.add(facts));
  broker.onPassed((message, isRetained, by) => {
    explorer.passed(message, isRetained, by);
    forwarding.passed(message);
  });
  broker.onRefused((facts) => {
    refusals.add(facts);
    if (facts.deviceId !== undefined) devices.refused(facts.deviceId);
  });
}

/** What is counted where it happens, for whoever watches over the hub. */
function numbers({ broker, brokerHealth, metrics, http, explorer, latest }: Features, { onWritten, log }: Parts): void {
  broker.onConnected((session) => {
    metrics.sys.connected();
    brokerHealth.connected(session);
  });
  broker.onDisconnected((session, departure) => {
    metrics.sys.disconnected(session);
    if (departure === 'taken-over') brokerHealth.takenOver(session);
  });
  broker.onSubscribed((session, ...how) => metrics.sys.subscribed(session, ...how));
  broker.onUnsubscribed((session, filter) => metrics.sys.unsubscribed(session, filter));
  broker.onRefused((facts) => brokerHealth.refused(facts));
  explorer.onTooManyTopics((facts) => brokerHealth.refused(facts));
  latest.onTooManyMetrics((facts) => brokerHealth.refused(facts));
  brokerHealth.onFight((fight) => log.warn({ feature: 'health', ...fight }, 'several programs use one client id'));
  onWritten((ms) => metrics.exposition.written(ms));
  metrics.exposition.time(http);
}

const deviceOf = (principal: Principal): string | undefined =>
  principal.kind === 'device' ? principal.deviceId : undefined;

/** A device came, changed, left. */
function fleet({ broker, devices, latest, ingest, live, simon }: Features): void {
  const drop = (deviceId: string): number => broker.drop(({ principal }) => deviceOf(principal) === deviceId);
  devices.onChanged((deviceId) => live.deviceChanged(deviceId));
  devices.onWaitingChanged(() => live.waitingChanged());
  devices.onAdmitted((clientId, principal) => broker.upgrade(clientId, principal));
  devices.onCredentialsEnded(drop);
  devices.onRetired((deviceId) => {
    drop(deviceId);
    simon.forgetDevice(deviceId);
    latest.forget(deviceId);
    ingest.forget(deviceId);
    live.deviceRemoved(deviceId);
  });
}

/** A device answered, a game was played. */
function games({ devices, live, simon, forwarding }: Features): void {
  simon.onPairingChanged((pairing) => {
    live.pairingChanged(pairing);
    devices.touched(pairing.deviceId);
  });
  simon.onScoreAdded((score) => live.scoreAdded(score));
  simon.onScoreRemoved((id) => live.scoreRemoved(id));
  simon.onRoundsChanged(() => live.roundsChanged());
  forwarding.onChanged(() => live.forwardingChanged());
}

/** People changed what they keep: whoever looks at the list asks for it again. */
function lists({ alerts, widgets, live }: Features): void {
  alerts.onRulesChanged(() => live.listChanged('alert-rules'));
  widgets.onChanged(() => live.listChanged('widgets'));
}

/** Somebody asked a device to do something; the device can be reached, or answered. */
function orders({ broker, devices, ingest, commands, live, streams }: Features): void {
  broker.onSubscribed(({ clientId, principal }) => {
    const device = deviceOf(principal) ?? devices.find(clientId)?.id;
    if (device !== undefined) commands.heard(device);
  });
  broker.onDisconnected((session) => commands.disconnected(session));
  ingest.onCommitted((accepted) => {
    for (const { deviceId } of accepted) commands.heard(deviceId);
  });
  commands.onChanged((command) => {
    live.commandChanged(command);
    streams.commandChanged(command);
  });
  devices.onRetired((deviceId) => commands.forgetDevice(deviceId));
}

/** A device told what it measured. */
function readings({ ingest, live }: Features): void {
  ingest.onCommitted((accepted) => {
    for (const { deviceId, report } of accepted) {
      if (report.kind !== 'readings') continue;
      const { atMs, metrics } = report;
      live.readingsStored(deviceId, () => [...metrics].map(([metric, value]) => ({ metric, value, atMs })));
    }
  });
}

/** The rights of a person or an account ended or changed: what is open with the old ones goes. */
function rights({ broker, users, accounts }: Features): void {
  accounts.onEnded((name) => broker.drop(({ principal }) => principal.kind === 'account' && principal.name === name));

  users.onSessionEnded((sessionId) =>
    broker.drop(({ principal }) => principal.kind === 'person' && principal.sessionId === sessionId),
  );
  users.onPersonChanged((userId) =>
    broker.drop(({ principal }) => principal.kind === 'person' && principal.userId === userId),
  );
}

/** Somebody is gone: what was theirs belongs to nobody, and never to the next one of that name. */
function belongings({ users, devices, widgets, boards, accounts, broker }: Features, { log }: Parts): void {
  const forget = (owner: Owner): void => {
    broker
      .forget(owner)
      .catch((error) => log.warn({ err: error, ...owner }, 'what was kept for somebody who is gone is still there'));
  };
  accounts.onRemoved((name) => forget({ kind: 'account', id: name }));
  devices.onRetired((deviceId) => forget({ kind: 'device', id: deviceId }));
  users.onUserRemoved((userId) => {
    forget({ kind: 'person', id: userId });
    for (const feature of [devices, widgets, boards]) {
      feature
        .release(userId)
        .catch((error) => log.warn({ err: error, userId }, 'something still belongs to a person who is gone'));
    }
  });
}

function routes(features: Features, { clock, store }: Parts): void {
  const { http, users, accounts, refusals, devices, latest, simon, demo, metrics } = features;
  const { explorer, publishes, retained, commands, widgets, boards } = features;
  forwardingRoutes(features.forwarding)(http);
  authRoutes(users)(http);
  peopleRoutes(users)(http);
  accountRoutes({
    accounts,
    person: (username) => personNamed(users, username),
    device: (name) => devices.principalOf(name),
    stranger: (clientId) => {
      const stranger = devices.strangerOf(clientId);
      return stranger && strangerIn(accounts, stranger, clientId);
    },
  })(http);
  refusalRoutes({ refusals, canonicalId: (name) => devices.find(name)?.id ?? name })(http);
  deviceRoutes({ devices, clock, latestOf: (deviceId) => latest.list(deviceId) })(http);
  const { history } = features;
  historyRoutes({ clock, telemetry: store.telemetry, history, device: (name) => devices.find(name) })(http);
  simonRoutes({ simon, devices: simonDevices(devices) })(http);
  commandRoutes(commands)(http);
  widgetRoutes(widgets)(http);
  boardRoutes(boards)(http);
  demoRoutes(demo)(http);
  explorerRoutes(explorer)(http);
  publishRoutes(publishes)(http);
  retainedRoutes(retained)(http);
  metricRoutes(metrics)(http);
  doorRoutes(features);
  happeningRoutes(features, { clock });
}

/** Somebody as they would be if they were connected now. */
function personNamed(users: Features['users'], username: string): Principal | undefined {
  const user = users.findByName(username);
  if (user === undefined) return undefined;
  return { kind: 'person', userId: user.id, username: user.username, role: user.role, sessionId: '' };
}

/** From the outside in: nothing new arrives, what was taken is finished, then what it was for. */
async function stop(features: Features, clock: Clock): Promise<void> {
  const { demo, broker, live, http, simon, users, devices, retained, forwarding, history } = features;
  await demo.close();
  retained.close();
  await broker.close();
  await forwarding.close();
  live.close();
  features.streams.close();
  await closeWeb(http, clock);
  simon.close();
  features.commands.close();
  users.close();
  const { stats, metrics, brokerHealth, eventLoop } = features;
  metrics.close();
  for (const watch of [stats, brokerHealth, eventLoop]) watch.stop();
  await closeHappenings(features);
  history.close();
  await devices.close();
}
