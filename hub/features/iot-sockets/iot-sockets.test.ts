/** Sockets of seed 1 on a real web server, with a clock of the test's own. */
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../../../tests/helpers/until.ts';
import { bareHttp } from '../../app/http.fixture.ts';
import { RucheError } from '../../contract/errors.ts';
import { parseRules, rulesetFor } from '../../domain/acl-rules.ts';
import type { Report } from '../../domain/report.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import type { Speaker } from '../route.ts';
import { IotSockets } from './iot-sockets.ts';
import { FRAME_BYTES_MAX, IN_FLIGHT_MAX, OPENINGS_MAX, PING_EVERY_MS, SOCKETS_PER_DEVICE_MAX } from './limits.ts';
import { attachIotSockets } from './upgrade.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function setUp() {
  const clock = new FakeClock();
  const taken: unknown[] = [];
  const gate: { wait: Promise<void> } = { wait: Promise.resolve() };
  const sockets = new IotSockets({
    clock,
    deviceId: (name) => (name === 'lamp' || name === 'the:lamp' ? 'lamp' : undefined),
    async take({ body }) {
      taken.push(body);
      await gate.wait;
    },
    onError: (error) => taken.push(error),
  });
  const http = await bareHttp();
  const stop = attachIotSockets(http, {
    clock,
    sockets,
    async principalOfToken(token) {
      if (token !== 'ada') throw new RucheError('AUTH_EXPIRED');
      return { kind: 'person', userId: 'u', username: 'ada', sessionId: 's', role: 'viewer' };
    },
    async deviceOf({ authorization, token, namedId }): Promise<Speaker | null> {
      if (authorization === 'Bearer gateway') {
        const rules = rulesetFor(parseRules(['topic other/#']), { clientId: 'c', username: 'g' });
        return { kind: 'account', name: 'g', rules };
      }
      if ((token ?? authorization) === undefined) return null;
      const deviceId = namedId === 'the:lamp' ? 'lamp' : (namedId ?? '');
      return { kind: 'device', deviceId, names: new Set([deviceId]), isProtected: true };
    },
    onError: (error) => taken.push(error),
  });
  const url = (await http.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws');
  closers.push(async () => {
    stop();
    await http.close();
  });
  async function open(path = '/ws/iot/lamp/', authorization = 'Bearer token', autoPong = true) {
    const client = new WebSocket(url + path, {
      autoPong,
      ...(authorization === '' ? {} : { headers: { authorization } }),
    });
    const heard: string[] = [];
    client.on('message', (data) => heard.push(data.toString()));
    const [event, answer] = await Promise.race([
      once(client, 'open').then(() => ['open'] as const),
      once(client, 'unexpected-response').then(([, response]) => ['refused', response] as const),
    ]);
    client.on('error', () => undefined);
    return {
      client,
      heard,
      status: event === 'open' ? 101 : Number(Object(answer).statusCode),
      answer: Object(answer),
    };
  }
  return { clock, taken, gate, sockets, open };
}

const readings = (temperature: number): Report => ({
  kind: 'readings',
  claimedId: 'lamp',
  atMs: Date.UTC(2026, 10, 20),
  isDated: true,
  metrics: new Map([['temperature', temperature]]),
});

describe('a socket', () => {
  it('opens for the device by any of its names, and hears what is stored of it', async () => {
    const { sockets, open } = await setUp();
    const all = await Promise.all(
      ['/ws/iot/lamp/', '/ws/iot/the%3Alamp', '/ws/iot/lamp?device_token=x'].map((path) => open(path)),
    );
    expect(all.map(({ status }) => status)).toEqual([101, 101, 101]);
    const other = await open('/ws/iot/other/');
    sockets.stored([{ deviceId: 'lamp', report: readings(20) }]);
    for (const { client, heard } of all) {
      if (heard.length === 0) await once(client, 'message');
      expect(JSON.parse(heard[0] ?? '')).toEqual({
        type: 'sensor_data',
        data: { temperature: 20, heart_rate: null, timestamp: '2026-11-20T00:00:00.000Z' },
      });
    }
    expect(other.heard).toEqual([]);
  });

  it.each([
    ['nobody', '/ws/iot/lamp/', '', 401],
    ['a person for a device nobody knows', '/ws/iot/none/', 'Bearer ada', 404],
    ['an account whose rules do not reach', '/ws/iot/lamp/', 'Bearer gateway', 403],
    ['an address below it', '/ws/iot/lamp/more', 'Bearer token', 404],
    ['an address that is no text', '/ws/iot/%ff/', 'Bearer token', 404],
  ])('does not open for %s', async (_who, path, authorization, status) => {
    const { open } = await setUp();
    expect((await open(path, authorization)).status).toBe(status);
  });

  it('that answers nothing is given up, and one that answers stays', async () => {
    const { clock, open } = await setUp();
    const dead = await open('/ws/iot/lamp/', 'Bearer token', false);
    const alive = await open();
    const closed = once(dead.client, 'close');
    const pinged = once(alive.client, 'ping');
    clock.advance(PING_EVERY_MS);
    await pinged;
    // A frame after the pong: what the server has read of it, it has read of the pong.
    alive.client.send('{}');
    await new Promise((resolve) => alive.client.once('pong', resolve) && alive.client.ping());
    clock.advance(PING_EVERY_MS);
    expect((await closed)[0]).toBe(1006);
    expect(alive.client.readyState).toBe(WebSocket.OPEN);
  });

  it('is not read faster than the store takes', async () => {
    const { taken, gate, open } = await setUp();
    let resolve = (): void => undefined;
    gate.wait = new Promise((done) => {
      resolve = done;
    });
    const { client } = await open();
    const padding = 'x'.repeat(FRAME_BYTES_MAX - 100);
    for (let at = 0; at < 3 * IN_FLIGHT_MAX; at++) client.send(JSON.stringify({ at, padding }));
    await until(() => taken.length >= IN_FLIGHT_MAX);
    const other = await open();
    other.client.send('{"other":true}');
    await until(() => taken.some((body) => Object(body).other === true));
    expect(taken.length).toBeLessThan(2 * IN_FLIGHT_MAX);
    resolve();
    await until(() => taken.length === 3 * IN_FLIGHT_MAX + 1);
  });
});

describe('the number of sockets', () => {
  it('of one device is bounded: its own oldest goes, watchers are refused', async () => {
    const { open } = await setUp();
    const first = await open();
    const closed = once(first.client, 'close');
    for (let at = 1; at < SOCKETS_PER_DEVICE_MAX; at++) await open();
    expect((await open('/ws/iot/lamp/', 'Bearer ada')).status).toBe(503);
    expect((await open()).status).toBe(101);
    await closed;
  });

  it('opened in a minute by one device is bounded, and its neighbours have theirs', async () => {
    const { clock, open } = await setUp();
    for (let at = 0; at < OPENINGS_MAX; at++) expect((await open()).status).toBe(101);
    const refused = await open();
    expect((await open('/ws/iot/other/')).status).toBe(101);
    expect([refused.status, refused.answer.headers['retry-after']]).toEqual([429, '60']);
    clock.advance(60_000);
    expect((await open()).status).toBe(101);
  });
});

it('sockets end with the rights of who opened them', async () => {
  const { sockets, open } = await setUp();
  const device = await open();
  const person = await open('/ws/iot/lamp/', 'Bearer ada');
  const closed = once(person.client, 'close');
  sockets.drop(({ opener }) => opener.kind === 'person');
  expect((await closed)[0]).toBe(1008);
  expect(device.client.readyState).toBe(WebSocket.OPEN);
});
