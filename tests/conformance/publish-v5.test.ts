/** PUBLISH of MQTT 5: properties carried unaltered, expiry, topic aliases and flow control. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import {
  block,
  connectWire,
  EVERY_WAY,
  expectEnd,
  expectHealthy,
  heard,
  MQTT_3,
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
const PROPERTIES = {
  payloadFormatIndicator: true,
  contentType: 'text/plain; charset=utf-8',
  responseTopic: 'answers/here',
  correlationData: Buffer.from([0, 255, 1, 254]),
  userProperties: { a: ['1', '2'], é: '', '': 'empty key' },
};

describe('MQTT 5 properties', () => {
  it.each(EVERY_WAY.filter(({ version }) => version === 5))(
    'arrive unaltered over $transport [MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-20]',
    async (way) => {
      const topic = unique();
      const client = await connectWire(hub, {}, way);
      await subscribe(client, topic);
      for (const qos of [0, 1, 2] as const) {
        await publish(client, { topic, payload: 'x', qos, properties: PROPERTIES });
        expect((await receive(client)).properties).toEqual(PROPERTIES);
      }
      await client.end();
    },
  );

  it('keep the order of user properties, also of equal names [MQTT-3.3.2-18]', async () => {
    const topic = unique();
    const client = await connectWire(hub);
    await subscribe(client, topic);
    const names = ['z', 'a', 'z', '__proto__', 'm', 'a'];
    const properties = names.flatMap((name, at) => [0x26, ...text(name), ...text(String(at))]);
    const sent = packetOf(PUBLISH, [...text(topic), ...block(properties), 1]);
    const bytes: Buffer[] = [];
    client.socket.on('data', (chunk: Buffer) => bytes.push(chunk));
    client.sendBytes(sent);
    await until(() => bytes.length > 0);
    expect(Buffer.concat(bytes).toString('hex')).toBe(sent.toString('hex'));
    client.destroy();
  });

  it('are kept with a retained value and in the queue of an absent client, over a restart of the hub', async () => {
    const topic = unique();
    const session = { clientId: unique(), clean: false, properties: { sessionExpiryInterval: 600 } };
    const absent = await connectWire(hub, session);
    await subscribe(absent, topic);
    await absent.end();
    const sender = await connectWire(hub);
    await publish(sender, { topic, payload: 'x', qos: 1, retain: true, properties: PROPERTIES });
    await sender.end();
    await hub.kill();
    await hub.restart();
    const back = await connectWire(hub, session);
    expect((await receive(back)).properties).toEqual(PROPERTIES);
    const late = await connectWire(hub);
    await subscribe(late, topic);
    expect(await receive(late)).toMatchObject({ retain: true, properties: PROPERTIES });
    await Promise.all([back.end(), late.end()]);
  });

  it('stay away from 3.1.1 clients, who get the payload alone; the other way round nothing is made up', async () => {
    const topic = unique();
    const old = await connectWire(hub, {}, MQTT_3);
    const modern = await connectWire(hub);
    await Promise.all([subscribe(old, topic), subscribe(modern, topic)]);
    await publish(modern, { topic, payload: 'new', qos: 1, properties: PROPERTIES });
    const atOld = await receive(old);
    expect(String(atOld.payload)).toBe('new');
    expect(atOld.properties).toBeUndefined();
    await receive(modern);
    await publish(old, { topic, payload: 'old', qos: 1 });
    expect((await receive(modern)).properties ?? {}).toEqual({});
    await Promise.all([old.end(), modern.end()]);
  });

  it.each([
    ['a property of CONNECT', [0x21, 0, 1], 0x81],
    ['an unknown property', [0x7f, 1], 0x81],
    ['message expiry twice', [0x02, 0, 0, 0, 9, 0x02, 0, 0, 0, 9], 0x82],
    ['payload format 2', [0x01, 2], 0x82],
    ['a response topic with wildcards', [0x08, ...text('a/+')], 0x82],
    ['a subscription identifier [MQTT-3.3.4-6]', [0x0b, 1], 0x82],
    ['half a property', [0x02, 0, 0], 0x81],
  ])('end the connection when they hold %s', async (_what, properties, code) => {
    const client = await connectWire(hub);
    client.sendBytes(packetOf(PUBLISH, [...text('a'), ...block(properties), 1]));
    expect(await expectEnd(client, code)).toMatch(/\w/);
  });

  it('say that a payload is text, and it is not: 0x99, and nobody gets it (3.3.2.3.2)', async () => {
    const topic = unique();
    const client = await connectWire(hub);
    await subscribe(client, topic);
    const properties = { payloadFormatIndicator: true };
    const payload = Buffer.from([0xff, 0xfe]);
    expect(await publish(client, { topic, payload, qos: 1, properties })).toBe(0x99);
    expect(await publish(client, { topic, payload, qos: 2, properties })).toBe(0x99);
    expect(await heard(client)).toEqual([]);
    await client.end();
  });
});

describe('MQTT 5 message expiry', () => {
  it('is sent on with what is left of it [MQTT-3.3.2-6]', async () => {
    const topic = unique();
    const client = await connectWire(hub);
    await publish(client, { topic, payload: 'x', qos: 1, retain: true, properties: { messageExpiryInterval: 60 } });
    await subscribe(client, topic);
    expect((await receive(client)).properties?.messageExpiryInterval).toBeLessThanOrEqual(60);
    const left = await until(async () => {
      await subscribe(client, topic);
      const seconds = (await receive(client)).properties?.messageExpiryInterval ?? 0;
      return seconds < 60 ? seconds : undefined;
    });
    expect(left).toBeGreaterThanOrEqual(57);
    await client.end();
  });

  it('ends retained values and messages that wait for an absent client [MQTT-3.3.2-5]', async () => {
    const topic = unique();
    const session = { clientId: unique(), clean: false, properties: { sessionExpiryInterval: 600 } };
    const absent = await connectWire(hub, session);
    await subscribe(absent, { topic, qos: 2 });
    await absent.end();
    const sender = await connectWire(hub);
    const soon = { messageExpiryInterval: 1 };
    const late = { messageExpiryInterval: 600 };
    await publish(sender, { topic, payload: 'short', qos: 1, properties: soon });
    await publish(sender, { topic, payload: 'long', qos: 2, properties: late });
    await publish(sender, { topic, payload: 'forever', qos: 1 });
    await publish(sender, { topic: `${topic}/kept`, payload: 'short', qos: 1, retain: true, properties: soon });
    await until(
      async () => {
        await subscribe(sender, `${topic}/kept`);
        return (await heard(sender)).length === 0;
      },
      { everyMs: 100 },
    );
    const back = await connectWire(hub, session);
    const first = await receive(back);
    expect(String(first.payload)).toBe('long');
    expect(first.properties?.messageExpiryInterval).toBeLessThan(600);
    const second = await receive(back);
    expect(String(second.payload)).toBe('forever');
    expect(second.properties?.messageExpiryInterval).toBeUndefined();
    expect(await heard(back)).toEqual([]);
    await Promise.all([back.end(), sender.end()]);
  });
});

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
