/** Streams over real sockets: what is gathered, what is lost, who is cut off. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../../tests/helpers/until.ts';
import { STREAM_KINDS } from '../../contract/stream.ts';
import type { Person } from '../../domain/principal.ts';
import type { Report } from '../../domain/report.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { HEARTBEAT_MS, READINGS_MS, STALLED_MS, type StreamLimits } from './stream-limits.ts';
import { Streams } from './streams.ts';

const EVERYTHING = { deviceId: undefined, kinds: new Set<string>(STREAM_KINDS) };
const person = (userId: string): Person => ({
  kind: 'person',
  userId,
  username: userId,
  role: 'viewer',
  sessionId: `s ${userId}`,
});

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

interface Client {
  readonly socket: Socket;
  /** Messages as [event, data]. */
  messages(): [string, Record<string, unknown>][];
  text(): string;
}

async function setUp(limits: Partial<StreamLimits> = {}) {
  const clock = new FakeClock();
  const streams = new Streams({ clock, limits });
  const server: Server = createServer((_request, response) => {
    const reader = streams.open(person('ada'), EVERYTHING, false);
    response.writeHead(200);
    reader.pourInto(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    streams.close();
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const { port } = address;
  return { clock, streams, client: () => open(port) };
}

async function open(port: number): Promise<Client> {
  const socket = connect(port, '127.0.0.1');
  closers.push(() => socket.destroy());
  let text = '';
  let rest = '';
  const messages: [string, Record<string, unknown>][] = [];
  socket.on('data', (chunk) => {
    rest += String(chunk);
    const frames = rest.split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const [, event = '', data = ''] = /event: (\w+)\ndata: (.*)$/.exec(frame) ?? [];
      if (event === '') text += `${frame}\n\n`;
      else messages.push([event, JSON.parse(data)]);
    }
  });
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await until(() => text.includes('retry: '));
  return { socket, messages: () => messages, text: () => text };
}

interface Numbered {
  readonly deviceId: string;
  readonly n: number;
  readonly fill: string;
}
function command(streams: Streams, n: number, size = 1): void {
  const numbered: Numbered = { deviceId: 'd', n, fill: 'x'.repeat(size) };
  streams.commandChanged(numbered);
}
const said = (deviceId: string, metrics: Record<string, number>, atMs = 1): { deviceId: string; report: Report } => ({
  deviceId,
  report: { kind: 'readings', claimedId: deviceId, atMs, isDated: true, metrics: new Map(Object.entries(metrics)) },
});

describe('a stream', () => {
  it('gathers readings of a moment, one message for each device with the newest values', async () => {
    const { clock, streams, client } = await setUp();
    const { messages } = await client();
    streams.committed([said('a', { t: 1 }, 5), said('b', { t: 7 })]);
    streams.committed([said('a', { t: 2, h: 3 }, 6)]);
    clock.advance(READINGS_MS);
    await until(() => messages().length === 2);
    expect(messages()).toEqual([
      ['reading', { deviceId: 'a', atMs: 6, metrics: { t: 2, h: 3 } }],
      ['reading', { deviceId: 'b', atMs: 1, metrics: { t: 7 } }],
    ]);
  });

  it('never tells an old value as of now, though it came after a fresh one', async () => {
    const { clock, streams, client } = await setUp();
    const { messages } = await client();
    const nowMs = 1_000_000;
    streams.committed([said('a', { t: 22 }, nowMs), said('a', { t: -5, h: 40 }, nowMs - 600_000)]);
    streams.committed([said('a', { t: -4 }, nowMs - 300_000), said('a', { c: 1 }, nowMs - READINGS_MS)]);
    clock.advance(READINGS_MS);
    await until(() => messages().length === 2);
    expect(messages()).toEqual([
      ['reading', { deviceId: 'a', atMs: nowMs - 600_000, metrics: { h: 40 } }],
      ['reading', { deviceId: 'a', atMs: nowMs, metrics: { t: 22, c: 1 } }],
    ]);
  });

  it('tells a change of presence once, whatever else changes of a device', async () => {
    const { streams, client } = await setUp();
    const status = { deviceId: 'd', status: 'online', reason: 'connected', sinceMs: 1 } as const;
    streams.statusChanged(status);
    const { messages } = await client();
    for (let n = 0; n < 3; n++) streams.statusChanged(status);
    streams.statusChanged({ ...status, status: 'offline', reason: 'silent', sinceMs: 2 });
    await until(() => messages().length > 0);
    expect(messages().map(([, { status: now }]) => now)).toEqual(['offline']);
  });

  it('to a reader that does not read loses the oldest, says how many, and ends with the newest', async () => {
    const { streams, client } = await setUp({ framesMax: 20 });
    const slow = await client();
    const quick = await client();
    slow.socket.pause();
    const COUNT = 400;
    const SIZE = 64 * 1024;
    const BURST = 5;
    for (let n = 0; n < COUNT; n++) {
      command(streams, n, SIZE);
      // The others are not held up by it.
      if (n % BURST === BURST - 1) await until(() => quick.messages().length === n + 1);
    }
    slow.socket.resume();
    await until(() => slow.messages().at(-1)?.[1].n === COUNT - 1, { what: 'the newest' });
    const messages = slow.messages();
    const lost = messages.filter(([event]) => event === 'lost').reduce((sum, [, { count }]) => sum + Number(count), 0);
    const numbers = messages.filter(([event]) => event === 'command').map(([, { n }]) => Number(n));
    expect(lost).toBeGreaterThan(0);
    expect(lost + numbers.length).toBe(COUNT);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(quick.messages().some(([event]) => event === 'lost')).toBe(false);
  });

  it('says that it lives while nothing happens, and gives up who takes nothing for too long', async () => {
    const { clock, streams, client } = await setUp();
    const { text } = await client();
    clock.advance(HEARTBEAT_MS);
    await until(() => /^:$/m.test(text()));
    const stuck = await client();
    stuck.socket.pause();
    for (let n = 0; n < 200; n++) command(streams, n, 64 * 1024);
    expect(streams.size).toBe(2);
    clock.advance(STALLED_MS + HEARTBEAT_MS);
    await until(() => streams.size <= 1, { what: 'the stuck reader to go' });
  });

  it('is there for as many as there may be, in all and for each person, and again when one is gone', async () => {
    const { streams, client } = await setUp({ max: 3, perPersonMax: 2 });
    const first = await client();
    await client();
    expect(() => streams.open(person('ada'), EVERYTHING, false)).toThrow('One person may have 2');
    streams.open(person('bob'), EVERYTHING, false);
    expect(() => streams.open(person('eve'), EVERYTHING, false)).toThrow('Too many streams');
    first.socket.destroy();
    await until(() => streams.size === 2);
    streams.open(person('eve'), EVERYTHING, false);
  });

  it('ends with the rights of its person and of nobody else', async () => {
    const { streams, client } = await setUp();
    const { socket } = await client();
    const other = streams.open(person('bob'), EVERYTHING, false);
    streams.end(({ sessionId }) => sessionId === 's ada');
    await until(() => streams.size === 1);
    expect(other.destroyed).toBe(false);
    expect(socket.readable).toBe(true);
  });

  it('that ends while its reader takes nothing is told nothing more, and is cut off', async () => {
    const { clock, streams, client } = await setUp();
    const { socket } = await client();
    const closed = once(socket, 'close');
    socket.pause();
    for (let n = 0; n < 200; n++) command(streams, n, 64 * 1024);
    await new Promise((resolve) => setImmediate(resolve));
    streams.end(() => true);
    for (let n = 0; n < 3; n++) command(streams, n);
    expect(streams.size).toBe(1);
    clock.advance(HEARTBEAT_MS);
    await until(() => streams.size === 0, { what: 'the reader to go' });
    socket.resume();
    await closed;
  });

  it('is told nothing between its end and the moment the end is read', async () => {
    const { streams } = await setUp();
    const reader = streams.open(person('ada'), EVERYTHING, false);
    const failures: unknown[] = [];
    reader.on('error', (error) => failures.push(error));
    reader.resume();
    await new Promise((resolve) => setImmediate(resolve));
    streams.end(() => true);
    command(streams, 1);
    await once(reader, 'close');
    expect(failures).toEqual([]);
  });
});
