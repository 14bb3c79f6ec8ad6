import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connected, startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';

const DAY_MS = 86_400_000;

let hub: TestBroker;
beforeEach(async () => {
  hub = await startBroker();
});
afterEach(() => hub.close());

async function ping(client: Connected): Promise<void> {
  client.send({ cmd: 'pingreq' });
  await client.take('pingresp');
}
const heardBy = (client: Connected): string[] =>
  client.inbox.flatMap((packet) => (packet.cmd === 'publish' ? [`${packet.topic} ${packet.payload}`] : []));
const comeAgain = async () => {
  await until(() => hub.broker.stats().clients === 0);
  return hub.connect('owner', { clientId: 'me', clean: false });
};

describe('a kept session', () => {
  it('is present when it comes back, also without any subscription', async () => {
    const first = await hub.connect('owner', { clientId: 'me', clean: false });
    expect(first.connack.sessionPresent).toBe(false);
    await first.end();
    const second = await comeAgain();
    expect(second.connack.sessionPresent).toBe(true);
    await second.end();
    const { store, clock } = hub;
    await hub.stop();
    hub = await startBroker({ store, clock });
    expect((await comeAgain()).connack.sessionPresent).toBe(true);
  });

  // [MQTT-3.1.2-6]
  it('ends when its client asks for a clean one', async () => {
    const first = await hub.connect('owner', { clientId: 'me', clean: false });
    await first.subscribe('a', 1);
    await first.end();
    await hub.broker.publish({ topic: 'a', payload: 'old', qos: 1 });
    await until(() => hub.broker.stats().clients === 0);
    const clean = await hub.connect('owner', { clientId: 'me', clean: true });
    expect(clean.connack.sessionPresent).toBe(false);
    await ping(clean);
    expect(heardBy(clean)).toEqual([]);
    await clean.end();
    expect((await comeAgain()).connack.sessionPresent).toBe(false);
    expect(hub.broker.stats()).toMatchObject({ waiting: 0, subscriptions: 0 });
  });

  // [MQTT-3.3.2-5]
  it('is not given what expired before it came back, also when the hub was restarted meanwhile', async () => {
    const first = await hub.connect('owner', { clientId: 'me', clean: false });
    await first.subscribe('a', 1);
    await first.end();
    await until(() => hub.broker.stats().clients === 0);
    hub.clock.advance(1);
    const writer = await hub.connect('owner', { clientId: 'writer', protocolVersion: 5 });
    const properties = { messageExpiryInterval: 5 };
    writer.publish({ topic: 'a', payload: 'old', qos: 1, messageId: 1, properties });
    writer.publish({ topic: 'a', payload: 'lasts', qos: 1, messageId: 2 });
    await writer.take('puback', ({ messageId }) => messageId === 2);
    await writer.end();
    await hub.stop();
    const { store, clock } = hub;
    clock.advance(6_000);
    hub = await startBroker({ store, clock });
    const second = await comeAgain();
    expect(await second.take('publish')).toMatchObject({ payload: Buffer.from('lasts'), dup: false });
    await ping(second);
    expect(heardBy(second)).toEqual([]);
  });

  it('is abandoned when its client stays away for thirty days', async () => {
    const first = await hub.connect('owner', { clientId: 'me', clean: false });
    await first.subscribe('a', 1);
    await first.end();
    await until(() => hub.broker.stats().clients === 0);
    hub.clock.advance(29 * DAY_MS);
    expect(hub.broker.stats().keptSessions).toBe(1);
    hub.clock.advance(DAY_MS + 60_000);
    expect(hub.broker.stats()).toMatchObject({ keptSessions: 0, subscriptions: 0 });
    expect((await comeAgain()).connack.sessionPresent).toBe(false);
  });

  it('is not owed what waited for more than a week', async () => {
    const first = await hub.connect('owner', { clientId: 'me', clean: false });
    await first.subscribe('a', 1);
    await first.end();
    await hub.broker.publish({ topic: 'a', payload: 'stale', qos: 1 });
    hub.clock.advance(6 * DAY_MS);
    await hub.broker.publish({ topic: 'a', payload: 'fresh', qos: 1 });
    hub.clock.advance(2 * DAY_MS);
    const second = await comeAgain();
    expect((await second.take('publish')).payload.toString()).toBe('fresh');
  });

  it('makes room, when too many are kept, where nobody came for the longest time', async () => {
    await hub.close();
    hub = await startBroker({ limits: { keptSessionsMax: 2 } });
    for (const clientId of ['old', 'middle', 'new']) {
      await (await hub.connect('owner', { clientId, clean: false })).end();
      await until(() => hub.broker.stats().clients === 0);
      hub.clock.advance(1000);
    }
    expect(hub.broker.stats().keptSessions).toBe(2);
    const old = await hub.connect('owner', { clientId: 'old', clean: false });
    expect(old.connack.sessionPresent).toBe(false);
  });

  it('resumes a QoS 2 message where it was: PUBREL, not PUBLISH, once the client has it', async () => {
    const first = await hub.connect('owner', { clientId: 'me', clean: false });
    await first.subscribe('a', 2);
    await hub.broker.publish({ topic: 'a', payload: 'x', qos: 1 });
    const writer = await hub.connect('owner', { clientId: 'writer', acks: true });
    writer.publish({ topic: 'a', payload: 'once', qos: 2, messageId: 1 });
    const { messageId = 0 } = await first.take('publish', ({ qos }) => qos === 2);
    first.send({ cmd: 'pubrec', messageId });
    await first.take('pubrel');
    first.destroy();
    await writer.end();
    const { store, clock } = hub;
    await until(() => hub.broker.stats().clients === 0);
    await hub.stop();
    hub = await startBroker({ store, clock });
    const second = await comeAgain();
    expect((await second.take('pubrel')).messageId).toBe(messageId);
    second.send({ cmd: 'pubcomp', messageId });
    await ping(second);
    expect(heardBy(second)).toEqual(['a x']);
  });
});

describe('retained values', () => {
  it('carry the flag when they are shown and not when they are live; an empty one deletes', async () => {
    const reader = await hub.connect('owner', { clientId: 'reader' });
    await reader.subscribe('a/#', 1);
    const payloads = ['one', 'two', ''];
    for (const payload of payloads) await hub.broker.publish({ topic: 'a/b', payload, retain: true });
    for (const payload of payloads) {
      expect(await reader.take('publish')).toMatchObject({ retain: false, payload: Buffer.from(payload) });
    }
    await hub.broker.publish({ topic: 'a/c', payload: 'kept', qos: 1, retain: true });
    await reader.take('publish');
    await reader.subscribe('+/+', 0, 2);
    expect(await reader.take('publish')).toMatchObject({ topic: 'a/c', retain: true, qos: 0 });
    await ping(reader);
    expect(heardBy(reader)).toEqual([]);
  });

  it('outlive the hub', async () => {
    await hub.broker.publish({ topic: 'a', payload: 'kept', retain: true });
    await hub.broker.publish({ topic: 'b', payload: 'gone', retain: true });
    await hub.broker.publish({ topic: 'b', payload: '', retain: true });
    const { store, clock } = hub;
    await hub.stop();
    hub = await startBroker({ store, clock });
    const reader = await hub.connect('owner', { clientId: 'reader' });
    await reader.subscribe('#');
    expect(await reader.take('publish')).toMatchObject({ topic: 'a', retain: true });
    await ping(reader);
    expect(heardBy(reader)).toEqual([]);
  });

  it('come as fast as the client acknowledges, and hold up nobody', async () => {
    const count = 3000;
    for (let at = 0; at < count; at++)
      await hub.broker.publish({ topic: `r/${at}`, payload: 'x', qos: 1, retain: true });
    const silent = await hub.connect('owner', { clientId: 'silent' });
    await silent.subscribe('r/#', 1);
    const quick = await hub.connect('owner', { clientId: 'quick', acks: true });
    await quick.subscribe('r/#', 1);
    await until(() => heardBy(quick).length === count);
    expect(new Set(heardBy(quick)).size).toBe(count);
    expect(heardBy(silent)).toHaveLength(100);
    for (const { messageId = 0 } of silent.drain()) silent.send({ cmd: 'puback', messageId });
    await until(() => heardBy(silent).length === 100);
  });

  it('shown to a kept session are owed to it like any message', async () => {
    for (const at of [1, 2, 3]) await hub.broker.publish({ topic: `r/${at}`, payload: 'x', qos: 1, retain: true });
    const first = await hub.connect('owner', { clientId: 'me', clean: false });
    await first.subscribe('r/#', 1);
    await until(() => heardBy(first).length === 3);
    first.destroy();
    const second = await comeAgain();
    await until(() => heardBy(second).length === 3);
    expect(heardBy(second)).toEqual(heardBy(first));
  });

  it('are not shown to a kept session behind a newer value that was sent while they were being stored', async () => {
    const publish = (payload: string) => hub.broker.publish({ topic: 'r/a', payload, qos: 1, retain: true });
    await publish('v1');
    const reader = await hub.connect('owner', { clientId: 'me', clean: false, acks: true });
    const { started } = hub.gate;
    hub.gate.isHeld = true;
    await reader.subscribe('r/+', 1);
    await until(() => hub.gate.started === started + 1);
    const second = publish('v2');
    await until(() => hub.gate.started === started + 2);
    hub.gate.releaseOne(1);
    await second;
    hub.gate.releaseAll();
    await until(() => hub.broker.stats().inFlight === 0 && heardBy(reader).length > 0);
    await ping(reader);
    expect(heardBy(reader)).toEqual(['r/a v2']);
    expect(hub.broker.stats().storedMessages).toBe(1);
  });

  it('that cannot be stored for a kept session end the connection: the client comes again and asks', async () => {
    await hub.broker.publish({ topic: 'r/a', payload: 'v', qos: 1, retain: true });
    const v5 = { protocolVersion: 5, properties: { sessionExpiryInterval: 60 } } as const;
    const reader = await hub.connect('owner', { clientId: 'me', clean: false, ...v5 });
    hub.gate.failure = new Error('the disk is full');
    await reader.subscribe('r/+', 1);
    expect((await reader.take('disconnect')).reasonCode).toBe(0x89);
    await reader.closed();
    hub.gate.failure = undefined;
    expect(hub.broker.stats().storedMessages).toBe(1);
    const again = await hub.connect('owner', { clientId: 'me', clean: false, ...v5 });
    await again.subscribe('r/+', 1);
    expect((await again.take('publish')).payload.toString()).toBe('v');
  });
});
