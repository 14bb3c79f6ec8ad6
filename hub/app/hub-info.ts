/** What a device must be told to reach this hub: names, addresses, ports. */
import { hostname, networkInterfaces } from 'node:os';
import type { HubInfo } from '../contract/hub-info.ts';
import type { Config } from './config.ts';
import { version } from './package-root.ts';

/** Where browsers and other WebSocket clients speak MQTT. */
export const WEB_SOCKET_PATH = '/mqtt';

export function describeHub(config: Config, ports: { http: number | null; mqtt: number | null }): HubInfo {
  return {
    version,
    hostname: hostname(),
    addresses: addresses(),
    httpPort: ports.http ?? 0,
    mqttPort: ports.mqtt,
    webSocketPath: WEB_SOCKET_PATH,
    anonymous: config.anonymous,
    compatOpen: config.compatOpen,
    timeZone: timeZone(),
  };
}

/** IANA name of the zone in which the hub has its days. */
export const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** IPv4 addresses of this machine, loopback last: the first is what most devices can use. */
function addresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((known) => known ?? []);
  const ipv4 = all.filter(({ family }) => family === 'IPv4');
  return [...ipv4.filter(({ internal }) => !internal), ...ipv4.filter(({ internal }) => internal)].map(
    (one) => one.address,
  );
}
