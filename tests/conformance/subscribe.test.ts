/** SUBSCRIBE and SUBACK: filters, grants, options of MQTT 5, and filters that overlap. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, setUpOwner } from '../helpers/api-client.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import {
  BOTH_VERSIONS,
  block,
  connectWire,
  expectEnd,
  heard,
  packetOf,
  publish,
  receive,
  subscribe,
  text,
  unique,
} from '../helpers/wire.ts';

let hub: Hub;
let owner: ApiClient;
let token: string;
beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_ANONYMOUS: 'open' } });
  owner = await setUpOwner(hub);
  token = (await owner.call('POST /api/v1/devices', { body: { id: 'bench-1' } })).token;
});
afterAll(() => hub?.close());

const SUBSCRIBE = 0x82;
const keptSession = () => ({ clientId: unique(), clean: false, properties: { sessionExpiryInterval: 600 } });

describe.each(BOTH_VERSIONS)('$name', (way) => {
  const noProperties = way.version === 5 ? [0] : [];

  it('answers each filter in order with the QoS it grants [MQTT-3.8.4-6] [MQTT-3.9.3-1]', async () => {
    const client = await connectWire(hub, {}, way);
    const { granted } = await subscribe(
      client,
      ([2, 0, 1] as const).map((qos) => ({ topic: unique(), qos })),
    );
    expect(granted).toEqual([2, 0, 1]);
    await client.end();
  });

  it.each([
    ['a/b', ['a/b'], ['a', 'a/b/c', 'a/B', '/a/b']],
    ['a/+/c', ['a/b/c', 'a//c'], ['a/c', 'a/b/b/c', 'a/b/c/']],
    ['a/#', ['a', 'a/b', 'a/b/c', 'a/'], ['ab', 'b/a']],
    ['+', ['x'], ['x/', '/x']],
    ['+/+', ['x/y', '/y', '/'], ['x', 'x/y/z']],
    ['/+', ['/x', '/'], ['x']],
    ['a/+', ['a/'], ['a']],
  ])('hears with %s exactly what it takes in [MQTT-4.7.3-4]', async (filter, takes, leaves) => {
    const root = unique();
    const client = await connectWire(hub, {}, way);
    await subscribe(client, filter.startsWith('/') ? `${root}${filter}` : `${root}/${filter}`);
    const topicOf = (topic: string) => (filter.startsWith('/') ? `${root}${topic}` : `${root}/${topic}`);
    for (const topic of leaves) await publish(client, { topic: topicOf(topic), payload: `no: ${topic}` });
    for (const topic of takes) await publish(client, { topic: topicOf(topic), payload: topic });
    expect(await heard(client)).toEqual(takes);
    await client.end();
  });

  it('does not hear topics that begin with $ through a wildcard in front [MQTT-4.7.2-1]', async () => {
    const name = unique('$x');
    const client = await connectWire(hub, {}, way);
    await subscribe(client, [
      { topic: '#', qos: 0 },
      { topic: `+/${name}`, qos: 0 },
    ]);
    client.drain();
    await publish(client, { topic: `${name}/a`, payload: 'hidden' });
    await publish(client, { topic: `$x/${name}`, payload: 'hidden' });
    expect((await heard(client)).filter((payload) => payload === 'hidden')).toEqual([]);
    await subscribe(client, `${name}/#`);
    await publish(client, { topic: `${name}/a`, payload: 'by name' });
    expect(await heard(client)).toContain('by name');
    await client.end();
  });

  it('replaces a subscription with the same filter, and sends retained values again [MQTT-3.8.4-3] [MQTT-3.8.4-4]', async () => {
    const topic = unique();
    const client = await connectWire(hub, {}, way);
    await publish(client, { topic, payload: 'kept', qos: 2, retain: true });
    for (const qos of [2, 0] as const) {
      await subscribe(client, { topic, qos });
      expect((await receive(client)).qos).toBe(qos);
    }
    await publish(client, { topic, payload: 'once', qos: 2 });
    expect((await receive(client)).qos).toBe(0);
    expect(await heard(client)).toEqual([]);
    await client.end();
  });

  it('delivers through overlapping filters at the highest QoS granted [MQTT-3.3.4-2] (3.1.1: 3.3.5-1)', async () => {
    const root = unique();
    const client = await connectWire(hub, {}, way);
    await subscribe(client, [
      { topic: `${root}/#`, qos: 2 },
      { topic: `${root}/+`, qos: 1 },
      { topic: `${root}/x`, qos: 0 },
    ]);
    await publish(client, { topic: `${root}/x`, payload: 'x', qos: 2 });
    expect((await receive(client)).qos).toBe(2);
    await client.end();
  });

  it('delivers to an absent client once, though its filters overlap', async () => {
    const root = unique();
    const session = keptSession();
    const absent = await connectWire(hub, session, way);
    await subscribe(absent, [
      { topic: `${root}/#`, qos: 2 },
      { topic: `${root}/+`, qos: 1 },
    ]);
    await absent.end();
    const sender = await connectWire(hub, {}, way);
    for (const payload of ['1', '2', '3']) await publish(sender, { topic: `${root}/x`, payload, qos: 2 });
    const back = await connectWire(hub, session, way);
    for (const payload of ['1', '2', '3']) expect(String((await receive(back)).payload)).toBe(payload);
    expect(await heard(back)).toEqual([]);
    await Promise.all([back.end(), sender.end()]);
  });

  it.each(['a#', 'a/#/b', 'a+', '+a', 'b/a+/c', '#/'])(
    'refuses the filter %s: v5 beside others that it grants, 3.1.1 by its end [MQTT-4.7.1-1] [MQTT-4.7.1-2]',
    async (filter) => {
      const client = await connectWire(hub, {}, way);
      const filters = [filter, unique()].map((topic) => ({ topic, qos: 1 as const }));
      client.send({ cmd: 'subscribe', messageId: 1, subscriptions: filters });
      if (way.version === 4) {
        await client.closed();
        return;
      }
      expect((await client.take('suback')).granted).toEqual([0x8f, 1]);
      await client.end();
    },
  );

  it('refuses what a device may not hear, and it is not heard after a reconnect either', async () => {
    const login = { clientId: 'bench-1', username: 'bench-1', password: Buffer.from(token) };
    const kept = { clean: false, properties: { sessionExpiryInterval: 60 } };
    const device = await connectWire(hub, { ...login, ...kept }, way);
    const { granted, properties } = await subscribe(device, [
      { topic: 'ruche/other/cmd', qos: 1 },
      { topic: 'ruche/bench-1/cmd', qos: 1 },
    ]);
    expect(granted).toEqual([way.version === 5 ? 0x87 : 0x80, 1]);
    if (way.version === 5) expect(properties?.reasonString).toMatch(/may listen only.*\. .+\./);
    await device.end();
    const sender = await connectWire(hub, {}, way);
    await publish(sender, { topic: 'ruche/other/cmd', payload: 'secret', qos: 1 });
    const back = await connectWire(hub, { ...login, ...kept }, way);
    expect(await heard(back)).toEqual([]);
    await Promise.all([back.end(), sender.end()]);
    await (await connectWire(hub, login, way)).end(); // forgets the session
  });

  it.each([
    ['no filter', [0, 1, ...noProperties], '[MQTT-3.8.3-2]', 0x82],
    ['packet id 0', [0, 0, ...noProperties, ...text('a'), 0], '[MQTT-2.2.1-3]', 0x82],
    ['QoS 3', [0, 1, ...noProperties, ...text('a'), 3], '(3.1.1: 3.8.3-4)', 0x82],
    ['reserved option bits', [0, 1, ...noProperties, ...text('a'), 0xc0], '[MQTT-3.8.3-5]', 0x81],
    ['a filter cut short', [0, 1, ...noProperties, 0, 9, 97], '', 0x81],
    ['a filter that is not UTF-8', [0, 1, ...noProperties, ...text(Uint8Array.of(0xff)), 0], '[MQTT-3.8.3-1]', 0x81],
  ])('ends the connection at %s %s', async (_what, body, _clause, code) => {
    const client = await connectWire(hub, {}, way);
    client.sendBytes(packetOf(SUBSCRIBE, body));
    await expectEnd(client, code);
  });

  it('ends the connection at other flags in the first byte [MQTT-3.8.1-1]', async () => {
    const client = await connectWire(hub, {}, way);
    client.sendBytes(packetOf(0x80, [0, 1, ...noProperties, ...text('a'), 0]));
    await expectEnd(client, 0x81);
  });
});

describe('MQTT 5 options', () => {
  it('no local: does not hear itself, others do [MQTT-3.8.3-3]', async () => {
    const topic = unique();
    const [one, two] = await Promise.all([connectWire(hub), connectWire(hub)]);
    for (const client of [one, two]) await subscribe(client, { topic, qos: 1, nl: true });
    await publish(one, { topic, payload: 'of one', qos: 1 });
    expect(String((await receive(two)).payload)).toBe('of one');
    expect(await heard(one)).toEqual([]);
    await Promise.all([one.end(), two.end()]);
  });

  it('no local: holds for an absent client, too', async () => {
    const topic = unique();
    const session = keptSession();
    const client = await connectWire(hub, session);
    await subscribe(client, { topic, qos: 1, nl: true });
    await publish(client, { topic, payload: 'of itself', qos: 1 });
    await client.end();
    const back = await connectWire(hub, session);
    await publish(back, { topic, payload: 'of itself', qos: 1 });
    expect(await heard(back)).toEqual([]);
    await back.end();
  });

  it('retain as published: keeps the flag or clears it [MQTT-3.3.1-12] [MQTT-3.3.1-13]', async () => {
    const topic = unique();
    const [asIs, cleared] = await Promise.all([connectWire(hub), connectWire(hub)]);
    await subscribe(asIs, { topic, qos: 1, rap: true });
    await subscribe(cleared, { topic, qos: 1, rap: false });
    for (const retain of [true, false]) {
      await publish(cleared, { topic, payload: 'x', qos: 1, retain });
      expect((await receive(asIs)).retain).toBe(retain);
      expect((await receive(cleared)).retain).toBe(false);
    }
    await Promise.all([asIs.end(), cleared.end()]);
  });

  it.each([
    [0, ['kept', 'kept'], '[MQTT-3.3.1-9]'],
    [1, ['kept'], '[MQTT-3.3.1-10]'],
    [2, [], '[MQTT-3.3.1-11]'],
  ] as const)('retain handling %i: %j after subscribing twice %s', async (rh, expected, _clause) => {
    const topic = unique();
    const client = await connectWire(hub);
    await publish(client, { topic, payload: 'kept', qos: 1, retain: true });
    const values: string[] = [];
    for (let turn = 0; turn < 2; turn++) {
      await subscribe(client, { topic, qos: 0, rh });
      values.push(...(await heard(client)));
    }
    expect(values).toEqual(expected);
    await client.end();
  });

  it('come back with the session, also over a restart of the hub [MQTT-4.1.0-1]', async () => {
    const topic = unique();
    const session = keptSession();
    const before = await connectWire(hub, session);
    await subscribe(before, { topic, qos: 1, nl: true, rap: true }, { subscriptionIdentifier: 321 });
    await before.end();
    await hub.stop();
    await hub.restart();
    const after = await connectWire(hub, session);
    const sender = await connectWire(hub);
    await publish(after, { topic, payload: 'of itself', qos: 1 });
    await publish(sender, { topic, payload: 'kept', qos: 1, retain: true });
    const packet = await receive(after);
    expect(String(packet.payload)).toBe('kept');
    expect(packet).toMatchObject({ retain: true, properties: { subscriptionIdentifier: 321 } });
    expect(await heard(after)).toEqual([]);
    await Promise.all([after.end(), sender.end()]);
  });

  it.each([
    ['no local with a shared subscription [MQTT-3.8.3-4]', [0, 1, 0, ...text('$share/g/a'), 0x04], 0x82],
    ['retain handling 3', [0, 1, 0, ...text('a'), 0x30], 0x82],
    ['subscription identifier 0', [0, 1, ...block([0x0b, 0]), ...text('a'), 0], 0x82],
    ['two subscription identifiers', [0, 1, ...block([0x0b, 1, 0x0b, 2]), ...text('a'), 0], 0x82],
    ['an unknown property', [0, 1, ...block([0x7f, 1]), ...text('a'), 0], 0x81],
  ])('end the connection at %s', async (_what, body, code) => {
    const client = await connectWire(hub);
    client.sendBytes(packetOf(SUBSCRIBE, body));
    await expectEnd(client, code);
  });
});

describe('MQTT 5 subscription identifiers', () => {
  it('name the subscriptions a message came through, each of them [MQTT-3.3.4-3] [MQTT-3.3.4-4]', async () => {
    const root = unique();
    const client = await connectWire(hub);
    await subscribe(client, { topic: `${root}/#`, qos: 1 }, { subscriptionIdentifier: 2 });
    await subscribe(client, { topic: `${root}/+`, qos: 0 }, { subscriptionIdentifier: 268_435_455 });
    await subscribe(client, { topic: `${root}/x`, qos: 1 });
    await publish(client, { topic: `${root}/x`, payload: 'x', qos: 1 });
    const { properties } = await receive(client);
    expect([properties?.subscriptionIdentifier].flat().sort()).toEqual([2, 268_435_455]);
    expect(await heard(client)).toEqual([]);
    await publish(client, { topic: `${root}/x/y`, payload: 'x', qos: 1 });
    expect((await receive(client)).properties?.subscriptionIdentifier).toBe(2);
    await client.end();
  });

  it('are replaced with the subscription, and left away without one', async () => {
    const topic = unique();
    const client = await connectWire(hub);
    for (const properties of [{ subscriptionIdentifier: 1 }, { subscriptionIdentifier: 9 }, undefined]) {
      await subscribe(client, { topic, qos: 1 }, properties);
      await publish(client, { topic, payload: 'x', qos: 1 });
      const packet = await receive(client);
      expect(packet.properties?.subscriptionIdentifier).toBe(properties?.subscriptionIdentifier);
    }
    await client.end();
  });

  it('come with retained values and with what waited for an absent client', async () => {
    const topic = unique();
    const session = keptSession();
    const client = await connectWire(hub, session);
    await publish(client, { topic, payload: 'kept', qos: 1, retain: true });
    await subscribe(client, { topic, qos: 1 }, { subscriptionIdentifier: 5 });
    expect(await receive(client)).toMatchObject({ retain: true, properties: { subscriptionIdentifier: 5 } });
    await client.end();
    const sender = await connectWire(hub);
    await publish(sender, { topic, payload: 'queued', qos: 1 });
    const back = await connectWire(hub, session);
    expect((await receive(back)).properties?.subscriptionIdentifier).toBe(5);
    await Promise.all([back.end(), sender.end()]);
  });
});
