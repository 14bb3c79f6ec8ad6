/** The will of CONNECT: published when it must be, once, with its properties, and not before its delay is over. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import {
  BOTH_VERSIONS,
  connectOf,
  connectWire,
  heard,
  openWire,
  receive,
  settle,
  subscribe,
  unique,
} from '../helpers/wire.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_ANONYMOUS: 'open' } });
});
afterAll(() => hub?.close());

describe.each(BOTH_VERSIONS)('$name', (way) => {
  it.each([0, 1, 2] as const)('is published at QoS %i when the connection breaks [MQTT-3.1.2-8]', async (qos) => {
    const topic = unique();
    const reader = await connectWire(hub, {}, way);
    await subscribe(reader, topic);
    const client = await connectWire(hub, { will: { topic, payload: 'gone', qos } }, way);
    client.destroy();
    expect(await receive(reader)).toMatchObject({ topic, qos, retain: false }); // [MQTT-3.1.2-14]
    expect(await heard(reader)).toEqual([]);
    await reader.end();
  });

  it('is published when the keep-alive runs out', async () => {
    const topic = unique();
    const reader = await connectWire(hub, {}, way);
    await subscribe(reader, topic);
    await connectWire(hub, { keepalive: 1, will: { topic, payload: 'silent' } }, way);
    expect(String((await receive(reader)).payload)).toBe('silent');
    await reader.end();
  });

  it('is published when the client breaks the protocol', async () => {
    const topic = unique();
    const reader = await connectWire(hub, {}, way);
    await subscribe(reader, topic);
    const client = await connectWire(hub, { will: { topic, payload: 'broken' } }, way);
    client.sendBytes(Buffer.from([0x36, 3, 0, 1, 97]));
    expect(String((await receive(reader)).payload)).toBe('broken');
    await reader.end();
  });

  it('is published when another connection takes over', async () => {
    const [topic, clientId] = [unique(), unique()];
    const reader = await connectWire(hub, {}, way);
    await subscribe(reader, topic);
    await connectWire(hub, { clientId, will: { topic, payload: 'taken over' } }, way);
    const newer = await connectWire(hub, { clientId }, way);
    expect(String((await receive(reader)).payload)).toBe('taken over');
    await Promise.all([reader.end(), newer.end()]);
  });

  it('is retained when it says so [MQTT-3.1.2-15]', async () => {
    const topic = unique();
    const reader = await connectWire(hub, {}, way);
    await subscribe(reader, topic);
    const client = await connectWire(hub, { will: { topic, payload: 'gone', retain: true, qos: 1 } }, way);
    client.destroy();
    await receive(reader);
    const late = await connectWire(hub, {}, way);
    await subscribe(late, topic);
    expect(await receive(late)).toMatchObject({ retain: true, qos: 1 });
    await Promise.all([reader.end(), late.end()]);
  });

  it('may have an empty payload', async () => {
    const topic = unique();
    const reader = await connectWire(hub, {}, way);
    await subscribe(reader, topic);
    const client = await connectWire(hub, { will: { topic, payload: '' } }, way);
    client.destroy();
    expect(String((await receive(reader)).payload)).toBe('');
    await reader.end();
  });
});

describe('MQTT 5', () => {
  const properties = {
    payloadFormatIndicator: true,
    contentType: 'text/plain',
    responseTopic: 'answers',
    correlationData: Buffer.from([1, 0, 255]),
    userProperties: { a: ['1', '2'], b: '3' },
  };

  it('carries its properties, also to who comes later [MQTT-3.1.3-10]', async () => {
    const topic = unique();
    const reader = await connectWire(hub);
    await subscribe(reader, topic);
    const will = {
      topic,
      payload: 'gone',
      qos: 1 as const,
      retain: true,
      properties: { ...properties, willDelayInterval: 0 },
    };
    (await connectWire(hub, { will })).destroy();
    expect((await receive(reader)).properties).toEqual(properties);
    const late = await connectWire(hub);
    await subscribe(late, topic);
    expect((await receive(late)).properties).toEqual(properties);
    await Promise.all([reader.end(), late.end()]);
  });

  it('expires from when it is published', async () => {
    const topic = unique();
    const reader = await connectWire(hub);
    await subscribe(reader, topic);
    const will = { topic, payload: 'gone', properties: { messageExpiryInterval: 60 } };
    (await connectWire(hub, { will })).destroy();
    expect((await receive(reader)).properties?.messageExpiryInterval).toBe(60);
    await reader.end();
  });

  const delayed = (topic: string, delayS: number, expiryS: number, clientId = unique()) =>
    connectWire(hub, {
      clientId,
      clean: false,
      properties: { sessionExpiryInterval: expiryS },
      will: { topic, payload: 'gone', qos: 1, properties: { willDelayInterval: delayS } },
    });

  it('waits for its delay (3.1.3.2.2)', async () => {
    const topic = unique();
    const reader = await connectWire(hub);
    await subscribe(reader, topic);
    const client = await delayed(topic, 1, 60);
    const leftMs = performance.now();
    client.destroy();
    await receive(reader);
    expect(performance.now() - leftMs).toBeGreaterThan(900);
    await reader.end();
  });

  it('does not wait longer than the session lives', async () => {
    const topic = unique();
    const reader = await connectWire(hub);
    await subscribe(reader, topic);
    (await delayed(topic, 60, 0)).destroy();
    await receive(reader);
    (await delayed(topic, 60, 1)).destroy();
    await receive(reader);
    await reader.end();
  });

  it('is not published when the client comes back before [MQTT-3.1.3-9]', async () => {
    const [topic, clientId] = [unique(), unique()];
    const reader = await connectWire(hub);
    await subscribe(reader, topic);
    (await delayed(topic, 1, 60, clientId)).destroy();
    const back = await connectWire(hub, { clientId, clean: false, properties: { sessionExpiryInterval: 60 } });
    expect(back.connack.sessionPresent).toBe(true);
    const backMs = performance.now();
    await until(() => performance.now() - backMs > 1300, { everyMs: 50 });
    expect(await heard(reader)).toEqual([]);
    await Promise.all([reader.end(), back.end()]);
  });

  it('is published at once when the client comes back clean: its session has ended (3.1.2.5)', async () => {
    const [topic, clientId] = [unique(), unique()];
    const reader = await connectWire(hub);
    await subscribe(reader, topic);
    (await delayed(topic, 600, 6000, clientId)).destroy();
    const back = await connectWire(hub, { clientId, clean: true });
    await receive(reader);
    await Promise.all([reader.end(), back.end()]);
  });

  it('is not published by a take-over that resumes the session in time', async () => {
    const [topic, clientId] = [unique(), unique()];
    const reader = await connectWire(hub);
    await subscribe(reader, topic);
    const older = await delayed(topic, 600, 6000, clientId);
    const newer = await connectWire(hub, { clientId, clean: false });
    await older.closed();
    await settle(newer);
    expect(await heard(reader)).toEqual([]);
    await Promise.all([reader.end(), newer.end()]);
  });

  it('that waits is kept over a kill of the hub, and published once', async () => {
    const topic = unique();
    const client = await delayed(topic, 2, 600);
    client.destroy();
    const session = { clientId: unique(), clean: false, properties: { sessionExpiryInterval: 600 } };
    const reader = await connectWire(hub, session);
    await subscribe(reader, topic);
    await hub.kill();
    await hub.restart();
    const back = await connectWire(hub, session);
    expect(String((await receive(back)).payload)).toBe('gone');
    await hub.stop();
    await hub.restart();
    const again = await connectWire(hub, session);
    const againMs = performance.now();
    await until(() => performance.now() - againMs > 2300, { everyMs: 50 });
    expect(await heard(again)).toEqual([]);
    await again.end();
  });

  it('whose payload is not the text it claims to be is refused with 0x99 (3.1.3.2.3)', async () => {
    const client = await openWire(hub);
    const will = { topic: 'a', payload: Buffer.from([0xff]), properties: { payloadFormatIndicator: true } };
    client.send(connectOf(5, { clientId: unique(), will }));
    expect((await client.take('connack')).reasonCode).toBe(0x99);
    await client.closed();
  });
});
