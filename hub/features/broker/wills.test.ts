/** Last wills while the store fails, and after it. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Connected, startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';

const RETRY_MS = 30_000;
const GRACE_MS = 240_000;
let hub: TestBroker;
let reader: Connected;
beforeEach(async () => {
  hub = await startBroker();
  reader = await listen();
});
afterEach(() => hub.close());

const will = { topic: 'ruche/alpha/log', payload: 'offline', qos: 1, retain: true } as const;
const alpha = (more: object = { will }): Promise<Connected> => hub.connect('alpha', { clientId: 'alpha', ...more });

async function listen(): Promise<Connected> {
  const client = await hub.connect('owner', { clientId: 'reader', acks: true });
  await client.subscribe('#', 1);
  return client;
}

/** What the reader was told, and everything before its answer. */
async function heardBy(client: Connected): Promise<string[]> {
  client.send({ cmd: 'pingreq' });
  await client.take('pingresp');
  return client.inbox.flatMap((packet) => (packet.cmd === 'publish' ? [packet.payload.toString()] : []));
}

async function vanish(client: Connected): Promise<void> {
  const before = hub.departures.length;
  client.destroy();
  await until(() => hub.departures.length > before);
}

async function leave(client: Connected): Promise<void> {
  const before = hub.departures.length;
  await client.end();
  await until(() => hub.departures.length > before);
}

/** The store takes nothing of it. */
async function leaveUnheard(client: Connected): Promise<void> {
  const { length } = hub.errors;
  hub.gate.failure = new Error('disk full');
  await leave(client);
  await until(() => hub.errors.length > length);
  hub.gate.failure = undefined;
}

/** Everything the last run left is published, or void. */
async function restart(): Promise<void> {
  const { store, clock } = hub;
  await hub.stop();
  hub = await startBroker({ store, clock });
  reader = await listen();
  hub.clock.advance(GRACE_MS + 1);
}

it('a will that is stored is why the client is said to have left so', async () => {
  await vanish(await alpha());
  expect(hub.departures).toEqual([{ clientId: 'alpha', departure: 'will' }]);
  expect(await heardBy(reader)).toEqual(['offline']);
});

it('a will that the store does not take is tried again until it does, and once', async () => {
  const client = await alpha();
  hub.gate.failure = new Error('disk full');
  await vanish(client);
  expect(hub.departures).toEqual([{ clientId: 'alpha', departure: 'lost' }]);
  hub.clock.advance(RETRY_MS);
  await until(() => hub.broker.stats().commitFailures === 2);
  hub.gate.failure = undefined;
  hub.clock.advance(RETRY_MS);
  await until(async () => (await heardBy(reader)).length > 0);
  hub.clock.advance(10 * RETRY_MS);
  expect(await heardBy(reader)).toEqual(['offline']);
  await leave(await alpha({}));
  await restart();
  expect(await heardBy(reader)).toEqual(['offline']); // as the retained value
});

it('a will that the store did not take is published when its client comes back with a clean session', async () => {
  const client = await alpha();
  hub.gate.failure = new Error('disk full');
  await vanish(client);
  hub.gate.failure = undefined;
  const back = await alpha({});
  back.publish({ topic: will.topic, payload: 'online', qos: 1, retain: true, messageId: 1 });
  await back.take('puback');
  await leave(back);
  hub.clock.advance(10 * RETRY_MS);
  expect(await heardBy(reader)).toEqual(['offline', 'online']);
  await restart();
  expect(await heardBy(reader)).toEqual(['online']);
});

it('a will that the store did not take is void when its client comes back to its session', async () => {
  const client = await alpha({ will, clean: false });
  hub.gate.failure = new Error('disk full');
  await vanish(client);
  hub.gate.failure = undefined;
  await leave(await alpha({ clean: false }));
  hub.clock.advance(10 * RETRY_MS);
  await restart();
  expect(await heardBy(reader)).toEqual([]);
});

it('a will that could not be forgotten at DISCONNECT is forgotten later, and not the next one of its client', async () => {
  await leaveUnheard(await alpha());
  hub.clock.advance(RETRY_MS);
  await heardBy(reader);
  await restart();
  expect(await heardBy(reader)).toEqual([]);

  await leaveUnheard(await alpha());
  await alpha();
  hub.clock.advance(RETRY_MS);
  await restart();
  await until(async () => (await heardBy(reader)).length > 0);
  expect(await heardBy(reader)).toEqual(['offline']);
});

it('the will of a client that comes back is kept while its last one is still on its way to the store', async () => {
  const client = await alpha();
  hub.gate.failure = new Error('disk full');
  await vanish(client);
  hub.gate.failure = undefined;
  const { started } = hub.gate;
  hub.gate.isHeld = true;
  const back = alpha();
  await Promise.race([back, until(() => hub.gate.started === started + 2)]);
  hub.gate.releaseAll();
  await back;
  await until(async () => (await heardBy(reader)).length > 0);
  const rows: string[] = [];
  for await (const [key] of hub.store.mqtt.entries({ gte: 'last-will:', lt: 'last-will;' })) rows.push(key);
  expect(rows).toHaveLength(1);
});
