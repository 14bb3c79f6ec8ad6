/** mqtt.js, kept in a chunk of its own that is loaded after sign-in; reconnecting is ours, so it is switched off. */
import mqtt, { type MqttClient } from 'mqtt';

export interface OpenOptions {
  token: string;
  connectTimeout: number;
  keepalive: number;
}

export function connect(url: string, { token, ...timing }: OpenOptions): MqttClient {
  return mqtt.connect(url, {
    ...timing,
    clientId: `web-${randomHex()}`,
    username: 'web',
    // the token goes into CONNECT, never into the address: addresses end up in logs
    password: token,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    resubscribe: false,
    // the default runs its timers in a worker made from a blob:, which the hub's content policy rightly forbids
    timerVariant: 'native',
  });
}

function randomHex(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
