/** `ruche simulate` against a real broker, as the shell runs it. */
import { createServer, type Server } from 'node:net';
import { Aedes, type PublishPacket } from 'aedes';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EXIT_FAILED, EXIT_OK, EXIT_USAGE } from './command.ts';
import { simulate } from './simulate.ts';

let broker: Aedes;
let server: Server;
let port: number;

beforeAll(async () => {
  broker = await Aedes.createBroker();
  server = createServer((socket) => void broker.handle(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(async () => {
  await new Promise<void>((resolve) => broker.close(resolve));
  server.close();
});

function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const stop = new AbortController();
  const io = {
    environment: {},
    stop: stop.signal,
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
  };
  return { out, err, stop, code: simulate(args, io) };
}
const seen = (lines: string[], text: string, count = 1) =>
  vi.waitFor(() => expect(lines.filter((line) => line.includes(text)).length).toBeGreaterThanOrEqual(count), {
    interval: 10,
    timeout: 8000,
  });

describe('ruche simulate simon', () => {
  it('connects, is paired, plays, and sums it up when it is stopped', async () => {
    const simons = run('simon', '--count', '3', '--port', String(port), '--speed', '1000', '--qos', '1');
    await seen(simons.out, 'connected', 3);
    const id = /Simon (\w+): connected/.exec(simons.out[0] ?? '')?.[1];
    const payload = JSON.stringify({ device_id: id, username: 'amy' });
    const packet: PublishPacket = { cmd: 'publish', topic: 'simon/pair', payload, qos: 0, retain: false, dup: false };
    await vi.waitFor(() => {
      broker.publish(packet, () => undefined);
      expect(simons.out).toContain(`Simon ${id}: paired with amy`);
    });
    await seen(simons.out, `Simon ${id}: score`);
    simons.stop.abort();
    expect(await simons.code).toBe(EXIT_OK);
    expect(simons.out.at(-1)).toMatch(/^3 Simons: 3 connected, 1 paired, [1-9]\d* games \(\d+ acknowledged\), 0 conn/);
    expect(simons.err).toEqual([]);
    await vi.waitFor(() => expect(broker.connectedClients).toBe(0));
  });

  it('runs a hundred in one process, for as long as nobody stops them', async () => {
    const simons = run('simon', '--count', '100', '--port', String(port));
    await seen(simons.out, 'connected', 100);
    simons.stop.abort();
    expect(await simons.code).toBe(EXIT_OK);
    expect(simons.out.at(-1)).toBe('100 Simons: 100 connected, 0 paired, 0 games, 0 connections lost');
  });

  it('ends by itself when its time is over, and fails if somebody had not connected by then', async () => {
    const simons = run('simon', '--count', '1', '--port', String(port), '--for', '1');
    const code = await simons.code;
    // A busy machine may not get one connected in a second: what counts is that both agree.
    const isConnected = simons.out.at(-1)?.startsWith('1 Simon: 1 connected') === true;
    expect(code).toBe(isConnected ? EXIT_OK : EXIT_FAILED);
    expect(simons.out.at(-1)).toMatch(/^1 Simon: [01] connected, 0 paired/);
  });

  it('fails with what to check when no hub answers', async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const address = probe.address();
    const free = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => probe.close(resolve));
    const simons = run('simon', '--port', String(free));
    expect(await simons.code).toBe(EXIT_FAILED);
    expect(simons.err.join('\n')).toMatch(/No hub answers on 127\.0\.0\.1:\d+ \(ECONNREFUSED\)[\s\S]*--port/);
  });

  it.each([
    [['vending'], 'must be "simon"'],
    [[], 'must be "simon"'],
    [['simon', '--count', '0'], '--count is "0"'],
    [['simon', '--count', '1.5'], 'whole number from 1 to 1000'],
    [['simon', '--port', 'many'], '--port is "many"'],
    [['simon', '--speed', ''], '--speed'],
    [['simon', '--qos', '2'], '--qos is "2"'],
    [['simon', '--colour', 'red'], '--colour'],
  ])('says what is wrong with %j', async (args, text) => {
    const simons = run(...args);
    expect(await simons.code).toBe(EXIT_USAGE);
    expect(simons.err.join('\n')).toContain(text);
    expect(simons.out).toEqual([]);
  });

  it('explains its flags', async () => {
    const simons = run('--help');
    expect(await simons.code).toBe(EXIT_OK);
    for (const flag of ['count', 'host', 'port', 'speed', 'seed', 'qos', 'for']) {
      expect(simons.out.join('\n')).toContain(`--${flag} `);
    }
  });
});
