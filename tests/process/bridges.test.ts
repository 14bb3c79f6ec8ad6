/** Forwarding to other brokers: a real Mosquitto, and another hub. */
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DestinationBody } from '../../hub/contract/destination.ts';
import { type ApiClient, setUpOwner } from '../helpers/api-client.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { type Mosquitto, startMosquitto } from '../helpers/start-mosquitto.ts';
import { until } from '../helpers/until.ts';

type Parts = Partial<DestinationBody>;

const bridge = (url: string, parts: Parts = {}): DestinationBody => ({
  kind: 'mqtt',
  name: 'Other',
  url,
  topics: ['#'],
  ...parts,
});

let hub: Hub;
let owner: ApiClient;
let mosquitto: Mosquitto;
const clients: MqttClient[] = [];

interface Listener {
  readonly heard: { topic: string; text: string; retain: boolean }[];
  readonly client: MqttClient;
}

async function listen(url: string, filter: string, options: IClientOptions = {}): Promise<Listener> {
  const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 100, ...options });
  clients.push(client);
  const heard: Listener['heard'] = [];
  client.on('message', (topic, payload, { retain }) => heard.push({ topic, text: String(payload), retain }));
  await client.subscribeAsync(filter, { qos: 1, rap: true });
  return { heard, client };
}
const asOwner = (of: ApiClient = owner): IClientOptions => ({ username: 'owner', password: of.accessToken });

async function statusOf(id: string, who: ApiClient = owner) {
  return (await who.call('GET /api/v1/destinations/:id', { params: { id } })).status;
}
const untilConnected = (id: string, who: ApiClient = owner): Promise<unknown> =>
  until(async () => (await statusOf(id, who)).connected, { what: 'the bridge to be connected' });

/** A broker that speaks MQTT 3.1.1 and nothing newer. */
async function startAedes(): Promise<{ url: string; close(): Promise<void> }> {
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `mqtt://127.0.0.1:${port}`,
    async close() {
      await new Promise<void>((resolve) => aedes.close(resolve));
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

beforeAll(async () => {
  mosquitto = await startMosquitto();
  hub = await startHub();
  owner = await setUpOwner(hub);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.endAsync(true)));
  await hub?.close();
  await mosquitto?.close();
});

describe('a bridge to Mosquitto', () => {
  it('carries messages out, waits while it is away, and carries on in order', async () => {
    const parts = { topics: ['out/#'], remotePrefix: 'house/' };
    const { id } = await owner.call('POST /api/v1/destinations', { body: bridge(mosquitto.url, parts) });
    await untilConnected(id);
    const there = await listen(mosquitto.url, 'house/#');
    const here = await listen(hub.mqttUrl, 'none', asOwner());
    await here.client.publishAsync('out/a', '1', { qos: 1, retain: true });
    await until(() => there.heard.length === 1);
    expect(there.heard).toEqual([{ topic: 'house/out/a', text: '1', retain: true }]);

    await mosquitto.stop();
    for (let at = 2; at <= 60; at++) await here.client.publishAsync('out/a', String(at), { qos: 1 });
    await until(async () => (await statusOf(id)).queued === 59);
    expect(await statusOf(id)).toMatchObject({ connected: false, state: 'waiting' });
    await mosquitto.start();
    await until(() => there.client.connected);
    await owner.call('POST /api/v1/destinations/:id/flush', { params: { id } });
    await until(async () => (await statusOf(id)).queued === 0, { timeoutMs: 20_000 });
    expect(await statusOf(id)).toMatchObject({ state: 'idle', sent: 60, lastError: expect.anything() });
    await owner.call('DELETE /api/v1/destinations/:id', { params: { id } });
  });

  it('in both directions neither echoes nor goes round', () => exchange(mosquitto.url, 'both', 5));

  it('speaks MQTT 3.1.1 where nothing newer is spoken, and is not sent its own messages back there either', async () => {
    const aedes = await startAedes();
    try {
      await exchange(aedes.url, 'old', 4);
    } finally {
      await aedes.close();
    }
  });

  async function exchange(url: string, root: string, protocolVersion: 4 | 5): Promise<void> {
    const body = bridge(url, { topics: [`${root}/#`], direction: 'both' });
    const { id } = await owner.call('POST /api/v1/destinations', { body });
    await untilConnected(id);
    const there = await listen(url, `${root}/#`, { protocolVersion });
    const here = await listen(hub.mqttUrl, `${root}/#`, asOwner());
    await here.client.publishAsync(`${root}/x`, 'from here', { qos: 1 });
    await until(() => there.heard.length === 1);
    await there.client.publishAsync(`${root}/x`, 'from there', { qos: 1 });
    await until(() => here.heard.length === 2);
    await here.client.publishAsync(`${root}/x`, 'last', { qos: 1 });
    await until(() => there.heard.length === 3 && here.heard.length === 3);
    expect(here.heard.map(({ text }) => text)).toEqual(['from here', 'from there', 'last']);
    expect(there.heard.map(({ text }) => text)).toEqual(['from here', 'from there', 'last']);
    // It is heard there a moment before its acknowledgement is stored here.
    await until(async () => (await statusOf(id)).queued === 0);
    expect(await statusOf(id)).toMatchObject({ sent: 2, received: 1, queued: 0 });
    await owner.call('DELETE /api/v1/destinations/:id', { params: { id } });
    await Promise.all([there, here].map(({ client }) => client.endAsync(true)));
  }

  it('takes what comes in as if it had been published here, and stores it before it is acknowledged there', async () => {
    const parts: Parts = { direction: 'in', topics: ['ruche/+/telemetry'], remotePrefix: 'cabin/' };
    const { id } = await owner.call('POST /api/v1/destinations', { body: bridge(mosquitto.url, parts) });
    await untilConnected(id);
    const there = await listen(mosquitto.url, 'none');
    await there.client.publishAsync('cabin/ruche/boiler/telemetry', '{"v":{"temperature":61}}', { qos: 1 });
    await until(async () => (await statusOf(id)).received === 1);
    // It is received a moment before it is stored.
    await until(async () => {
      const latest = owner.call('GET /api/v1/devices/:id/latest', { params: { id: 'boiler' } });
      return (await latest.catch(() => undefined))?.metrics.temperature?.value === 61;
    });
    await there.client.publishAsync('cabin/ruche/boiler/telemetry', 'nonsense', { qos: 1 });
    await until(async () => (await statusOf(id)).lastError !== null);
    expect((await statusOf(id)).lastError?.message).toContain('"ruche/boiler/telemetry" was refused');
    await owner.call('DELETE /api/v1/destinations/:id', { params: { id } });
  });
});

describe('two hubs that forward everything to each other', () => {
  it('do not send a message round', async () => {
    const other = await startHub({ env: { RUCHE_ANONYMOUS: 'open' } });
    try {
      const otherOwner = await setUpOwner(other);
      const rules = ['topic readwrite ring/#'];
      const account = { name: 'ring', password: 'a long password', rules };
      await owner.call('POST /api/v1/accounts', { body: account });
      await otherOwner.call('POST /api/v1/accounts', { body: account });
      const login = { username: 'ring', password: 'a long password' };
      const parts: Parts = { topics: ['ring/#'], direction: 'both', ...login };
      const a = await owner.call('POST /api/v1/destinations', { body: bridge(other.mqttUrl, parts) });
      const b = await otherOwner.call('POST /api/v1/destinations', { body: bridge(hub.mqttUrl, parts) });
      await untilConnected(a.id);
      await untilConnected(b.id, otherOwner);
      const here = await listen(hub.mqttUrl, 'ring/#', asOwner());
      const there = await listen(other.mqttUrl, 'ring/#', asOwner(otherOwner));
      for (let at = 0; at < 10; at++) {
        await here.client.publishAsync('ring/x', `here ${at}`, { qos: 1 });
        await there.client.publishAsync('ring/x', `there ${at}`, { qos: 1 });
      }
      const isDone = (heard: Listener['heard']): boolean => heard.some(({ text }) => text === 'there 9');
      await until(() => isDone(here.heard) && isDone(there.heard) && here.heard.length >= 20);
      await until(async () => (await statusOf(a.id)).queued + (await statusOf(b.id, otherOwner)).queued === 0);
      for (const { heard } of [here, there]) expect(new Set(heard.map(({ text }) => text)).size).toBe(20);
      // Two bridges between the same two are one too many: what one carried over the other may bring back, once.
      for (const { heard } of [here, there]) expect(heard.length).toBeLessThanOrEqual(60);
    } finally {
      await other.close();
    }
  });
});
