/** PUBLISH in MQTT 5: topic aliases, and how many messages and bytes may be on their way. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import {
  block,
  connectWire,
  expectEnd,
  expectHealthy,
  heard,
  MQTT_5,
  packetOf,
  publish,
  receive,
  settle,
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

describe('MQTT 5 topic aliases', () => {
  it('stand for the topic they were set with, and can be set anew [MQTT-3.3.2-10] [MQTT-3.3.2-12]', async () => {
    const [one, two] = [unique(), unique()];
    const client = await connectWire(hub);
    await subscribe(client, [
      { topic: one, qos: 1 },
      { topic: two, qos: 1 },
    ]);
    const properties = { topicAlias: 3 };
    await publish(client, { topic: one, payload: '1', qos: 1, properties });
    await publish(client, { topic: '', payload: '2', qos: 1, properties });
    await publish(client, { topic: two, payload: '3', qos: 1, properties });
    await publish(client, { topic: '', payload: '4', qos: 2, properties });
    const topics: string[] = [];
    while (topics.length < 4) topics.push((await receive(client)).topic);
    expect(topics).toEqual([one, one, two, two]);
    await client.end();
  });

  it('last no longer than the connection [MQTT-3.3.2-7]', async () => {
    const session = { clientId: unique(), clean: false, properties: { sessionExpiryInterval: 60 } };
    const first = await connectWire(hub, session);
    await publish(first, { topic: unique(), payload: '1', qos: 1, properties: { topicAlias: 1 } });
    await first.end();
    const second = await connectWire(hub, session);
    second.send({
      cmd: 'publish',
      topic: '',
      payload: '',
      qos: 0,
      dup: false,
      retain: false,
      properties: { topicAlias: 1 },
    });
    await expectEnd(second, 0x82);
  });

  it.each([
    ['0 [MQTT-3.3.2-8]', () => 0],
    ['more than the hub takes [MQTT-3.3.2-9]', (max: number) => max + 1],
  ])('end the connection when they are %s', async (_what, aliasOf) => {
    const client = await connectWire(hub);
    const alias = aliasOf(client.connack.properties?.topicAliasMaximum ?? 0);
    client.sendBytes(packetOf(PUBLISH, [...text('a'), ...block([0x23, alias >> 8, alias & 0xff]), 1]));
    await expectEnd(client, 0x94);
  });

  it('end the connection when there is neither topic nor alias', async () => {
    const client = await connectWire(hub);
    client.sendBytes(packetOf(PUBLISH, [...text(''), 0, 1]));
    await expectEnd(client, 0x82);
  });

  it('are used by the hub as far as the client allows [MQTT-3.3.2-11] [MQTT-3.1.2-26]', async () => {
    const topics = [unique(), unique(), unique()];
    const reader = await connectWire(hub, { properties: { topicAliasMaximum: 2 } });
    const sender = await connectWire(hub);
    for (const topic of topics) await subscribe(reader, topic);
    for (const topic of [...topics, ...topics]) await publish(sender, { topic, payload: topic, qos: 1 });
    const known = new Map<number, string>();
    let isShortened = 0;
    for (let count = 0; count < 6; count++) {
      const { topic, payload, properties } = await receive(reader);
      const alias = properties?.topicAlias;
      if (alias !== undefined) expect([1, 2]).toContain(alias);
      if (alias !== undefined && topic !== '') known.set(alias, topic);
      if (topic === '') isShortened++;
      expect(topic === '' ? known.get(alias ?? 0) : topic).toBe(String(payload));
    }
    expect(isShortened).toBeGreaterThan(0);
    await Promise.all([reader.end(), sender.end()]);
  });

  it('are not used by the hub for a client that allows none [MQTT-3.1.2-27]', async () => {
    const topic = unique();
    const client = await connectWire(hub);
    await subscribe(client, topic);
    for (let count = 0; count < 3; count++) {
      await publish(client, { topic, payload: 'x' });
      const packet = await receive(client);
      expect(packet.topic).toBe(topic);
      expect(packet.properties?.topicAlias).toBeUndefined();
    }
    await client.end();
  });
});

describe('MQTT 5 flow control', () => {
  it('has no more unanswered messages out than the client allows [MQTT-3.3.4-9] [MQTT-4.9.0-1]', async () => {
    const topic = unique();
    const reader = await connectWire(hub, { properties: { receiveMaximum: 2 } });
    await subscribe(reader, topic);
    const sender = await connectWire(hub);
    for (let count = 1; count <= 5; count++) {
      await publish(sender, { topic, payload: String(count), qos: count % 2 === 0 ? 2 : 1 });
    }
    await publish(sender, { topic, payload: 'zero' }); // QoS 0 does not wait. [MQTT-3.3.4-10]
    const first = await reader.take('publish');
    const second = await reader.take('publish');
    expect([String(first.payload), String(second.payload)]).toEqual(['1', '2']);
    await settle(reader);
    expect(reader.drain().filter((packet) => packet.cmd === 'publish' && packet.qos > 0)).toEqual([]);
    reader.send({ cmd: 'puback', messageId: first.messageId ?? 0 });
    expect(String((await reader.take('publish')).payload)).toBe('3');
    // Half a QoS 2 handshake frees nothing.
    reader.send({ cmd: 'pubrec', messageId: second.messageId ?? 0 });
    await reader.take('pubrel');
    expect(await heard(reader)).toEqual([]);
    reader.send({ cmd: 'pubcomp', messageId: second.messageId ?? 0 });
    expect(String((await reader.take('publish')).payload)).toBe('4');
    await Promise.all([reader.end(), sender.end()]);
  });

  it('gives the place of a message the client refused with PUBREC to the next [MQTT-4.9.0-2]', async () => {
    const topic = unique();
    const reader = await connectWire(hub, { properties: { receiveMaximum: 1 } });
    await subscribe(reader, topic);
    const sender = await connectWire(hub);
    for (const payload of ['1', '2']) await publish(sender, { topic, payload, qos: 2 });
    const first = await reader.take('publish');
    reader.send({ cmd: 'pubrec', messageId: first.messageId ?? 0, reasonCode: 0x83 });
    expect(String((await receive(reader)).payload)).toBe('2');
    expect(reader.inbox.filter(({ cmd }) => cmd === 'pubrel')).toEqual([]);
    await Promise.all([reader.end(), sender.end()]);
  });

  it('ends the connection of a client that exceeds what the hub allows [MQTT-3.3.4-7]', async () => {
    const client = await connectWire(hub);
    const max = client.connack.properties?.receiveMaximum ?? 65_535;
    const topic = unique();
    const packets: Buffer[] = [];
    for (let messageId = 1; messageId <= max + 1; messageId++) {
      packets.push(packetOf(PUBLISH | 0x04, [...text(topic), messageId >> 8, messageId & 0xff, 0, 1]));
    }
    client.sendBytes(Buffer.concat(packets));
    await expectEnd(client, 0x93);
  });

  it('sends nothing larger than the client takes, and goes on as if it had [MQTT-3.1.2-24] [MQTT-3.1.2-25]', async () => {
    const topic = unique();
    const session = {
      clientId: unique(),
      clean: false,
      properties: { maximumPacketSize: 100, sessionExpiryInterval: 60 },
    };
    const reader = await connectWire(hub, session);
    await subscribe(reader, topic);
    const sender = await connectWire(hub);
    for (const qos of [0, 1, 2] as const) {
      await publish(sender, { topic, payload: 'x'.repeat(101), qos });
      await publish(sender, { topic, payload: `fits ${qos}`, qos });
      expect(String((await receive(reader)).payload)).toBe(`fits ${qos}`);
    }
    await reader.end();
    await publish(sender, { topic, payload: 'x'.repeat(101), qos: 1 });
    await publish(sender, { topic, payload: 'fits', qos: 1 });
    const back = await connectWire(hub, session);
    expect(String((await receive(back)).payload)).toBe('fits');
    expect(await heard(back)).toEqual([]);
    await Promise.all([back.end(), sender.end()]);
  });

  it('counts the properties when it looks at the size', async () => {
    const topic = unique();
    const reader = await connectWire(hub, { properties: { maximumPacketSize: 100 } });
    await subscribe(reader, topic);
    const sender = await connectWire(hub, {}, MQTT_5);
    await publish(sender, { topic, payload: 'x', properties: { userProperties: { long: 'x'.repeat(100) } } });
    await publish(sender, { topic, payload: 'y' });
    expect(String((await receive(reader)).payload)).toBe('y');
    await Promise.all([reader.end(), sender.end()]);
  });
});

it('serves others after all that', async () => {
  await expectHealthy(hub);
});
