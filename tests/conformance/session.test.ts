/** What a kept session holds while its client is away, and over restarts of the hub. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import {
  BOTH_VERSIONS,
  connectWire,
  heard,
  MQTT_3,
  MQTT_5,
  publish,
  receive,
  subscribe,
  unique,
} from '../helpers/wire.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_ANONYMOUS: 'open' } });
});
afterAll(() => hub?.close());

const keptSession = () => ({ clientId: unique(), clean: false, properties: { sessionExpiryInterval: 600 } });

describe.each(BOTH_VERSIONS)('$name', (way) => {
  it('gets what was published while it was away, in order, and nothing below QoS 1 [MQTT-4.5.0-1]', async () => {
    const topic = unique();
    const session = keptSession();
    const absent = await connectWire(hub, session, way);
    await subscribe(absent, [
      { topic, qos: 2 },
      { topic: `${topic}/zero`, qos: 0 },
    ]);
    await absent.end();
    const sender = await connectWire(hub, {}, way);
    for (const qos of [1, 2, 1, 2] as const) await publish(sender, { topic, payload: `q${qos}`, qos });
    await publish(sender, { topic: `${topic}/zero`, payload: 'granted 0', qos: 1 });
    const back = await connectWire(hub, session, way);
    expect(back.connack.sessionPresent).toBe(true);
    for (const qos of [1, 2, 1, 2]) {
      const packet = await receive(back);
      expect(packet).toMatchObject({ qos, dup: false });
      expect(String(packet.payload)).toBe(`q${qos}`);
    }
    expect(await heard(back)).toEqual([]);
    await Promise.all([back.end(), sender.end()]);
  });

  it('gets what waits before what comes live', async () => {
    const topic = unique();
    const session = keptSession();
    const absent = await connectWire(hub, session, way);
    await subscribe(absent, topic);
    await absent.end();
    const sender = await connectWire(hub, {}, way);
    for (let count = 0; count < 150; count++)
      sender.publish({ topic, payload: `${count}`, qos: 1, messageId: count + 1 });
    await sender.take('puback', ({ messageId }) => messageId === 150);
    const coming = connectWire(hub, session, way);
    for (let count = 150; count < 200; count++)
      sender.publish({ topic, payload: `${count}`, qos: 1, messageId: count + 1 });
    const back = await coming;
    for (let count = 0; count < 200; count++) expect(String((await receive(back)).payload)).toBe(`${count}`);
    await Promise.all([back.end(), sender.end()]);
  });

  it('is there after kill -9 of the hub, with its subscriptions and queue', async () => {
    const topic = unique();
    const session = keptSession();
    const absent = await connectWire(hub, session, way);
    await subscribe(absent, topic);
    await absent.end();
    const sender = await connectWire(hub, {}, way);
    for (const payload of ['1', '2', '3']) await publish(sender, { topic, payload, qos: 1 });
    await hub.kill();
    await hub.restart();
    const back = await connectWire(hub, session, way);
    expect(back.connack.sessionPresent).toBe(true);
    for (const payload of ['1', '2', '3']) expect(String((await receive(back)).payload)).toBe(payload);
    await publish(back, { topic, payload: 'live', qos: 1 });
    expect(String((await receive(back)).payload)).toBe('live');
    await back.end();
  });

  it('gets no retained values again when it comes back [MQTT-3.3.1-9]', async () => {
    const topic = unique();
    const session = keptSession();
    const client = await connectWire(hub, session, way);
    await publish(client, { topic, payload: 'kept', qos: 1, retain: true });
    await subscribe(client, topic);
    await receive(client);
    await client.end();
    const back = await connectWire(hub, session, way);
    expect(await heard(back)).toEqual([]);
    await back.end();
  });
});

it.each([
  ['3.1.1', '5', MQTT_3, MQTT_5],
  ['5', '3.1.1', MQTT_5, MQTT_3],
])('begun with MQTT %s goes on with MQTT %s', async (_one, _other, before, after) => {
  const topic = unique();
  const session = keptSession();
  const first = await connectWire(hub, session, before);
  await subscribe(first, topic);
  await first.end();
  const sender = await connectWire(hub);
  await publish(sender, { topic, payload: 'x', qos: 1, properties: { contentType: 'a' } });
  const back = await connectWire(hub, session, after);
  expect(back.connack.sessionPresent).toBe(true);
  expect(String((await receive(back)).payload)).toBe('x');
  await Promise.all([back.end(), sender.end()]);
});
