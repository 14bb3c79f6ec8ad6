/** PUBLISH: delivery at every QoS, retained values, properties carried unaltered, and what is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import {
  BOTH_VERSIONS,
  block,
  connectWire,
  EVERY_WAY,
  expectEnd,
  heard,
  MQTT_3,
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
const PROPERTIES = {
  payloadFormatIndicator: true,
  contentType: 'text/plain; charset=utf-8',
  responseTopic: 'answers/here',
  correlationData: Buffer.from([0, 255, 1, 254]),
  userProperties: { a: ['1', '2'], é: '', '': 'empty key' },
};

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

  it('is retained for its own sender, who subscribes right after it [MQTT-3.3.1-9] (3.1.1: 3.3.1-8)', async () => {
    const client = await connectWire(hub, {}, way);
    for (const qos of [0, 1, 2] as const) {
      const topic = unique();
      client.publish({ topic, payload: 'before', qos, retain: true, messageId: 50 + qos });
      client.send({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic, qos: 0 }] });
      expect(await receive(client)).toMatchObject({ topic, retain: true });
      expect(await heard(client)).toEqual([]);
      if (qos === 2) client.send({ cmd: 'pubrel', messageId: 52 });
    }
    await client.end();
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
