/**
 * A health sensor as seed 1 describes it, written from the rows of the document alone: PubSubClient over MQTT as the
 * account `esp32_device`, HTTP with a JWT it makes itself, a WebSocket, eight bytes over LoRaWAN, a buffer of 50.
 * It shares no code with the hub.
 */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';

const BUFFER_SIZE = 50;
const JWT_S = 3600;

/** What `millis()` counts; set by the test. */
export interface BoardClock {
  millis: number;
}

export interface Record {
  temperature: number;
  humidity: number;
  heartRate: number;
  spO2: number;
  timestamp: number;
  sent: boolean;
}

export interface Board {
  readonly raw: RawMqtt;
  /** Payload texts of fajma/esp32/commands (S1-7). */
  readonly commands: readonly string[];
  sendData(values: object, timestamp?: number): void;
  sendHeartbeat(): void;
  sendAlert(alertType: string, message: string): void;
  sendDiagnostics(): void;
  powerOff(): void;
}

export interface BoardStart {
  readonly port: number;
  readonly deviceId: string;
  readonly clock: BoardClock;
  /** None: it connects without credentials. */
  readonly login?: { readonly username: string; readonly password: string };
}

let connects = 0;

/** Connects under a client id nobody has seen before, subscribes to commands and says that it is there (S1-8, S1-9). */
export async function powerOn({ port, deviceId, clock, login }: BoardStart): Promise<Board> {
  const clientId = `ESP32Client-${(0x1000 + connects++ * 37).toString(16)}`;
  const raw = await connectRaw({ port, clientId, keepalive: 15, ...login });
  if (raw.connack.returnCode !== 0) throw new Error(`rc=${raw.connack.returnCode}`);
  const commands: string[] = [];
  const taken = new WeakSet<object>();
  raw.socket.on('data', () => {
    for (const packet of raw.inbox) {
      if (packet.cmd !== 'publish' || taken.has(packet)) continue;
      taken.add(packet);
      commands.push(packet.payload.toString());
    }
  });
  await raw.subscribe('fajma/esp32/commands');
  const publish = (kind: string, document: object): void =>
    raw.publish({ topic: `fajma/esp32/${kind}`, payload: JSON.stringify({ device_id: deviceId, ...document }) });
  const board: Board = {
    raw,
    commands,
    sendData: (values, timestamp = clock.millis) => publish('data', { timestamp, ...values }),
    sendHeartbeat: () =>
      publish('heartbeat', { status: 'online', timestamp: clock.millis, uptime: Math.floor(clock.millis / 1000) }),
    sendAlert: (alert_type, message) =>
      publish('alert', { alert_type, message, timestamp: clock.millis, priority: 'high' }),
    sendDiagnostics: () =>
      publish('diagnostics', {
        ...{ type: 'diagnostics', wifi_rssi: -61, free_heap: 184_320, uptime: Math.floor(clock.millis / 1000) },
        ...{ reset_reason: 1, chip_revision: 3, sdk_version: 'v4.4.6' },
      }),
    powerOff: () => raw.destroy(),
  };
  board.sendHeartbeat();
  return board;
}

/** The ring of S1-30, and its flush over MQTT (S1-31). */
export function makeBuffer() {
  const records: (Record | undefined)[] = Array.from({ length: BUFFER_SIZE });
  let index = 0;
  return {
    save(record: Omit<Record, 'sent'>): void {
      records[index] = { ...record, sent: false };
      index = (index + 1) % BUFFER_SIZE;
    },
    async flush(send: (record: Record) => Promise<boolean> | boolean): Promise<void> {
      for (const record of records) {
        if (record === undefined || record.sent || record.timestamp === 0) continue;
        record.sent = await send(record);
      }
    },
    get unsent(): number {
      return records.filter((record) => record !== undefined && !record.sent).length;
    },
  };
}

export interface JwtParts {
  readonly deviceId: string;
  readonly secret: string;
  readonly nowS?: number;
  readonly claims?: object;
}

/** S1-35, S1-37: the parts are plain Base64 joined with dots. */
export function makeJwt({ deviceId, secret, nowS = Math.floor(Date.now() / 1000), claims = {} }: JwtParts): string {
  const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64');
  const payload = { device_id: deviceId, iat: nowS, exp: nowS + JWT_S, iss: 'fajma-iot', ...claims };
  const message = `${base64({ alg: 'HS256', typ: 'JWT' })}.${base64(payload)}`;
  return `${message}.${createHmac('sha256', secret).update(message).digest('base64')}`;
}

/** A POST as HTTPClient sends it (S1-12). */
export async function post(
  url: string,
  document: unknown,
  headers: { [name: string]: string } = {},
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof document === 'string' ? document : JSON.stringify(document),
  });
  return { status: answer.status, body: await answer.json() };
}

export interface Socket {
  readonly client: WebSocket;
  /** Every text frame from the server (S1-25). */
  readonly heard: { type: string; [name: string]: unknown }[];
  send(document: object): void;
}

/** S1-21; a refusal rejects with its HTTP status. */
export async function openSocket(url: string, authorization?: string): Promise<Socket> {
  const client = new WebSocket(url, 'arduino', authorization === undefined ? {} : { headers: { authorization } });
  const heard: Socket['heard'] = [];
  client.on('message', (data) => heard.push(JSON.parse(data.toString())));
  const refused = new Promise<never>((_, reject) => {
    client.once('unexpected-response', (_request, { statusCode }) => reject(new Error(`refused with ${statusCode}`)));
    client.once('error', reject);
  });
  await Promise.race([once(client, 'open'), refused]);
  client.on('error', () => undefined);
  return { client, heard, send: (document) => client.send(JSON.stringify(document)) };
}

/** S1-27: temperature × 100, heart rate, seconds since boot, big-endian. */
export function loraBytes(temperature: number, heartRate: number, uptimeS: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeInt16BE(Math.round(temperature * 100), 0);
  bytes.writeUInt16BE(heartRate, 2);
  bytes.writeUInt32BE(uptimeS, 4);
  return bytes.toString('base64');
}
