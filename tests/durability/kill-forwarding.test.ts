/** Forwarding over kill -9: everything acknowledged reaches the backend, in order; only what has the same key comes twice. */
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../../hub/lib/random.ts';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { repeats } from '../helpers/long.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { WindowPublisher } from './window-publisher.ts';

const ROUNDS = repeats(8, 50);
const WINDOW = 50;
const SEED = 20_261_121;
const KILL_AFTER = { least: 5, most: 400 };

let hub: Hub;
let owner: ApiClient;
let publisher: WindowPublisher;
let id: string;
const random = seededRandom(SEED);

/** Numbers as they arrived, repetitions by key left out; and the keys. */
const arrived: number[] = [];
const keys = new Set<string>();
let repeated = 0;
/** The backend is out of order now and then. */
let isBroken = false;

const backend = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => {
    body += String(part);
  });
  request.on('end', () => {
    if (isBroken) {
      response.writeHead(503).end();
      return;
    }
    const key = String(request.headers['idempotency-key']);
    if (keys.has(key)) repeated++;
    else {
      keys.add(key);
      arrived.push(JSON.parse(body).json.n);
    }
    response.writeHead(204).end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const address = backend.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  hub = await startHub();
  owner = await setUpOwner(hub);
  const rules = ['topic readwrite numbers'];
  await owner.call('POST /api/v1/accounts', { body: { name: 'counter', password: 'a long password', rules } });
  const body = { kind: 'webhook', name: 'Numbers', url: `http://127.0.0.1:${port}/`, topics: ['numbers'] } as const;
  id = (await owner.call('POST /api/v1/destinations', { body: { ...body, topics: ['numbers'] } })).id;
  publisher = new WindowPublisher({
    credentials: { clientId: 'counter', username: 'counter', password: 'a long password' },
    topic: 'numbers',
    window: WINDOW,
    payloadOf: (n) => JSON.stringify({ n }),
  });
});
afterAll(async () => {
  await hub?.close();
  backend.closeAllConnections();
  await new Promise((resolve) => backend.close(resolve));
});

it(`loses nothing acknowledged over ${ROUNDS} rounds of kill -9, with a backend that is broken half of the time`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    isBroken = random() < 0.5;
    const goal = publisher.acknowledged + KILL_AFTER.least + Math.floor(random() * KILL_AFTER.most);
    await publisher.connect(hub.ports.mqtt ?? 0);
    publisher.publishUpTo(Number.POSITIVE_INFINITY);
    await until(() => publisher.acknowledged >= goal, { timeoutMs: 20_000, everyMs: 1, what: `round ${round}` });
    await hub.kill();
    publisher.cut();
    await hub.restart();
  }
  isBroken = false;
  publisher.publishUpTo(publisher.sent);
  await publisher.connect(hub.ports.mqtt ?? 0);
  await until(() => publisher.acknowledged === publisher.sent);
  owner = await logIn(hub);
  await owner.call('POST /api/v1/destinations/:id/flush', { params: { id } });
  const queued = async (): Promise<number> =>
    (await owner.call('GET /api/v1/destinations/:id', { params: { id } })).status.queued;
  await until(async () => (await queued()) === 0, { timeoutMs: 60_000, what: 'the queue to drain' });
  publisher.cut();

  // A number whose acknowledgement was lost with the hub is published again, as another message: first arrivals count.
  const firsts = [...new Set(arrived)];
  expect(firsts).toEqual(Array.from({ length: publisher.sent }, (_, n) => n));
  // A kill can come between the backend's answer and the removal from the queue: one message each time.
  expect(repeated).toBeLessThanOrEqual(ROUNDS);
});
