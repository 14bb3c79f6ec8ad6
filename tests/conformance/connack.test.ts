/** CONNACK: whether a session is there, and who may come in. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, setUpOwner } from '../helpers/api-client.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { BOTH_VERSIONS, connectWire, EVERY_WAY, heard, publish, receive, subscribe, unique } from '../helpers/wire.ts';

let hub: Hub;
let owner: ApiClient;
let token: string;
beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_ANONYMOUS: 'open' } });
  owner = await setUpOwner(hub);
  token = (await owner.call('POST /api/v1/devices', { body: { id: 'bench-1' } })).token;
});
afterAll(() => hub?.close());

/** A session that is kept, as each version asks for it. */
const KEPT = { clean: false, properties: { sessionExpiryInterval: 60 } };

describe.each(BOTH_VERSIONS)('$name', (way) => {
  it('says that no session is there for a clean one, and forgets it [MQTT-3.2.2-2] (3.1.1: 3.2.2-1)', async () => {
    const clientId = unique();
    const kept = await connectWire(hub, { clientId, ...KEPT }, way);
    expect(kept.connack.sessionPresent).toBe(false);
    const topic = unique();
    await subscribe(kept, topic);
    await kept.end();
    const clean = await connectWire(hub, { clientId }, way);
    expect(clean.connack.sessionPresent).toBe(false);
    await publish(clean, { topic, payload: 'x' });
    expect(await heard(clean)).toEqual([]);
    await clean.end();
    const after = await connectWire(hub, { clientId, ...KEPT }, way);
    expect(after.connack.sessionPresent).toBe(false);
    await after.end();
  });

  it('says that a kept session is there, also without subscriptions [MQTT-3.2.2-3] (3.1.1: 3.2.2-2)', async () => {
    const clientId = unique();
    await (await connectWire(hub, { clientId, ...KEPT }, way)).end();
    const again = await connectWire(hub, { clientId, ...KEPT }, way);
    expect(again.connack.sessionPresent).toBe(true);
    await again.end();
  });

  it('says so after the older connection was taken over, too [MQTT-3.1.4-3]', async () => {
    const clientId = unique();
    const older = await connectWire(hub, { clientId, ...KEPT }, way);
    const newer = await connectWire(hub, { clientId, ...KEPT }, way);
    expect(newer.connack.sessionPresent).toBe(true);
    await older.closed();
    await newer.end();
  });
});

describe.each(EVERY_WAY)('$name', (way) => {
  const refusal = (v5: number, v3: number) =>
    way.version === 5
      ? { sessionPresent: false, reasonCode: v5, properties: { reasonString: expect.stringMatching(/\. .+\./) } }
      : { sessionPresent: false, returnCode: v3 };

  it('says that a token is wrong, closes, and a v5 client reads what to do [MQTT-3.2.2-7]', async () => {
    const client = await connectWire(hub, { clientId: 'b', username: 'bench-1', password: Buffer.from('no') }, way);
    expect(client.connack).toMatchObject(refusal(0x86, 4));
    await client.closed();
  });

  it('admits a device token and a JWT', async () => {
    const device = await connectWire(
      hub,
      { clientId: 'bench-1', username: 'bench-1', password: Buffer.from(token) },
      way,
    );
    const person = await connectWire(hub, { username: 'owner', password: Buffer.from(owner.accessToken) }, way);
    await subscribe(person, 'ruche/bench-1/greeting');
    await publish(device, { topic: 'ruche/bench-1/greeting', payload: 'hello', qos: 1 });
    expect(String((await receive(person)).payload)).toBe('hello');
    await Promise.all([device.end(), person.end()]);
  });

  it('refuses a will its client may not publish [MQTT-3.1.4-2]', async () => {
    const will = { topic: 'ruche/other/status', payload: 'x' };
    const login = { clientId: 'bench-1', username: 'bench-1', password: Buffer.from(token) };
    const client = await connectWire(hub, { ...login, will }, way);
    expect(client.connack).toMatchObject(refusal(0x87, 5));
    await client.closed();
  });
});

describe('MQTT 5', () => {
  it('announces what the hub can take (3.2.2.3)', async () => {
    const { connack, end } = await connectWire(hub);
    const { properties = {} } = connack;
    expect(properties.receiveMaximum).toBeGreaterThan(9);
    expect(properties.maximumPacketSize).toBeGreaterThan(100_000);
    expect(properties.topicAliasMaximum).toBeGreaterThan(9);
    // Left out means: available.
    expect(properties.retainAvailable ?? true).toBe(true);
    expect(properties.wildcardSubscriptionAvailable ?? true).toBe(true);
    expect(properties.subscriptionIdentifiersAvailable ?? true).toBe(true);
    expect(properties.sharedSubscriptionAvailable ?? true).toBe(true);
    expect(properties.maximumQoS).toBeUndefined();
    expect(properties.responseInformation).toBeUndefined(); // [MQTT-3.1.2-28]
    await end();
  });

  it('says when it keeps a session shorter than asked for', async () => {
    const { connack, end } = await connectWire(hub, { properties: { sessionExpiryInterval: 60 } });
    expect(connack.properties?.sessionExpiryInterval).toBeUndefined();
    await end();
  });

  it('leaves the reason away when the client cannot take a packet that large [MQTT-3.2.2-19]', async () => {
    const client = await connectWire(hub, {
      clientId: 'b',
      username: 'bench-1',
      password: Buffer.from('no'),
      properties: { maximumPacketSize: 20 },
    });
    expect(client.connack.reasonCode).toBe(0x86);
    expect(client.connack.properties?.reasonString).toBeUndefined();
    await client.closed();
  });
});
