/** UNSUBSCRIBE and UNSUBACK. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import {
  BOTH_VERSIONS,
  block,
  connectWire,
  expectEnd,
  heard,
  packetOf,
  publish,
  subscribe,
  text,
  unique,
} from '../helpers/wire.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_ANONYMOUS: 'open' } });
});
afterAll(() => hub?.close());

const UNSUBSCRIBE = 0xa2;

describe.each(BOTH_VERSIONS)('$name', (way) => {
  const noProperties = way.version === 5 ? [0] : [];

  it('ends the subscriptions it names, character by character, and no other [MQTT-3.10.4-1] [MQTT-3.10.4-2]', async () => {
    const [one, two] = [unique(), unique()];
    const client = await connectWire(hub, {}, way);
    await subscribe(client, [
      { topic: `${one}/#`, qos: 1 },
      { topic: `${two}/+`, qos: 1 },
    ]);
    client.send({ cmd: 'unsubscribe', messageId: 8, unsubscriptions: [`${one}/#`, `${two}/x`] });
    const { messageId, granted } = await client.take('unsuback');
    expect(messageId).toBe(8);
    if (way.version === 5) expect(granted).toEqual([0, 0x11]); // [MQTT-3.11.3-1]
    await publish(client, { topic: `${one}/x`, payload: 'one' });
    await publish(client, { topic: `${two}/x`, payload: 'two' });
    expect(await heard(client)).toEqual(['two']);
    await client.end();
  });

  it('answers though nothing was subscribed [MQTT-3.10.4-5]', async () => {
    const client = await connectWire(hub, {}, way);
    client.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: [unique()] });
    expect((await client.take('unsuback')).messageId).toBe(9);
    await client.end();
  });

  it('is remembered with the session', async () => {
    const topic = unique();
    const session = { clientId: unique(), clean: false, properties: { sessionExpiryInterval: 600 } };
    const client = await connectWire(hub, session, way);
    await subscribe(client, topic);
    client.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: [topic] });
    await client.take('unsuback');
    await client.end();
    const sender = await connectWire(hub, {}, way);
    await publish(sender, { topic, payload: 'x', qos: 1 });
    const back = await connectWire(hub, session, way);
    expect(back.connack.sessionPresent).toBe(true);
    expect(await heard(back)).toEqual([]);
    await Promise.all([back.end(), sender.end()]);
  });

  it.each([
    ['no filter [MQTT-3.10.3-2]', UNSUBSCRIBE, [0, 1, ...noProperties], 0x82],
    ['other flags [MQTT-3.10.1-1]', 0xa0, [0, 1, ...noProperties, ...text('a')], 0x81],
    ['packet id 0', UNSUBSCRIBE, [0, 0, ...noProperties, ...text('a')], 0x82],
    ['a filter cut short', UNSUBSCRIBE, [0, 1, ...noProperties, 0, 7, 97], 0x81],
  ])('ends the connection at %s', async (_what, first, body, code) => {
    const client = await connectWire(hub, {}, way);
    client.sendBytes(packetOf(first, body));
    await expectEnd(client, code);
  });
});

it('ends a v5 connection at a property UNSUBSCRIBE does not have', async () => {
  const client = await connectWire(hub);
  client.sendBytes(packetOf(UNSUBSCRIBE, [0, 1, ...block([0x0b, 1]), ...text('a')]));
  await expectEnd(client, 0x81);
});
