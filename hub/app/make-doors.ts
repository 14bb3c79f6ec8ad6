/** The doors of devices that are not MQTT, put together: who speaks, what becomes of it, who is told over sockets. */
import { type DeviceAuth, makeDeviceAuth } from '../features/device-auth/device-auth.ts';
import { type Door, makeDoor } from '../features/doors/door.ts';
import { iotRoutes } from '../features/doors/iot-routes.ts';
import { thingsnxtRoutes } from '../features/doors/thingsnxt-routes.ts';
import { webhookRoutes } from '../features/doors/webhook-routes.ts';
import { IotSockets } from '../features/iot-sockets/iot-sockets.ts';
import { attachIotSockets } from '../features/iot-sockets/upgrade.ts';
import { makeThrottle } from '../features/users/throttle.ts';
import type { Features, Parts } from './parts.ts';

export interface Doors {
  readonly deviceOf: DeviceAuth;
  readonly door: Door;
  readonly sockets: IotSockets;
}

export function makeDoors(
  { clock, log }: Parts,
  { devices, accounts, ingest }: Pick<Features, 'devices' | 'accounts' | 'ingest'>,
): Doors {
  const own = log.child({ feature: 'doors' });
  const door = makeDoor({ clock, store: (heard) => ingest.store(heard) });
  const deviceOf = makeDeviceAuth({
    clock,
    throttle: makeThrottle(clock),
    devices,
    accounts: {
      has: accounts.has,
      async admit(attempt) {
        const { password } = attempt;
        return accounts.admit({ ...attempt, password: password === '' ? undefined : password });
      },
    },
  });
  const sockets = new IotSockets({
    clock,
    deviceId: (name) => devices.find(name)?.id,
    take: (delivery) => door.take(delivery),
    onError: (error) => own.error({ err: error }, 'a message of a socket could not be taken'),
  });
  return { deviceOf, door, sockets };
}

export function doorRoutes({
  http,
  doors,
  latest,
  commands,
}: Pick<Features, 'http' | 'doors' | 'latest' | 'commands'>): void {
  const { door } = doors;
  iotRoutes(door)(http);
  webhookRoutes(door)(http);
  thingsnxtRoutes({
    door,
    async stateOf(deviceId) {
      const rows = await latest.list(deviceId);
      const values = Object.fromEntries(rows.map(({ metric, value }) => [metric, value]));
      // Polled: what people asked for and the device has not yet said itself is told last.
      return { ...values, ...(await commands.poll(deviceId)) };
    },
  })(http);
}

/** Sockets hear what was stored, and end with the rights of who opened them. */
export function connectSockets({ doors, devices, accounts, users, ingest }: Features): void {
  const { sockets } = doors;
  ingest.onCommitted((accepted) => sockets.stored(accepted));
  devices.onCredentialsEnded((deviceId) =>
    sockets.drop(({ opener }) => opener.kind === 'device' && opener.deviceId === deviceId),
  );
  devices.onRetired((deviceId) => sockets.drop((open) => open.deviceId === deviceId));
  accounts.onEnded((name) => sockets.drop(({ opener }) => opener.kind === 'account' && opener.name === name));
  users.onSessionEnded((sessionId) =>
    sockets.drop(({ opener }) => opener.kind === 'person' && opener.sessionId === sessionId),
  );
  users.onPersonChanged((userId) => sockets.drop(({ opener }) => opener.kind === 'person' && opener.userId === userId));
}

/** Returns a function that closes all sockets and stops answering. */
export function openSockets({ http, doors, users }: Features, { clock, log }: Parts): () => void {
  return attachIotSockets(http, {
    clock,
    sockets: doors.sockets,
    principalOfToken: (token) => users.principalOfToken(token),
    deviceOf: doors.deviceOf,
    onError: (error) => log.error({ err: error, feature: 'doors' }, 'a socket could not be opened'),
  });
}
