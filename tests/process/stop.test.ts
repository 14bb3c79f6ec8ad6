/** The end of a hub: a signal, everybody is disconnected, everything acknowledged is stored, exit code 0 within 10 s. */
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { WindowPublisher } from '../durability/window-publisher.ts';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { connectRaw } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { storedScores } from './stored-scores.ts';

const PUBLISHERS = 3;
const WINDOW = 50;
/** What contract and users rely on. */
const STOP_MS = 10_000;
/** Until then a second signal counts as the first one's echo. */
const ECHO_MS = 600;

let hub: Hub;
let owner: ApiClient;
let token: string;

beforeEach(async () => {
  hub = await startHub();
  owner = await setUpOwner(hub);
  token = (await owner.call('POST /api/v1/devices', { body: { id: 'alpha' } })).token;
});
afterEach(() => hub?.close());

/** Resolves with how long the process took to end. */
async function timed(pid: number): Promise<number> {
  const startedMs = performance.now();
  await until(() => isGone(pid), { timeoutMs: STOP_MS + 2000, what: 'the hub to end' });
  return performance.now() - startedMs;
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

async function openSocket(port: number, said = ''): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  // A reset is one of the ways to be disconnected.
  socket.on('error', () => undefined).resume();
  if (said !== '') socket.write(said);
  return socket;
}

/** Every kind of connection that may be open when a hub stops. */
async function connectEverything(): Promise<() => boolean> {
  const { http, mqtt } = hub.ports;
  const device = await connectRaw({ port: mqtt ?? 0, clientId: 'd', username: 'alpha', password: token });
  const person = await connectRaw({ port: mqtt ?? 0, clientId: 'p', username: 'o', password: owner.accessToken });
  await person.subscribe('#', 1);
  const webSocket = new WebSocket(`${hub.url.replace('http', 'ws')}/mqtt`, 'mqtt');
  await once(webSocket, 'open');
  const agent = new Agent({ keepAlive: true });
  const answer = await new Promise<Socket>((resolve) => {
    get(`${hub.url}/health`, { agent }, (response) => {
      const { socket } = response;
      response.resume().on('end', () => resolve(socket));
    });
  });
  const sockets = [
    answer,
    await openSocket(http),
    await openSocket(http, 'GET /health HTTP/1.1\r\nHost: x\r\n'),
    await openSocket(
      http,
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    ),
    await openSocket(mqtt ?? 0),
  ];
  return () =>
    device.isClosed &&
    person.isClosed &&
    webSocket.readyState === WebSocket.CLOSED &&
    sockets.every((socket) => socket.closed);
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('ends the hub within 10 s, whoever is connected', async () => {
    const areAllGone = await connectEverything();
    const { pid } = hub;
    process.kill(pid, signal);
    expect(await timed(pid)).toBeLessThan(STOP_MS);
    expect(await hub.stop()).toBe(0);
    await until(areAllGone, { what: 'every client to be disconnected' });
    expect(hub.logs.filter((line) => line.level >= 40)).toEqual([]);
  });

  it('comes while devices publish: what was acknowledged is there after the next start', async () => {
    const publishers = Array.from({ length: PUBLISHERS }, (_none, index) => {
      const credentials = { clientId: `publisher-${index}`, username: 'alpha', password: token };
      const payloadOf = (message: number): string => JSON.stringify({ device_id: 'alpha', score: message % 33 });
      return new WindowPublisher({ credentials, topic: 'simon/scores', window: WINDOW, payloadOf });
    });
    for (const publisher of publishers) {
      await publisher.connect(hub.ports.mqtt ?? 0);
      publisher.publishUpTo(Number.POSITIVE_INFINITY);
    }
    const count = (what: 'acknowledged' | 'sent'): number => publishers.reduce((sum, one) => sum + one[what], 0);
    await until(() => count('acknowledged') > 500);
    process.kill(hub.pid, signal);
    await until(() => publishers.every((one) => !one.isConnected), { timeoutMs: STOP_MS });
    expect(await hub.stop()).toBe(0);
    await hub.restart();
    const stored = (await storedScores(await logIn(hub))).length;
    expect(stored).toBeGreaterThanOrEqual(count('acknowledged'));
    expect(stored).toBeLessThanOrEqual(count('sent'));
  });
});

describe('a second signal', () => {
  it('that is the echo of the first, as npm sends it, changes nothing', async () => {
    const areAllGone = await connectEverything();
    process.kill(hub.pid, 'SIGINT');
    process.kill(hub.pid, 'SIGINT');
    await until(() => hub.logs.some((line) => line.msg === 'stopping'));
    process.kill(hub.pid, 'SIGINT');
    expect(await hub.stop()).toBe(0);
    await until(areAllGone);
  });

  it('that comes later ends the hub at once', async () => {
    // A connection that says nothing is given a moment to finish: that is when people grow impatient.
    const silent = await openSocket(hub.ports.http);
    const { pid } = hub;
    process.kill(pid, 'SIGINT');
    const toldMs = performance.now();
    await until(() => performance.now() - toldMs > ECHO_MS, { what: 'the time of an echo to pass' });
    process.kill(pid, 'SIGINT');
    expect(await hub.stop()).toBe(1);
    silent.destroy();
  });
});
