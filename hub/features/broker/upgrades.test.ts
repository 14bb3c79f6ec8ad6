/** Strangers at the WebSocket door. */
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import Fastify from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../../tests/helpers/until.ts';
import type { Http } from '../route.ts';
import { attachWebSocket } from './listen.ts';

const TRIES = 20;
const MIB = 1024 * 1024;

let http: Http;
let port = 0;
let accepted: Socket[];

beforeEach(async () => {
  accepted = [];
  http = Fastify();
  http.server.on('connection', (socket) => accepted.push(socket));
  attachWebSocket(http, { handle: (stream, { onOpened }) => onOpened?.() ?? stream.resume() }, { path: '/mqtt' });
  await http.listen({ host: '127.0.0.1', port: 0 });
  const address: AddressInfo | string | null = http.server.address();
  if (typeof address === 'object' && address !== null) port = address.port;
});
afterEach(() => http.close());

async function ask(path: string, more: string[] = []): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  const lines = [`GET ${path} HTTP/1.1`, 'Host: hub', 'Connection: Upgrade', 'Upgrade: websocket', ...more];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return socket;
}

test.each(['/nowhere', '/mqtt'])(
  'a reset after a refused upgrade of %s ends that connection, not the hub',
  async (path) => {
    for (let tries = 0; tries < TRIES; tries++) {
      const socket = await ask(path);
      await new Promise((resolve) => setImmediate(resolve));
      socket.resetAndDestroy();
    }
    // What nobody listens for fails the run, as it would end the process.
    await until(() => accepted.length === TRIES && accepted.every((socket) => socket.destroyed));
  },
);

test('a refused upgrade does not keep its socket, even when the client never closes', async () => {
  const socket = await ask('/nowhere');
  socket.pause();
  await until(() => accepted[0]?.destroyed);
  expect(socket.destroyed).toBe(false);
  socket.destroy();
});

test('pings that nobody reads the answers of do not fill the memory', async () => {
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  const socket = await ask('/mqtt', [key, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Protocol: mqtt']);
  await once(socket, 'data');
  socket.pause();
  const ping = Buffer.concat([Buffer.from([0x89, 0xfd, 0, 0, 0, 0]), Buffer.alloc(125)]);
  const pings = Buffer.concat(Array.from({ length: 1000 }, () => ping));
  let largest = 0;
  for (let sent = 0; sent < 24 * MIB; sent += pings.length) {
    if (!socket.write(pings)) await once(socket, 'drain');
    largest = Math.max(largest, accepted[0]?.writableLength ?? 0);
  }
  expect(largest).toBeLessThan(2 * MIB);
  socket.destroy();
});
