/** What commands, widgets and boards are given, and ingest, which tells commands through whom a device speaks. */
import type { BoardsDeps } from '../features/boards/boards.ts';
import type { Broker } from '../features/broker/broker.ts';
import { sessionKey } from '../features/broker/identity.ts';
import type { Commands } from '../features/commands/commands.ts';
import type { CommandsDeps } from '../features/commands/commands-deps.ts';
import type { Devices } from '../features/devices/devices.ts';
import type { DecoderFailures } from '../features/telemetry/decoder-failures.ts';
import type { IngestDeps } from '../features/telemetry/ingest.ts';
import type { Latest } from '../features/telemetry/latest.ts';
import type { WidgetsDeps } from '../features/widgets/widgets.ts';
import type { Features, Parts } from './parts.ts';

/** The broker is made later, and asked when something is to be delivered. */
export function commandsDeps(
  { log, clock, store }: Parts,
  { devices, broker }: { devices: Devices; broker: () => Broker },
): CommandsDeps {
  return {
    store,
    clock,
    log: log.child({ feature: 'commands' }),
    devices: {
      find: (name) => devices.find(name),
      all: () => devices.views(),
      clientOf: (deviceId) => devices.clientOf(deviceId),
    },
    broker: {
      session: (key) => broker().session(key),
      listens: (key, topic) => broker().listens(key, topic),
      filters: (key) => broker().filters(key),
      handOver: (message, to, writes) => broker().handOver(message, to, writes),
    },
  };
}

export function widgetsDeps(
  { clock, log, store }: Parts,
  { users, devices, commands, ingest }: Pick<Features, 'users' | 'devices' | 'commands' | 'ingest'>,
): WidgetsDeps {
  return {
    store,
    clock,
    log: log.child({ feature: 'widgets' }),
    devices,
    usernameOf: (userId) => users.find(userId)?.username,
    draft: (person, deviceId, command) => commands.draftFor(person, deviceId, command),
    note: (noted) => ingest.note(noted),
  };
}

export function boardsDeps(
  { clock, store }: Parts,
  { users, devices, latest, widgets }: Pick<Features, 'users' | 'devices' | 'latest' | 'widgets'>,
): BoardsDeps {
  return {
    store,
    clock,
    usernameOf: (userId) => users.find(userId)?.username,
    hasWidget: (id) => widgets.has(id),
    async devices(limit) {
      const { items } = devices.page({ limit });
      return Promise.all(
        items.map(async ({ id, name, dialects }) => {
          const rows = await latest.list(id);
          const metrics = new Map(rows.map(({ metric, value }) => [metric, value]));
          return { id, name, dialects, metrics, pinNames: widgets.pinNames(id) };
        }),
      );
    },
  };
}

type IngestParts = { devices: Devices; latest: Latest; commands: Commands; decoderFailures: DecoderFailures } & Pick<
  IngestDeps,
  'keepers'
>;

export function ingestDeps(
  { log, store }: Parts,
  { devices, latest, commands, keepers, decoderFailures }: IngestParts,
): IngestDeps {
  return {
    devices: {
      find: (name) => devices.find(name),
      claim(claimedId, clientId, principal) {
        const claim = devices.claim(claimedId, clientId);
        // Without a client id it spoke by a door that nothing can be sent through: who can be told stays who it was.
        if (clientId !== '') commands.spokenFor(claim.deviceId, sessionKey(principal, clientId));
        return claim;
      },
      spoke: (...what) => devices.spoke(...what),
    },
    newestMs: (deviceId) => latest.newestMs(deviceId),
    keepers,
    commit: (writes) => store.commit(writes),
    onError: (error) => log.error({ err: error, feature: 'ingest' }, 'a listener failed'),
    onDecoderFailed: (failure) => decoderFailures.add(failure),
  };
}
