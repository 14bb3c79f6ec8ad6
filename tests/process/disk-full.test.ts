/** The disk fills up under a running hub: nothing is acknowledged, reading goes on, and room is all it needs to work again. */
import { join } from 'node:path';
import { afterEach, expect, it, type TestContext } from 'vitest';
import { WindowPublisher } from '../durability/window-publisher.ts';
import { type ApiClient, logIn, OWNER, setUpOwner } from '../helpers/api-client.ts';
import { connectRaw } from '../helpers/raw-mqtt.ts';
import { makeSmallDisk, type SmallDisk } from '../helpers/small-disk.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { runRuche } from './run-ruche.ts';
import { storedScores } from './stored-scores.ts';

const DISK_BYTES = 48 * 1024 * 1024;
const WINDOW = 20;
const BEFORE = 100;
const SCORE_KINDS = 33;

let disk: SmallDisk | undefined;
let hub: Hub | undefined;

afterEach(async () => {
  await hub?.close();
  await disk?.remove();
  hub = undefined;
  disk = undefined;
});

const scoreOf = (index: number): number => (index * 7 + Math.floor(index / SCORE_KINDS)) % SCORE_KINDS;

interface Scene {
  hub: Hub;
  disk: SmallDisk;
  owner: ApiClient;
  publisher: WindowPublisher;
  token: string;
}

async function makeScene(test: TestContext): Promise<Scene> {
  disk = (await makeSmallDisk(DISK_BYTES)) ?? test.skip();
  hub = await startHub({ dataDir: join(disk.dir, 'data') });
  const owner = await setUpOwner(hub);
  const { token } = await owner.call('POST /api/v1/devices', { body: { id: 'player-1' } });
  const publisher = new WindowPublisher({
    credentials: { clientId: 'publisher', username: 'player-1', password: token },
    topic: 'simon/scores',
    window: WINDOW,
    payloadOf: (index) => JSON.stringify({ device_id: 'player-1', username: '', score: scoreOf(index) }),
  });
  await publisher.connect(hub.ports.mqtt ?? 0);
  publisher.publishUpTo(BEFORE);
  await until(() => publisher.acknowledged === BEFORE);
  return { hub, disk, owner, publisher, token };
}

async function fillUp({ hub, disk, publisher }: Scene): Promise<void> {
  await disk.fill();
  publisher.publishUpTo(Number.POSITIVE_INFINITY);
  await until(() => !publisher.isConnected, { timeoutMs: 20_000, what: 'the publisher to be disconnected' });
  publisher.publishUpTo(publisher.sent);
  expect(await health(hub)).toEqual([503, 'storing_failed']);
}

async function health({ url }: Hub): Promise<[number, string]> {
  const answer = await fetch(`${url}/health`);
  return [answer.status, (await answer.json()).status];
}

const expected = (count: number): number[] => Array.from({ length: count }, (_none, index) => scoreOf(index));

/** All that was acknowledged, and of what is beyond that only the next ones: their acknowledgements went down with the connection. */
async function expectStored(owner: ApiClient, { acknowledged, sent }: WindowPublisher): Promise<void> {
  const stored = await storedScores(owner);
  expect(stored.length).toBeGreaterThanOrEqual(acknowledged);
  expect(stored.length).toBeLessThanOrEqual(sent);
  expect(stored).toEqual(expected(stored.length));
}

it('acknowledges nothing, answers reads, and stores every score exactly once when there is room again', async (test) => {
  const scene = await makeScene(test);
  const { hub, disk, owner, publisher, token } = scene;
  await fillUp(scene);
  expect(publisher.acknowledged).toBeLessThan(publisher.sent);

  const late = await connectRaw({ port: hub.ports.mqtt ?? 0, clientId: 'late', username: 'player-1', password: token });
  expect(late.connack.returnCode).toBe(0);
  late.publish({ topic: 'simon/scores', payload: '{"device_id":"player-1","score":1}', qos: 1, messageId: 1 });
  await late.closed();
  expect(late.inbox).toEqual([]);
  // People can still come and look.
  const person = { clientId: 'browser', username: 'owner', password: owner.accessToken };
  const browser = await connectRaw({ port: hub.ports.mqtt ?? 0, ...person });
  await browser.subscribe('$live/devices');
  await browser.take('publish', (packet) => packet.topic === '$live/devices');
  await browser.end();

  const json = { 'content-type': 'application/json' };
  const writes: [method: string, path: string, body: object][] = [
    ['POST', '/api/v1/devices', { id: 'new-1' }],
    ['PATCH', '/api/v1/devices/player-1', { name: 'Renamed' }],
    ['POST', '/api/v1/devices/player-1/token', {}],
    ['POST', '/api/v1/auth/login', OWNER],
  ];
  for (const [method, path, body] of writes) {
    const answer = await owner.fetch(path, { method, headers: json, body: JSON.stringify(body) });
    expect([path, answer.status]).toEqual([path, 503]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      hint: expect.stringContaining('disk space'),
    });
  }
  const { items } = await owner.call('GET /api/v1/devices', { query: {} });
  expect(items.map(({ id, name }) => [id, name])).toEqual([['player-1', 'player-1']]);
  await expectStored(owner, publisher);

  await disk.free();
  await until(async () => (await health(hub))[0] === 200, { timeoutMs: 30_000, what: 'the hub to work again' });
  await publisher.connect(hub.ports.mqtt ?? 0);
  publisher.publishUpTo(publisher.sent + WINDOW);
  await until(() => publisher.acknowledged === publisher.sent);
  expect(publisher.outOfOrder).toEqual([]);
  expect(await storedScores(owner)).toEqual(expected(publisher.sent));
  // What was refused has left no trace: the id is free, the old token is good.
  await owner.call('POST /api/v1/devices', { body: { id: 'new-1' } });
  await hub.stop();
  await hub.restart();
  expect(await storedScores(await logIn(hub))).toEqual(expected(publisher.sent));
});

it('stops cleanly while the disk is full, and has everything acknowledged after the next start, and the rest once', async (test) => {
  const scene = await makeScene(test);
  const { hub, disk, publisher } = scene;
  await fillUp(scene);
  expect(await hub.stop()).toBe(0);
  await disk.free();
  await hub.restart();
  const owner = await logIn(hub);
  await expectStored(owner, publisher);
  await publisher.connect(hub.ports.mqtt ?? 0);
  await until(() => publisher.acknowledged === publisher.sent);
  expect(await storedScores(owner)).toEqual(expected(publisher.sent));
});

it('does not start on a full disk, and says so', async (test) => {
  disk = (await makeSmallDisk(DISK_BYTES)) ?? test.skip();
  await disk.fill();
  const ran = await runRuche(['start'], join(disk.dir, 'data'));
  expect(ran.code).toBe(1);
  expect(ran.err).toContain('the disk is full');
  expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
});
