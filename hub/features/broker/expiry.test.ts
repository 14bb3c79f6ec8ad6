/** What MQTT 5 lets end at a time: wills, sessions and values, over restarts of the hub, by the test's own clock. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';
import {
  type Connect,
  type Connected,
  connectWire,
  publish,
  receive,
  settle,
  subscribe,
} from '../../../tests/helpers/wire.ts';

let hub: TestBroker;
beforeEach(async () => {
  hub = await startBroker();
});
afterEach(() => hub.close());

const SECOND_MS = 1000;
const DAY_S = 86_400;
const TOPIC = 'ruche/alpha/status';

const connect = (username: string, more: Connect): Promise<Connected> =>
  connectWire({ ports: { mqtt: hub.port, http: 0 } }, { username, password: Buffer.from('x'), ...more });

const alpha = (delayS: number, expiryS: number): Promise<Connected> =>
  connect('alpha', {
    clientId: 'alpha',
    clean: false,
    properties: { sessionExpiryInterval: expiryS },
    will: { topic: TOPIC, payload: 'gone', qos: 1, properties: { willDelayInterval: delayS, contentType: 'text' } },
  });

async function listen(): Promise<Connected> {
  const reader = await connect('owner', { clientId: 'reader' });
  await subscribe(reader, TOPIC);
  return reader;
}

/** Gone, and the hub has noticed. */
async function vanish(client: Connected): Promise<void> {
  const before = hub.departures.length;
  client.destroy();
  while (hub.departures.length === before) await new Promise((resolve) => setImmediate(resolve));
}

async function restart(): Promise<void> {
  const { store, clock } = hub;
  await hub.stop();
  hub = await startBroker({ store, clock });
}

describe('a will with a delay', () => {
  it('is published when the delay is over, however long it is, and not before', async () => {
    const reader = await listen();
    await vanish(await alpha(20 * DAY_S, 25 * DAY_S));
    hub.clock.advance((20 * DAY_S - 1) * SECOND_MS);
    await settle(reader);
    expect(reader.drain()).toEqual([]);
    hub.clock.advance(SECOND_MS);
    expect(await receive(reader)).toMatchObject({ topic: TOPIC, properties: { contentType: 'text' } });
  });

  it('goes on waiting over a restart of the hub, for as long as it has left', async () => {
    await vanish(await alpha(1000, 5000));
    hub.clock.advance(400 * SECOND_MS);
    await restart();
    const reader = await listen();
    hub.clock.advance(599 * SECOND_MS);
    await settle(reader);
    expect(reader.drain()).toEqual([]);
    hub.clock.advance(SECOND_MS);
    expect(await receive(reader)).toMatchObject({ properties: { contentType: 'text' } });
    await restart();
    const again = await listen();
    hub.clock.advance(DAY_S * SECOND_MS);
    await settle(again);
    expect(again.drain()).toEqual([]);
  });

  it('stays what it is when its client could not come back because of the store, over a restart too', async () => {
    await vanish(await alpha(1000, 5000));
    const batch = vi.spyOn(hub.store.mqtt, 'batch').mockImplementation(() => Promise.reject(new Error('disk full')));
    await Promise.allSettled([alpha(1000, 5000)]);
    await until(() => hub.errors.length > 0);
    batch.mockRestore();
    await restart();
    const reader = await listen();
    hub.clock.advance(1000 * SECOND_MS);
    expect((await receive(reader)).topic).toBe(TOPIC);
  });

  it('that became due while the hub was away is published when it is back', async () => {
    await vanish(await alpha(60, 5000));
    const { store, clock } = hub;
    await hub.stop();
    clock.advance(100 * SECOND_MS);
    hub = await startBroker({ store, clock });
    const reader = await connect('owner', { clientId: 'reader', clean: false });
    await subscribe(reader, TOPIC);
    hub.clock.advance(1);
    expect((await receive(reader)).topic).toBe(TOPIC);
  });
});

describe('the will of a client that was connected when the hub ended', () => {
  it('is not published when the client comes back in time, and only void when it says DISCONNECT', async () => {
    await alpha(0, 5000);
    await restart();
    const reader = await listen();
    const back = await alpha(0, 5000);
    hub.clock.advance(DAY_S * SECOND_MS);
    await settle(reader);
    expect(reader.drain()).toEqual([]);
    await back.end();
    await restart();
    const again = await listen();
    hub.clock.advance(DAY_S * SECOND_MS);
    await settle(again);
    expect(again.drain()).toEqual([]);
  });

  it('waits for the delay it asked for, but not longer than its session lives', async () => {
    await alpha(3600, 5000);
    await connect('owner', {
      clientId: 'other',
      clean: false,
      properties: { sessionExpiryInterval: 1000 },
      will: { topic: TOPIC, payload: 'over', qos: 1, properties: { willDelayInterval: 3600 } },
    });
    await restart();
    const reader = await listen();
    hub.clock.advance(999 * SECOND_MS);
    await settle(reader);
    expect(reader.drain()).toEqual([]);
    hub.clock.advance(100 * SECOND_MS);
    expect(String((await receive(reader)).payload)).toBe('over');
    hub.clock.advance(2500 * SECOND_MS);
    await settle(reader);
    expect(reader.drain()).toEqual([]);
    hub.clock.advance(2 * SECOND_MS);
    expect(String((await receive(reader)).payload)).toBe('gone');
  });

  it('is published with its properties when nobody comes', async () => {
    await alpha(0, 5000);
    await restart();
    const reader = await listen();
    hub.clock.advance(300 * SECOND_MS);
    expect(await receive(reader)).toMatchObject({ topic: TOPIC, properties: { contentType: 'text' } });
  });
});

describe('a retained value that expires', () => {
  it('is gone from memory and, with the next start, from the disk', async () => {
    const sender = await connect('owner', { clientId: 'sender' });
    const properties = { messageExpiryInterval: 100 };
    await publish(sender, { topic: 'short', payload: 'x', qos: 1, retain: true, properties });
    await publish(sender, { topic: 'long', payload: 'x', qos: 1, retain: true });
    expect(hub.broker.stats().retained).toBe(2);
    hub.clock.advance(200 * SECOND_MS);
    expect(hub.broker.stats().retained).toBe(1);
    await restart();
    expect(hub.broker.stats().retained).toBe(1);
    const topics: string[] = [];
    for await (const [key] of hub.store.mqtt.entries({ gte: 'retain:', lt: 'retain;' })) topics.push(key);
    expect(topics).toEqual(['retain:long']);
  });
});

describe('a session', () => {
  const isThere = async (): Promise<boolean> => {
    const client = await connect('owner', {
      clientId: 'other',
      clean: false,
      properties: { sessionExpiryInterval: 60 },
    });
    await client.end();
    return client.connack.sessionPresent;
  };
  const leave = async (expiryS: number): Promise<number | undefined> => {
    const client = await connect('owner', {
      clientId: 'other',
      clean: false,
      properties: { sessionExpiryInterval: expiryS },
    });
    await client.end();
    return client.connack.properties?.sessionExpiryInterval;
  };

  it('that should never end is kept for thirty days, and its client is told', async () => {
    expect(await leave(0xffff_ffff)).toBe(30 * DAY_S);
    hub.clock.advance(29 * DAY_S * SECOND_MS);
    expect(await isThere()).toBe(true);
    await leave(0xffff_ffff);
    hub.clock.advance(30 * DAY_S * SECOND_MS);
    expect(await isThere()).toBe(false);
  });

  it('is over to the second, also when nobody has swept yet and over a restart', async () => {
    expect(await leave(1000)).toBeUndefined();
    hub.clock.advance(500 * SECOND_MS);
    await restart();
    hub.clock.advance(499 * SECOND_MS);
    expect(await isThere()).toBe(true);
    await leave(1000);
    hub.clock.advance(1000 * SECOND_MS);
    expect(await isThere()).toBe(false);
  });
});
