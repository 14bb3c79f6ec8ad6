/** PUBLISH: delivery at every QoS, retained values, and what is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import {
  BOTH_VERSIONS,
  connectWire,
  EVERY_WAY,
  expectEnd,
  expectHealthy,
  heard,
  packetOf,
  publish,
  receive,
  subscribe,
  text,
  unique,
} from '../helpers/wire.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_ANONYMOUS: 'open' } });
});
afterAll(() => hub?.close());

const PUBLISH = 0x30;
describe.each(EVERY_WAY)('$name', (way) => {
  it.each([0, 1, 2] as const)(
    'delivers at QoS %i once, with an id of the hub [MQTT-4.3.1-1]…[MQTT-4.3.3-1]',
    async (qos) => {
      const topic = unique('a/b');
      const [sender, reader] = await Promise.all([connectWire(hub, {}, way), connectWire(hub, {}, way)]);
      await subscribe(reader, topic);
      expect(await publish(sender, { topic, payload: 'hello', qos })).toBe(0);
      const packet = await receive(reader);
      expect(packet).toMatchObject({ topic, qos, dup: false, retain: false });
      expect(packet.messageId ?? 0).toBeGreaterThan(qos === 0 ? -1 : 0);
      expect(await heard(reader)).toEqual([]);
      await Promise.all([sender.end(), reader.end()]);
    },
  );

  it('carries payloads of nothing, of bytes and of 300 KB', async () => {
    const topic = unique();
    const client = await connectWire(hub, {}, way);
    await subscribe(client, topic);
    for (const payload of [Buffer.alloc(0), Buffer.from([0, 1, 255]), Buffer.alloc(300_000, 7)]) {
      await publish(client, { topic, payload, qos: 1 });
      expect(Buffer.compare(Buffer.from((await receive(client)).payload), payload)).toBe(0);
    }
    await client.end();
  });

  it('refuses a packet larger than it takes, unread', async () => {
    const client = await connectWire(hub, {}, way);
    client.sendBytes(Buffer.from([PUBLISH, 0x80, 0x80, 0x80, 0x01])); // 2 MiB
    await expectEnd(client, 0x95);
  });
});

describe.each(BOTH_VERSIONS)('$name', (way) => {
  it('delivers at the lower of the two QoS [MQTT-3.8.4-8] (3.1.1: 3.8.4-6)', async () => {
    const topic = unique();
    const client = await connectWire(hub, {}, way);
    for (const granted of [0, 1, 2] as const) {
      await subscribe(client, { topic, qos: granted });
      for (const qos of [0, 1, 2] as const) {
        await publish(client, { topic, payload: 'x', qos });
        expect((await receive(client)).qos).toBe(Math.min(qos, granted));
      }
    }
    await client.end();
  });

  it('keeps the order of one publisher at each QoS [MQTT-4.6.0-6]', async () => {
    const topic = unique();
    const [sender, reader] = await Promise.all([connectWire(hub, {}, way), connectWire(hub, {}, way)]);
    await subscribe(reader, topic);
    for (let messageId = 1; messageId <= 60; messageId++) {
      const qos = messageId % 2 === 0 ? 1 : 0;
      sender.publish({ topic, payload: String(messageId), qos, messageId, retain: messageId % 3 === 0 });
    }
    const order: number[] = [];
    while (order.length < 60) order.push(Number((await receive(reader)).payload));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    await Promise.all([sender.end(), reader.end()]);
  });

  it('keeps the last retained value for who comes later, flagged [MQTT-3.3.1-5]', async () => {
    const topic = unique();
    const sender = await connectWire(hub, {}, way);
    await publish(sender, { topic, payload: 'one', qos: 1, retain: true });
    await publish(sender, { topic, payload: 'two', qos: 1, retain: true });
    await publish(sender, { topic, payload: 'not kept', qos: 1 }); // [MQTT-3.3.1-8]
    const reader = await connectWire(hub, {}, way);
    await subscribe(reader, topic);
    const packet = await receive(reader);
    expect(String(packet.payload)).toBe('two');
    expect(packet).toMatchObject({ retain: true, qos: 1 });
    expect(await heard(reader)).toEqual([]);
    await publish(sender, { topic, payload: 'live', retain: true });
    expect(await receive(reader)).toMatchObject({ retain: false }); // [MQTT-3.3.1-12]
    await Promise.all([sender.end(), reader.end()]);
  });

  it('removes a retained value with an empty one, which is delivered but not kept [MQTT-3.3.1-6] [MQTT-3.3.1-7]', async () => {
    const topic = unique();
    const client = await connectWire(hub, {}, way);
    await publish(client, { topic, payload: 'here', qos: 1, retain: true });
    const reader = await connectWire(hub, {}, way);
    await subscribe(reader, topic);
    await receive(reader);
    await publish(client, { topic, payload: '', qos: 1, retain: true });
    expect(String((await receive(reader)).payload)).toBe('');
    await subscribe(client, topic);
    expect(await heard(client)).toEqual([]);
    await Promise.all([client.end(), reader.end()]);
  });

  it('gives every matching retained value, at each QoS, to a wildcard [MQTT-3.3.1-9]', async () => {
    const root = unique();
    const client = await connectWire(hub, {}, way);
    for (const qos of [0, 1, 2] as const) {
      await publish(client, { topic: `${root}/${qos}/x`, payload: `q${qos}`, qos, retain: true });
    }
    await subscribe(client, `${root}/+/x`);
    const values: string[] = [];
    while (values.length < 3) values.push(String((await receive(client)).payload));
    expect(values.sort()).toEqual(['q0', 'q1', 'q2']);
    await client.end();
  });

  it.each([
    ['QoS 3', PUBLISH | 0x06, 'a', '[MQTT-3.3.1-4]', 0x81],
    ['DUP at QoS 0', PUBLISH | 0x08, 'a', '[MQTT-3.3.1-2]', 0x81],
    ['a topic with +', PUBLISH, 'a/+', '[MQTT-3.3.2-2]', 0x90],
    ['a topic with #', PUBLISH, 'a/#', '[MQTT-3.3.2-2]', 0x90],
    ['a topic with NUL', PUBLISH, 'a\0b', '[MQTT-1.5.4-2]', 0x81],
  ])('ends the connection at %s %s', async (_what, first, topic, _clause, code) => {
    const client = await connectWire(hub, {}, way);
    const isV5 = way.version === 5;
    const id = first & 0x06 ? [0, 1] : [];
    client.sendBytes(packetOf(first, [...text(topic), ...id, ...(isV5 ? [0] : []), 1, 2]));
    await expectEnd(client, code);
  });

  it('ends the connection at a topic that is not UTF-8 [MQTT-1.5.4-1]', async () => {
    const client = await connectWire(hub, {}, way);
    const topic = text(Uint8Array.of(0x61, 0xff, 0x62));
    client.sendBytes(packetOf(PUBLISH, [...topic, ...(way.version === 5 ? [0] : []), 1]));
    await expectEnd(client, 0x81);
  });

  it('ends the connection at packet id 0 [MQTT-2.2.1-3] (3.1.1: 2.3.1-1)', async () => {
    const client = await connectWire(hub, {}, way);
    client.sendBytes(packetOf(PUBLISH | 0x02, [...text('a'), 0, 0, ...(way.version === 5 ? [0] : []), 1]));
    await expectEnd(client, way.version === 5 ? 0x82 : 0);
  });
});

it('serves others after all that', async () => {
  await expectHealthy(hub);
});
