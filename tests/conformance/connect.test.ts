/** CONNECT: what the first packet may be, and what is said to those who get it wrong. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import {
  BOTH_VERSIONS,
  connectBytes,
  connectOf,
  connectWire,
  EVERY_WAY,
  expectEnd,
  expectHealthy,
  expectRefused,
  heard,
  MQTT_3,
  openWire,
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

const SESSION_EXPIRY = 0x11;
const RECEIVE_MAXIMUM = 0x21;
const PACKET_SIZE = 0x27;
const PROBLEM_INFORMATION = 0x17;
const AUTH_METHOD = 0x15;
const AUTH_DATA = 0x16;
const USER_PROPERTY = 0x26;

describe.each(EVERY_WAY)('$name', (way) => {
  it('closes when the first packet is not CONNECT [MQTT-3.1.0-1]', async () => {
    const client = await openWire(hub, way);
    client.send({ cmd: 'pingreq' });
    await client.closed();
    expect(client.inbox).toEqual([]);
  });

  it('ends the connection at a second CONNECT [MQTT-3.1.0-2]', async () => {
    const client = await connectWire(hub, {}, way);
    client.send(connectOf(way.version, { clientId: unique() }));
    await expectEnd(client, 0x82);
  });

  it('takes client ids of 1 to 23 letters and digits, and longer ones [MQTT-3.1.3-5]', async () => {
    for (const clientId of ['a', 'abcdefghijklmnopqrstuvw', 'x'.repeat(200), '__proto__', 'a/b+c#']) {
      const client = await connectWire(hub, { clientId: `${clientId}` }, way);
      expect(client.connack).toMatchObject(way.version === 5 ? { reasonCode: 0 } : { returnCode: 0 });
      await client.end();
    }
  });

  it('ends the older of two connections with one client id [MQTT-3.1.4-3] (3.1.1: 3.1.4-2)', async () => {
    const clientId = unique();
    const older = await connectWire(hub, { clientId }, way);
    const newer = await connectWire(hub, { clientId }, way);
    await expectEnd(older, 0x8e);
    await settle(newer);
    await newer.end();
  });

  it('processes what was sent before CONNACK arrived [MQTT-3.1.4-5]', async () => {
    const client = await openWire(hub, way);
    const topic = unique();
    client.send(connectOf(way.version, { clientId: unique() }));
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 0 }] });
    client.send({ cmd: 'publish', topic, payload: 'early', qos: 0, dup: false, retain: false });
    expect(await heard(client)).toEqual(['early']);
    await client.end();
  });
});

describe.each(BOTH_VERSIONS)('$name', (way) => {
  it('closes after one and a half times the keep-alive without a packet [MQTT-3.1.2-22] (3.1.1: 3.1.2-24)', async () => {
    const silent = await connectWire(hub, { keepalive: 1 }, way);
    const startedMs = performance.now();
    await expectEnd(silent, 0x8d);
    expect(performance.now() - startedMs).toBeGreaterThan(1400);
    expect(performance.now() - startedMs).toBeLessThan(4000);
  });

  it('does not close while pings come in time [MQTT-3.1.2-20] (3.1.1: 3.1.2-23)', async () => {
    const alive = await connectWire(hub, { keepalive: 1 }, way);
    const silent = await connectWire(hub, { keepalive: 2 }, way);
    const pinging = setInterval(() => alive.send({ cmd: 'pingreq' }), 400);
    await silent.closed();
    clearInterval(pinging);
    expect(alive.isClosed).toBe(false);
    await alive.end();
  });

  it('closes at a protocol name that is not its own [MQTT-3.1.2-1]', async () => {
    const client = await openWire(hub, way);
    client.sendBytes(connectBytes({ name: 'MQTX', level: way.version }));
    await client.closed();
  });

  it.each([
    ['QoS 3', 0x04 | 0x18, '[MQTT-3.1.2-12] (3.1.1: 3.1.2-14)'],
    ['QoS without a will', 0x08, '[MQTT-3.1.2-11]'],
    ['retain without a will', 0x20, '[MQTT-3.1.2-13] (3.1.1: 3.1.2-15)'],
    ['the reserved flag', 0x01, '[MQTT-3.1.2-3]'],
  ])('refuses connect flags with %s %s', async (_what, flags) => {
    const will = flags & 0x04 ? [...(way.version === 5 ? [0] : []), ...text('will'), ...text('gone')] : [];
    const bytes = connectBytes({
      level: way.version,
      flags: 0x02 | flags,
      payload: [...text(unique()), ...will],
    });
    if (way.version === 5) await expectRefused(hub, bytes, { code: 0x81 });
    else {
      const client = await openWire(hub, way);
      client.sendBytes(bytes);
      await client.closed();
      expect(client.inbox).toEqual([]);
    }
  });

  it('refuses a will for a topic of the hub, before it could ever be published', async () => {
    const will = { topic: '$SYS/broker/fake', payload: 'x' };
    const client = await connectWire(hub, { will }, way);
    expect(client.connack).toMatchObject(way.version === 5 ? { reasonCode: 0x87 } : { returnCode: 5 });
    await client.closed();
  });
});

describe('MQTT 3.1.1', () => {
  it('closes at a password without a user name [MQTT-3.1.2-22]', async () => {
    const client = await openWire(hub, MQTT_3);
    client.sendBytes(connectBytes({ level: 4, flags: 0x42, payload: [...text(unique()), ...text('secret')] }));
    await client.closed();
    expect(client.inbox).toEqual([]);
  });

  // [MQTT-3.1.4-1] CONNECT that does not conform to 3.1 is closed without CONNACK.
  it.each([
    ['a client id that is not UTF-8 [MQTT-1.5.3-1]', 0x02, [...text(Buffer.from([0x61, 0xc0, 0xaf]))]],
    ['half a surrogate pair in its client id [MQTT-1.5.3-1]', 0x02, [...text(Buffer.from([0xed, 0xa0, 0x80]))]],
    ['NUL in its client id [MQTT-1.5.3-2]', 0x02, [...text('a\0b')]],
    ['a user name that is not UTF-8 [MQTT-3.1.3-11]', 0x82, [...text('u'), ...text(Buffer.from([0xff]))]],
    ['a will for a topic that is not UTF-8 [MQTT-3.1.3-10]', 0x06, [...text('w'), 0, 1, 0xff, ...text('gone')]],
    ['a will for no topic [MQTT-4.7.3-1]', 0x06, [...text('w'), ...text(''), ...text('gone')]],
    ['a will for a filter [MQTT-3.3.2-2]', 0x06, [...text('w'), ...text('a/#'), ...text('gone')]],
    ['a user name without its flag [MQTT-3.1.2-18]', 0x02, [...text('u'), ...text('user')]],
    ['a user name it does not have [MQTT-3.1.2-19]', 0x82, [...text('u')]],
  ])('closes without CONNACK at %s', async (_what, flags, payload) => {
    const client = await openWire(hub, MQTT_3);
    client.sendBytes(connectBytes({ level: 4, flags, payload }));
    await client.closed();
    expect(client.inbox).toEqual([]);
    await expectHealthy(hub);
  });

  it('answers a level nobody speaks with return code 1 [MQTT-3.1.2-2]', async () => {
    await expectRefused(hub, connectBytes({ level: 9 }), { way: MQTT_3, code: 1 });
  });

  it('answers no client id and a session to keep with return code 2 [MQTT-3.1.3-8]', async () => {
    await expectRefused(hub, connectBytes({ level: 4, flags: 0, payload: text('') }), { way: MQTT_3, code: 2 });
  });

  it('speaks MQTT 3.1 too', async () => {
    const client = await openWire(hub, MQTT_3);
    client.sendBytes(connectBytes({ name: 'MQIsdp', level: 3 }));
    expect((await client.take('connack')).returnCode).toBe(0);
    await client.end();
  });
});

describe('MQTT 5', () => {
  it('takes a password without a user name (3.1.2.9)', async () => {
    const client = await openWire(hub);
    client.sendBytes(connectBytes({ flags: 0x42, payload: [...text(unique()), ...text('secret')] }));
    expect((await client.take('connack')).reasonCode).not.toBe(0x81);
    client.destroy();
  });

  it.each([
    ['an unknown property', [0x7f, 0], 0x81],
    ['a property of another packet', [0x23, 0, 1], 0x81],
    ['session expiry twice', [SESSION_EXPIRY, 0, 0, 0, 1, SESSION_EXPIRY, 0, 0, 0, 1], 0x82],
    ['receive maximum 0', [RECEIVE_MAXIMUM, 0, 0], 0x82],
    ['receive maximum twice', [RECEIVE_MAXIMUM, 0, 5, RECEIVE_MAXIMUM, 0, 5], 0x82],
    ['maximum packet size 0', [PACKET_SIZE, 0, 0, 0, 0], 0x82],
    ['request problem information 2', [PROBLEM_INFORMATION, 2], 0x82],
    ['authentication data without a method', [AUTH_DATA, ...text('x')], 0x82],
    ['an authentication method', [AUTH_METHOD, ...text('SCRAM-SHA-1')], 0x8c],
    ['half a user property', [USER_PROPERTY, ...text('key')], 0x81],
    ['a user property with NUL', [USER_PROPERTY, ...text('k\0y'), ...text('v')], 0x81],
  ])('answers CONNECT with %s by its reason code (3.1.2.11)', async (_what, properties, code) => {
    const reason = await expectRefused(hub, connectBytes({ properties }), { code });
    expect(reason).toMatch(/\w{3,}.*\./);
  });

  it.each([
    ['NUL', [0, 1, 0], '[MQTT-1.5.4-2]'],
    ['half a character', [0, 2, 0xc3, 0x28], '[MQTT-1.5.4-1]'],
    ['a surrogate', [0, 3, 0xed, 0xa0, 0x80], '[MQTT-1.5.4-1]'],
  ])('refuses a client id with %s %s', async (_what, payload) => {
    await expectRefused(hub, connectBytes({ payload }), { code: 0x81 });
  });

  it('refuses a property length that reaches beyond the packet', async () => {
    const bytes = connectBytes();
    bytes[12] = 0x7f;
    await expectRefused(hub, bytes, { code: 0x81 });
  });

  it('refuses bytes behind the last field', async () => {
    await expectRefused(hub, connectBytes({ payload: [...text('c'), 1, 2, 3] }), { code: 0x81 });
  });

  it('assigns a client id when there is none, clean or not [MQTT-3.1.3-6] [MQTT-3.2.2-16]', async () => {
    const ids = new Set<string | undefined>();
    for (const clean of [true, false]) {
      const client = await openWire(hub);
      client.sendBytes(connectBytes({ flags: clean ? 0x02 : 0, payload: text('') }));
      const connack = await client.take('connack');
      expect(connack).toMatchObject({ reasonCode: 0, sessionPresent: false });
      ids.add(connack.properties?.assignedClientIdentifier);
      await client.end();
    }
    expect(ids.size).toBe(2);
    expect(ids).not.toContain(undefined);
  });

  it('keeps the session of an assigned client id like any other [MQTT-3.1.3-7]', async () => {
    const properties = { sessionExpiryInterval: 60 };
    const first = await connectWire(hub, { clientId: '', properties });
    const topic = unique();
    await subscribe(first, topic);
    const clientId = first.connack.properties?.assignedClientIdentifier ?? '';
    await first.end();
    const again = await connectWire(hub, { clientId, clean: false, properties });
    expect(again.connack.sessionPresent).toBe(true);
    expect(again.connack.properties?.assignedClientIdentifier).toBeUndefined();
    await publish(again, { topic, payload: 'kept' });
    expect(String((await receive(again)).payload)).toBe('kept');
    await again.end();
  });

  it('limits the keep-alive and says so [MQTT-3.1.2-21]', async () => {
    const long = await connectWire(hub, { keepalive: 600 });
    const short = await connectWire(hub, { keepalive: 30 });
    expect(long.connack.properties?.serverKeepAlive).toBe(60);
    expect(short.connack.properties?.serverKeepAlive).toBeUndefined();
    await Promise.all([long.end(), short.end()]);
  });

  it('serves others after all that', async () => {
    await expectHealthy(hub);
  });
});
