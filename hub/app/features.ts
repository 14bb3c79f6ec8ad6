/** Every feature of the hub, made in an order in which each finds what it needs; who calls whom is in wire.ts. */
import { createAccounts } from '../features/accounts/accounts.ts';
import { createBoards } from '../features/boards/boards.ts';
import { type Broker, openBroker } from '../features/broker/broker.ts';
import { createCommands } from '../features/commands/commands.ts';
import { createDemo } from '../features/demo/demo.ts';
import { createDevices, type Devices } from '../features/devices/devices.ts';
import { createExplorer } from '../features/explorer/explorer.ts';
import { Forwarding, type ForwardingDeps } from '../features/forwarding/forwarding.ts';
import { createHealth } from '../features/health/health.ts';
import { History } from '../features/history/history.ts';
import { createLive } from '../features/live/live.ts';
import { createMetrics } from '../features/metrics/metrics.ts';
import { createPublishes } from '../features/publishes/publishes.ts';
import { makeRefusals } from '../features/refusals/refusals.ts';
import { Retained } from '../features/retained/retained.ts';
import { createSimon } from '../features/simon/simon.ts';
import type { SimonDeps } from '../features/simon/simon-deps.ts';
import { DecoderFailures } from '../features/telemetry/decoder-failures.ts';
import { createIngest } from '../features/telemetry/ingest.ts';
import { Latest } from '../features/telemetry/latest.ts';
import { makePasswords } from '../features/users/password.ts';
import { makeUsers, type Users } from '../features/users/users.ts';
import { createWidgets } from '../features/widgets/widgets.ts';
import { boardsDeps, commandsDeps, ingestDeps, widgetsDeps } from './command-deps.ts';
import { watchEventLoop } from './event-loop.ts';
import {
  accountsDeps,
  brokerDeps,
  connectInside,
  countOf,
  devicesDeps,
  forwardingDeps,
  healthDeps,
  historyDeps,
  httpDeps,
  isConnected,
  metricsDeps,
  simonDeps,
  usersDeps,
} from './feature-deps.ts';
import { type Happenings, makeHappenings } from './happenings.ts';
import { makeHealth } from './health.ts';
import { buildHttp, type HttpDeps } from './http.ts';
import { liveDeps } from './live-deps.ts';
import { makeDoors } from './make-doors.ts';
import type { Features, Parts } from './parts.ts';
import { makeStats } from './stats.ts';

/** Where two features need each other, the earlier one gets a function that asks the later one when it is called. */
export async function makeFeatures(parts: Parts): Promise<Features> {
  const { clock, store } = parts;
  const health = makeHealth(clock, store);
  const refusals = makeRefusals(clock, parts.log.child({ feature: 'refusals' }));
  const passwords = makePasswords();
  const principalOfToken: HttpDeps['principalOfToken'] = (token) => users.principalOfToken(token);
  const deviceOf: HttpDeps['deviceOf'] = (presented) => doors.deviceOf(presented);
  const http = await buildHttp(httpDeps(parts, { health, principalOfToken, deviceOf }));
  const hasConnection = (sessionId: string): boolean => isConnected(broker, sessionId);
  const users = await makeUsers(usersDeps(parts, { http, passwords, isConnected: hasConnection }));
  const isDevice = (name: string): boolean => devices.find(name) !== undefined;
  const connectionsOf = (name: string): number => countOf(broker, name);
  const accounts = await createAccounts(accountsDeps(parts, { passwords, isDevice, connectionsOf }));
  const latest = new Latest(store, (error) =>
    parts.log.error({ err: error, feature: 'telemetry' }, 'a listener failed'),
  );
  const playerOf = (deviceId: string): string | undefined => simon.playerOf(deviceId) ?? undefined;
  const devices = createDevices(devicesDeps(parts, { users, accounts, latest, playerOf }));
  await devices.load();
  const publish: SimonDeps['publish'] = (topic, payload) => broker.publish({ topic, payload });
  const simon = await createSimon(simonDeps(parts, { users, devices, publish }));
  await latest.load(devices.ids());
  const history = new History(historyDeps(parts));
  // Events come later; what they notice while they are loaded is never a repetition.
  let known: Happenings | undefined;
  const isRepeated: ForwardingDeps['isRepeated'] = (report) => known?.events.isRepeated(report) ?? false;
  const forwarding = new Forwarding(forwardingDeps(parts, isRepeated, () => broker));
  await forwarding.load();
  const happenings = await makeHappenings(parts, { devices, latest, forwarding });
  known = happenings;
  const commands = await createCommands(commandsDeps(parts, { devices, broker: () => broker }));
  // Events before forwarding: they know which have been here before.
  const keepers = [latest, history, simon, happenings.events, forwarding, commands];
  const decoderFailures = new DecoderFailures(clock, parts.log.child({ feature: 'ingest' }));
  const ingest = createIngest(ingestDeps(parts, { devices, latest, commands, keepers, decoderFailures }));
  const widgets = await createWidgets(widgetsDeps(parts, { users, devices, commands, ingest }));
  const boards = await createBoards(boardsDeps(parts, { users, devices, latest, widgets }));
  const doors = makeDoors(parts, { devices, accounts, ingest });
  const broker = await openBroker(brokerDeps(parts, { users, accounts, devices, ingest, forwarding }));
  const demo = createDemo({ clock, devices, simon, connect: () => connectInside(broker) });
  const stats = makeStats({ clock, broker, store, refusals, log: parts.log.child({ feature: 'stats' }) });
  const eventLoop = watchEventLoop(clock);
  const clientsMaximum = (): number => metrics.sys.clientsMaximum;
  const brokerHealth = createHealth(healthDeps(parts, { broker, eventLoop, clientsMaximum }));
  const metrics = createMetrics(
    metricsDeps(parts, { broker, eventLoop, brokerHealth, decoderFailures, ...happenings }),
  );
  const topics = await makeTopics(parts, { broker, devices, users });
  const { explorer } = topics;
  const shown = { broker, devices, simon, latest, commands, stats, brokerHealth, explorer, forwarding, ...happenings };
  const live = createLive(liveDeps(parts, shown));
  const watching = { stats, eventLoop, brokerHealth, metrics, live, ...happenings };
  const people = { http, users, accounts, refusals };
  const telemetry = { latest, history, ingest, doors };
  const things = { devices, simon, ...telemetry, forwarding, commands, widgets, boards, broker, demo };
  return { health, ...people, ...things, ...watching, ...topics };
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
    onError: (error) => log.error({ err: error, feature: 'explorer' }, 'a listener failed'),
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
