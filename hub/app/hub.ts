/** Builds a running hub: data directory, store, features wired together, ports open. The reverse order closes it. */
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { listenTcp } from '../features/broker/listen.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { makeDirectory } from '../lib/make-directory.ts';
import type { Level } from '../store/level/database.ts';
import { unavailable } from '../store/level/failures.ts';
import { openLevel } from '../store/level/open.ts';
import type { Config } from './config.ts';
import { holdsSecrets } from './kept-secrets.ts';
import { openKey } from './key.ts';
import { listenFailure, openExtraPort } from './listen.ts';
import type { Log } from './log.ts';
import { createOwner } from './owner.ts';
import { wire } from './wire.ts';

export interface HubOverrides {
  readonly log: Log;
  readonly clock?: Clock;
  /** For simulations: a database in memory in place of the one in the data directory. */
  readonly memory?: () => Level;
}

/** Actual port numbers; null when off. */
export interface HubPorts {
  readonly http: number | null;
  readonly mqtt: number | null;
  readonly https: null;
  readonly mqtts: null;
  readonly discovery: null;
}

export interface Hub {
  readonly ports: HubPorts;
  close(): Promise<void>;
}

/** Throws StartError or RucheError with a sentence when a person can mend what is wrong; nothing stays open then. */
export async function buildHub(config: Config, { log, clock = systemClock, memory }: HubOverrides): Promise<Hub> {
  const closers: (() => unknown)[] = [];
  const close = () => closeAll(closers.splice(0).reverse());
  try {
    const ports = await open(config, { log, clock, memory, closers });
    return { ports, close };
  } catch (error) {
    await close().catch((closing) => log.error({ err: closing }, 'not everything closed'));
    throw error;
  }
}

/** Every one of them, whatever happens to the others; then the first failure is thrown. */
async function closeAll(closers: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const closer of closers) {
    try {
      await closer();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

interface Opening extends Required<Pick<HubOverrides, 'log' | 'clock'>> {
  readonly memory: HubOverrides['memory'];
  /** What is open so far, in the order it was opened. */
  readonly closers: (() => unknown)[];
}

async function open(config: Config, { log, clock, memory, closers }: Opening): Promise<HubPorts> {
  await makeDataDir(config.dataDir);
  const { durability } = config;
  const place = memory === undefined ? { dir: join(config.dataDir, 'store') } : { dir: undefined, memory };
  const opened = await openLevel({ ...place, durability, log, clock });
  closers.push(() => opened.store.close());
  // Under the lock of the store: of two hubs that start at once only one may make the key.
  const deriveKey = await openKey(config.dataDir, () => holdsSecrets(opened.store));

  const ports: { http: number | null; mqtt: number | null } = { http: null, mqtt: null };
  const hub = await wire({ ...opened, config, log, clock, deriveKey, ports });
  closers.push(() => hub.close());
  await createOwner(hub.users.accounts, config, log);

  // For who serves the web on extra ports alone, or not at all.
  await hub.http.ready();
  if (config.httpPort !== null) {
    await hub.http
      .listen({ host: config.host, port: config.httpPort })
      .catch((error) => Promise.reject(listenFailure(error, config.httpPort ?? 0, 'RUCHE_HTTP_PORT')));
    ports.http = portOf(hub.http.server);
  }
  for (const port of config.extraHttpPorts) {
    const extra = await openExtraPort(hub.http.server, config.host, port);
    closers.push(() => extra.close());
  }
  if (config.mqttPort !== null) {
    const listener = await listenTcp(hub.broker, { host: config.host, port: config.mqttPort }).catch((error) =>
      Promise.reject(listenFailure(error, config.mqttPort ?? 0, 'RUCHE_MQTT_PORT')),
    );
    closers.push(() => listener.close());
    ports.mqtt = listener.port;
  }
  hub.health.ready();
  const setupCode = hub.users.setupCode();
  const told: HubPorts = { ...ports, https: null, mqtts: null, discovery: null };
  log.info({ ...told, ...(setupCode === undefined ? {} : { setupCode }) }, 'ready');
  return told;
}

/** Everything the hub writes is for its own user alone. */
async function makeDataDir(dir: string): Promise<void> {
  try {
    await makeDirectory(dir);
  } catch (error) {
    throw unavailable(error, `the data directory ${dir}`);
  }
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
