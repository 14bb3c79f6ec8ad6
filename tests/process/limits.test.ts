/** Strangers at the door: they may fill their own room, and nothing else. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, setUpOwner } from '../helpers/api-client.ts';
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { Stranger } from './stranger.ts';

const CLIENTS = 300;
const CLIENTS_PER_DEVICE = 30;
const STRANGERS = 500;
const WAITING_PER_ADDRESS_MAX = 128;
const MIB = 1024 * 1024;
const DECLARED_BYTES = 200 * MIB;
const GROWTH_BYTES_MAX = 64 * MIB;

let hub: Hub;
let owner: ApiClient;
let port: number;
const tokens: string[] = [];
const strangers: Stranger[] = [];

beforeAll(async () => {
  hub = await startHub();
  port = hub.ports.mqtt ?? 0;
  owner = await setUpOwner(hub);
  for (let index = 0; index < CLIENTS / CLIENTS_PER_DEVICE; index++) {
    tokens.push((await owner.call('POST /api/v1/devices', { body: { id: `rack-${index}` } })).token);
  }
});
afterEach(() => {
  for (const stranger of strangers.splice(0)) stranger.stop();
});
afterAll(() => hub?.close());

function sendStrangers(): void {
  for (let index = 0; index < STRANGERS; index++) {
    const mac = index.toString(16).toUpperCase().padStart(12, '0');
    strangers.push(new Stranger(port, index % 2 === 0 ? undefined : `ESP32-Simon-${mac}`));
  }
}

function connectClient(index: number): ReturnType<typeof connectRaw> {
  const device = index % tokens.length;
  return connectRaw({ port, clientId: `c-${index}`, username: `rack-${device}`, password: tokens[device] ?? '' });
}

async function publishOnce(client: RawMqtt, index: number): Promise<void> {
  const topic = `ruche/rack-${index % tokens.length}/telemetry`;
  client.publish({ topic, payload: `{"v":{"n":${index}}}`, qos: 1, messageId: 1 });
  await client.take('puback');
}

describe('five hundred strangers', () => {
  it('lock none of three hundred clients with credentials out, at the same address', async () => {
    sendStrangers();
    await until(() => strangers.every(({ attempts }) => attempts > 0));
    const clients = await Promise.all(Array.from({ length: CLIENTS }, (_none, index) => connectClient(index)));
    expect(clients.filter(({ connack }) => connack.returnCode !== 0)).toEqual([]);
    await Promise.all(clients.map(publishOnce));
    expect(clients.filter(({ isClosed }) => isClosed)).toEqual([]);
    const { items } = await owner.call('GET /api/v1/devices/waiting');
    expect(items.length).toBeGreaterThan(0);
    expect(items.length).toBeLessThanOrEqual(WAITING_PER_ADDRESS_MAX);
    await until(async () => {
      const refusals = await owner.call('GET /api/v1/refusals', { query: { limit: 200 } });
      return refusals.items.some(({ code }) => code === 'WAITING_ROOM_FULL');
    });
    await Promise.all(clients.map((client) => client.end()));
  });
});

describe('six hundred clients with credentials', () => {
  it('are all let in when they come back in the same moment, as after a power cut', async () => {
    const clients = await Promise.all(Array.from({ length: 2 * CLIENTS }, (_none, index) => connectClient(index)));
    expect(clients.filter(({ connack }) => connack.returnCode !== 0)).toEqual([]);
    await Promise.all(clients.map((client) => client.end()));
  });
});

describe('a waiting client that floods', () => {
  it('is cut off and named, and its neighbour is not', async () => {
    const neighbour = await connectRaw({ port, clientId: 'ESP32-Simon-AAAAAAAAAAAA' });
    const flood = await connectRaw({ port, clientId: 'ESP32-Simon-BBBBBBBBBBBB' });
    expect([neighbour.connack.returnCode, flood.connack.returnCode]).toEqual([0, 0]);
    for (let index = 0; index < 2000; index++) flood.publish({ topic: 'simon/scores', payload: '{}' });
    await flood.closed();
    expect(neighbour.isClosed).toBe(false);
    const { items } = await owner.call('GET /api/v1/refusals', { query: { q: 'BBBBBBBBBBBB' } });
    expect(items).toContainEqual(expect.objectContaining({ code: 'RATE_LIMITED', address: '127.0.0.1' }));
    await neighbour.end();
  });
});

describe.runIf(process.platform === 'linux')('fifty sockets that announce 200 MB each', () => {
  it('cost the hub next to nothing', async () => {
    const before = memory('VmRSS');
    const client = (index: number): ReturnType<typeof connectRaw> => connectClient(index);
    const known = await Promise.all(Array.from({ length: 25 }, (_none, index) => client(index)));
    const heads = [
      ...known.map(({ socket }) => announce(socket, 0x30)),
      ...unknown(25).map((one) => announce(one, 0x10)),
    ];
    await Promise.all(heads);
    expect(memory('VmHWM') - before).toBeLessThan(GROWTH_BYTES_MAX);
    expect((await fetch(`${hub.url}/health`)).status).toBe(200);
  });
});

const unknown = (count: number): Socket[] => Array.from({ length: count }, () => connect({ port, host: '127.0.0.1' }));

/** Sends as much of a packet of 200 MB as the hub takes; resolves when it has closed the connection. */
function announce(socket: Socket, type: number): Promise<void> {
  const chunk = Buffer.alloc(MIB);
  socket.on('error', () => undefined).resume();
  socket.write(Buffer.from([type, 0x80, 0x80, 0x80, DECLARED_BYTES >>> 21]));
  const send = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', send);
  send();
  return new Promise((resolve) => socket.on('close', () => resolve()));
}

/** Bytes, as Linux counts them. */
function memory(what: 'VmRSS' | 'VmHWM'): number {
  const line = readFileSync(`/proc/${hub.pid}/status`, 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${what}:`));
  return Number.parseInt(line?.split(/\s+/)[1] ?? 'NaN', 10) * 1024;
}
