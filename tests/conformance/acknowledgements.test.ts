/** PUBACK, PUBREC, PUBREL and PUBCOMP: handshakes, their repetition after a lost connection, and reasons in MQTT 5. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, setUpOwner } from '../helpers/api-client.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import {
  BOTH_VERSIONS,
  connectWire,
  expectEnd,
  heard,
  MQTT_3,
  packetOf,
  publish,
  receive,
  settle,
  subscribe,
  unique,
  type Way,
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

const FIRST_BYTE = { puback: 0x40, pubrec: 0x50, pubcomp: 0x70 } as const;
const keptSession = () => ({ clientId: unique(), clean: false, properties: { sessionExpiryInterval: 600 } });
const asDevice = (way: Way) =>
  connectWire(hub, { clientId: 'bench-1', username: 'bench-1', password: Buffer.from(token) }, way);

describe.each(BOTH_VERSIONS)('$name', (way) => {
  it('delivers a QoS 2 message once, however often it is sent before PUBREL [MQTT-4.3.3-10] (3.1.1: 4.3.3-2)', async () => {
    const topic = unique();
    const client = await connectWire(hub, {}, way);
    await subscribe(client, { topic, qos: 0 });
    for (const dup of [false, true, true]) {
      client.publish({ topic, payload: 'once', qos: 2, messageId: 7, dup });
      await client.take('pubrec');
    }
    client.send({ cmd: 'pubrel', messageId: 7 });
    await client.take('pubcomp');
    expect(await heard(client)).toEqual(['once']);
    // The id is free again: the same words are another message now.
    await publish(client, { topic, payload: 'once', qos: 2, messageId: 7 });
    expect(await heard(client)).toEqual(['once']);
    await client.end();
  });

  it('remembers a QoS 2 handshake over reconnects [MQTT-4.1.0-1]', async () => {
    const topic = unique();
    const reader = await connectWire(hub, {}, way);
    await subscribe(reader, topic);
    const session = keptSession();
    const before = await connectWire(hub, session, way);
    before.publish({ topic, payload: 'once', qos: 2, messageId: 9 });
    await before.take('pubrec');
    before.destroy();
    const after = await connectWire(hub, session, way);
    after.publish({ topic, payload: 'once', qos: 2, messageId: 9, dup: true });
    await after.take('pubrec');
    after.send({ cmd: 'pubrel', messageId: 9 });
    await after.take('pubcomp');
    await receive(reader);
    expect(await heard(reader)).toEqual([]);
    await Promise.all([after.end(), reader.end()]);
  });

  it('answers PUBREL of an id it does not know with PUBCOMP [MQTT-4.3.3-11]; v5 says 0x92', async () => {
    const client = await connectWire(hub, {}, way);
    client.send({ cmd: 'pubrel', messageId: 1234 });
    expect((await client.take('pubcomp')).reasonCode ?? 0).toBe(way.version === 5 ? 0x92 : 0);
    await client.end();
  });

  it.each([1, 2] as const)(
    'sends an unanswered QoS %i message again, with DUP and its id, after a reconnect [MQTT-4.4.0-1] [MQTT-3.3.1-1]',
    async (qos) => {
      const topic = unique();
      const session = keptSession();
      const before = await connectWire(hub, session, way);
      await subscribe(before, topic);
      const sender = await connectWire(hub, {}, way);
      await publish(sender, { topic, payload: 'again', qos });
      const first = await before.take('publish');
      expect(first.dup).toBe(false);
      before.destroy();
      const after = await connectWire(hub, session, way);
      const second = await after.take('publish');
      expect(second).toMatchObject({ dup: true, qos, messageId: first.messageId });
      after.send({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId: second.messageId ?? 0 });
      if (qos === 2) {
        await after.take('pubrel');
        after.destroy();
        // From here on only PUBREL may be repeated: the message has arrived.
        const third = await connectWire(hub, session, way);
        expect((await third.take('pubrel')).messageId).toBe(second.messageId);
        third.send({ cmd: 'pubcomp', messageId: second.messageId ?? 0 });
        expect(await heard(third)).toEqual([]);
        await third.end();
      } else {
        await settle(after);
        await after.end();
      }
      const last = await connectWire(hub, session, way);
      expect(await heard(last)).toEqual([]);
      await Promise.all([last.end(), sender.end()]);
    },
  );

  it('does not use an id twice while it is out [MQTT-2.2.1-4]', async () => {
    const topic = unique();
    const client = await connectWire(hub, {}, way);
    await subscribe(client, topic);
    const sender = await connectWire(hub, {}, way);
    for (let count = 0; count < 30; count++) await publish(sender, { topic, payload: String(count), qos: 1 });
    const ids = new Set<number | undefined>();
    for (let count = 0; count < 30; count++) ids.add((await client.take('publish')).messageId);
    expect(ids.size).toBe(30);
    await Promise.all([client.end(), sender.end()]);
  });

  it('acknowledges what it refuses, and drops it; v5 says why', async () => {
    const device = await asDevice(way);
    const expected = way.version === 5 ? 0x87 : 0;
    expect(await publish(device, { topic: 'ruche/other/telemetry', payload: '{}', qos: 1 })).toBe(expected);
    expect(await publish(device, { topic: '$SYS/broker/x', payload: '{}', qos: 2 })).toBe(expected);
    await settle(device);
    await device.end();
  });

  it.each([
    ['PUBREL with flags 0', 0x60, [0, 1], '[MQTT-3.6.1-1]'],
    ['PUBACK with flags', 0x41, [0, 1], '[MQTT-2.1.3-1]'],
    ['PUBACK without an id', 0x40, [], ''],
    ['PUBREC cut short', 0x50, [0], ''],
  ])('ends the connection at %s %s', async (_what, first, body) => {
    const client = await connectWire(hub, {}, way);
    client.sendBytes(packetOf(first, body));
    await expectEnd(client, 0x81);
  });

  // [MQTT-4.8.0-1] (5: 4.13.1-1) A protocol violation ends the connection.
  it.each([
    ['PUBREC of a QoS 1 message', 1, ['pubrec']],
    ['PUBCOMP of a QoS 1 message', 1, ['pubcomp']],
    ['PUBACK of a QoS 2 message', 2, ['puback']],
    ['PUBCOMP of a QoS 2 message before PUBREC', 2, ['pubcomp']],
    ['PUBACK of a QoS 2 message after PUBREC', 2, ['pubrec', 'puback']],
  ] as const)('ends the connection at %s', async (_what, qos, answers) => {
    const topic = unique();
    const client = await connectWire(hub, {}, way);
    await subscribe(client, { topic, qos });
    const sender = await connectWire(hub, {}, way);
    await publish(sender, { topic, payload: 'x', qos });
    const { messageId = 0 } = await client.take('publish');
    for (const [at, answer] of answers.entries()) {
      if (at > 0) await client.take('pubrel');
      client.sendBytes(packetOf(FIRST_BYTE[answer], [messageId >> 8, messageId & 0xff]));
    }
    await expectEnd(client, 0x82);
    await sender.end();
  });

  it('answers a QoS 2 message before it sends it back to its sender (figure 4.3)', async () => {
    const topic = unique();
    const client = await connectWire(hub, {}, way);
    await subscribe(client, { topic, qos: 2 });
    client.publish({ topic, payload: 'echo', qos: 2, messageId: 301 });
    await client.take('publish');
    expect(client.inbox.map(({ cmd }) => cmd)).toEqual(['pubrec']);
    await client.end();
  });

  it('is not troubled by acknowledgements of ids that are not out', async () => {
    const client = await connectWire(hub, {}, way);
    client.send({ cmd: 'puback', messageId: 77 });
    client.send({ cmd: 'pubcomp', messageId: 78 });
    await settle(client);
    client.send({ cmd: 'pubrec', messageId: 79 });
    expect((await client.take('pubrel')).reasonCode ?? 0).toBe(way.version === 5 ? 0x92 : 0);
    await client.end();
  });
});

describe('MQTT 5 reasons', () => {
  it('says that nobody was there: 0x10 (3.4.2.1)', async () => {
    const topic = unique();
    const client = await connectWire(hub);
    expect(await publish(client, { topic, payload: 'x', qos: 1 })).toBe(0x10);
    expect(await publish(client, { topic, payload: 'x', qos: 2 })).toBe(0x10);
    await subscribe(client, { topic, qos: 0 });
    expect(await publish(client, { topic, payload: 'x', qos: 1 })).toBe(0);
    await client.end();
  });

  it('gives a sentence and a cure with a refusal', async () => {
    const device = await asDevice({ version: 5, transport: 'tcp' });
    device.publish({ topic: '$SYS/broker/x', payload: '{}', qos: 1, messageId: 5 });
    const { reasonCode, properties } = await device.take('puback');
    expect(reasonCode).toBe(0x87);
    expect(properties?.reasonString).toMatch(/Only the hub publishes.*\. .+\./);
    await device.end();
  });

  it('keeps the sentence to itself when the client asked for none [MQTT-3.1.2-29]', async () => {
    const login = { clientId: 'bench-1', username: 'bench-1', password: Buffer.from(token) };
    const device = await connectWire(hub, { ...login, properties: { requestProblemInformation: false } });
    device.publish({ topic: '$SYS/broker/x', payload: '{}', qos: 1, messageId: 5 });
    const answer = await device.take('puback');
    expect(answer.reasonCode).toBe(0x87);
    expect(answer.properties?.reasonString).toBeUndefined();
    await device.end();
  });

  it.each([
    ['a reason code PUBACK does not have', [0, 1, 0x42], 0x82],
    ['a property PUBACK does not have', [0, 1, 0, 3, 0x21, 0, 1], 0x81],
    ['a property length beyond the packet', [0, 1, 0, 9], 0x81],
  ])('ends the connection at %s', async (_what, body, code) => {
    const client = await connectWire(hub);
    client.sendBytes(packetOf(0x40, body));
    await expectEnd(client, code);
  });

  it('takes reasons and properties with acknowledgements', async () => {
    const topic = unique();
    const client = await connectWire(hub);
    await subscribe(client, topic);
    await publish(client, { topic, payload: 'x', qos: 1 });
    const { messageId = 0 } = await client.take('publish');
    client.send({
      cmd: 'puback',
      messageId,
      reasonCode: 0x80,
      properties: { reasonString: 'no', userProperties: { a: 'b' } },
    });
    await settle(client);
    await client.end();
  });
});

it('delivers between the versions at QoS 2', async () => {
  const topic = unique();
  const old = await connectWire(hub, {}, MQTT_3);
  const modern = await connectWire(hub);
  await Promise.all([subscribe(old, topic), subscribe(modern, topic)]);
  await publish(old, { topic, payload: 'from 3.1.1', qos: 2 });
  for (const client of [old, modern]) expect(String((await receive(client)).payload)).toBe('from 3.1.1');
  await publish(modern, { topic, payload: 'from 5', qos: 2 });
  for (const client of [old, modern]) expect(String((await receive(client)).payload)).toBe('from 5');
  await Promise.all([old.end(), modern.end()]);
});
