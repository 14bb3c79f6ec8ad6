/** Requests that are not quite requests, on real sockets. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../../tests/helpers/until.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { bareHttp, type TestHttp } from './http.fixture.ts';
import { closeWeb } from './listen.ts';

const PER_ADDRESS = 5;

let http: TestHttp;
let dir: string;
let port = 0;
const clock = new FakeClock();

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ruche-web-'));
  await writeFile(join(dir, 'index.html'), '<title>Ruche</title>');
  http = await bareHttp({ webDir: dir, connectionLimits: { max: 100, perAddressMax: PER_ADDRESS } });
  await http.listen({ host: '127.0.0.1', port: 0 });
  const address: AddressInfo | string | null = http.server.address();
  if (typeof address === 'object' && address !== null) port = address.port;
});
afterEach(async () => {
  await http.close();
  await rm(dir, { recursive: true });
});

async function open(text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

async function statusOf(target: string): Promise<string> {
  const socket = await open(`GET ${target} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer.slice(9, 12);
}

it.each(['//', '///', '//api/v1/hub', '//index.html', 'http://hub/index.html'])(
  '%s is not there, and no failure',
  async (target) => {
    expect(await statusOf(target)).toBe('404');
    expect(http.logged).toEqual([]);
  },
);

it('a request that is never finished does not keep the hub from stopping', async () => {
  const socket = await open('POST /api/v1/nothing HTTP/1.1\r\nHost: hub\r\nContent-Length: 9\r\n\r\n{');
  await until(async () => (await connectionsOf(http)) === 1);
  const closing = closeWeb(http, clock);
  await until(() => !http.server.listening);
  clock.advance(2_000);
  await closing;
  socket.destroy();
});

it('one address has so many connections, and gets another when it closes one', async () => {
  const sockets = await Promise.all(Array.from({ length: PER_ADDRESS }, () => open('GET /health')));
  await until(async () => (await connectionsOf(http)) === PER_ADDRESS);
  expect(await statusOf('/health')).toBe('');
  sockets[0]?.destroy();
  await until(async () => (await connectionsOf(http)) < PER_ADDRESS);
  expect(await statusOf('/health')).toBe('200');
  for (const socket of sockets) socket.destroy();
});

const connectionsOf = ({ server }: TestHttp): Promise<number> =>
  new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
