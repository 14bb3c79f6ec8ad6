import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connected, startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';

const MAC = 'AABBCCDDEEFF';
const SIMON = `ESP32-Simon-${MAC}`;
const MIB = 1024 * 1024;

let hub: TestBroker;
beforeEach(async () => {
  hub = await startBroker();
});
afterEach(() => hub.close());

const codes = (): string[] => hub.refusals.map(({ code }) => code);
const pairing = (deviceId: string): string => JSON.stringify({ device_id: deviceId, username: 'ada' });

/** Everything delivered to the client before the hub answers this has arrived. */
async function ping(client: Connected): Promise<void> {
  client.send({ cmd: 'pingreq' });
  await client.take('pingresp');
}
const heardBy = (client: Connected): string[] =>
  client.inbox.flatMap((packet) => (packet.cmd === 'publish' ? [`${packet.topic} ${packet.payload}`] : []));

describe('a waiting client', () => {
  it('can connect, wait and be told its pairing, and nothing else', async () => {
    const reader = await hub.connect('owner', { clientId: 'reader' });
    await reader.subscribe('#', 1);
    const simon = await hub.connect(undefined, { clientId: SIMON });
    expect((await simon.subscribe('simon/pair')).granted).toEqual([0]);
    expect((await simon.subscribe(`ruche/${MAC}/pair`, 0, 2)).granted).toEqual([0]);
    for (const filter of ['#', '+/pair', 'simon/scores', 'ruche/+/pair', '$live/devices', '$SYS/#']) {
      expect((await simon.subscribe(filter, 0, 3)).granted).toEqual([128]);
    }
    for (const qos of [0, 1, 2] as const) {
      simon.publish({ topic: 'simon/scores', payload: 'x', qos, messageId: 4 + qos, retain: true });
    }
    await simon.take('puback');
    await simon.take('pubrec');
    await ping(reader);
    expect(heardBy(reader)).toEqual([]);
    expect(hub.messages).toEqual([]);
    reader.publish({ topic: 'simon/pair', payload: pairing('001122334455'), qos: 1, messageId: 1 });
    reader.publish({ topic: 'simon/pair', payload: pairing('aa:bb:cc:dd:ee:ff'), qos: 1, messageId: 2 });
    await simon.take('publish');
    await ping(simon);
    expect(heardBy(simon)).toEqual([]);
  });

  it('is told once, not each time, that nothing is kept', async () => {
    const simon = await hub.connect(undefined, { clientId: SIMON });
    for (let turn = 0; turn < 5; turn++) simon.publish({ topic: 'simon/scores', payload: 'x' });
    await ping(simon);
    expect(hub.refusals).toMatchObject([{ code: 'PUBLISH_WAITING', clientId: SIMON, deviceId: MAC }]);
  });

  it('leaves no session behind, whatever it asks for', async () => {
    const first = await hub.connect(undefined, { clientId: SIMON, clean: false });
    await first.subscribe('simon/pair', 1);
    first.destroy();
    await until(() => hub.departures.length === 1);
    const second = await hub.connect(undefined, { clientId: SIMON, clean: false });
    expect(second.connack.sessionPresent).toBe(false);
  });

  it('is disconnected when it says too much in a minute', async () => {
    await hub.close();
    hub = await startBroker({ limits: { waitingPacketsPerMinuteMax: 20 } });
    const simon = await hub.connect(undefined, { clientId: SIMON });
    for (let turn = 0; turn < 20; turn++) simon.send({ cmd: 'pingreq' });
    await until(() => simon.inbox.length === 20);
    hub.clock.advance(60_000);
    for (let turn = 0; turn < 20; turn++) simon.send({ cmd: 'pingreq' });
    await until(() => simon.inbox.length === 40);
    simon.send({ cmd: 'pingreq' });
    await simon.closed();
    expect(codes()).toEqual(['RATE_LIMITED']);
  });

  it('has to stand in line again after an hour', async () => {
    const simon = await hub.connect(undefined, { clientId: SIMON });
    hub.clock.advance(3_600_000);
    await simon.closed();
    await until(() => hub.departures.length === 1);
    expect(hub.departures).toEqual([{ clientId: SIMON, departure: 'dropped' }]);
  });

  it('becomes a device on the same connection', async () => {
    const reader = await hub.connect('owner', { clientId: 'reader' });
    await reader.subscribe('#');
    const simon = await hub.connect(undefined, { clientId: SIMON });
    hub.broker.upgrade(SIMON, { kind: 'device', deviceId: MAC, names: new Set([MAC]), isProtected: false });
    simon.publish({ topic: `ruche/${MAC}/kept`, payload: 'x'.repeat(5000), qos: 1, messageId: 1 });
    await simon.take('puback');
    await reader.take('publish');
    expect(hub.messages).toMatchObject([{ clientId: SIMON, principal: { kind: 'device', deviceId: MAC } }]);
    hub.clock.advance(3_600_000);
    await ping(simon);
  });
});

describe('a device', () => {
  it("does not read another's pairing, live, retained or queued", async () => {
    const operator = await hub.connect('operator', { clientId: 'operator' });
    const names = [MAC, '001122334455'] as const;
    const device = await hub.connect(MAC, { clientId: MAC, clean: false });
    await device.subscribe('simon/pair', 1);
    for (const [at, name] of names.entries()) {
      operator.publish({ topic: 'simon/pair', payload: pairing(name), qos: 1, messageId: at + 1 });
      await operator.take('puback');
    }
    const live = await device.take('publish');
    device.send({ cmd: 'puback', messageId: live.messageId ?? 0 });
    await ping(device);
    expect(heardBy(device)).toEqual([]);
    device.destroy();
    await until(() => hub.departures.length === 1);
    for (const [at, name] of names.entries()) {
      operator.publish({ topic: 'simon/pair', payload: pairing(name), qos: 1, messageId: at + 3, retain: true });
      await operator.take('puback');
    }
    const again = await hub.connect(MAC, { clientId: MAC, clean: false });
    expect((await again.take('publish')).payload.toString()).toBe(pairing(MAC));
    // The retained value is the other's.
    await again.subscribe('simon/pair', 1, 9);
    await ping(again);
    expect(heardBy(again)).toEqual([]);
  });

  it('is not given a filter that was refused together with one that was granted', async () => {
    const device = await hub.connect('alpha', { clientId: 'alpha', clean: false });
    const filters = ['ruche/alpha/cmd', 'ruche/beta/cmd', '#'];
    device.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: filters.map((topic) => ({ topic, qos: 1 as const })),
    });
    expect((await device.take('suback')).granted).toEqual([1, 128, 128]);
    expect(hub.subscribed).toEqual([{ clientId: 'alpha', filter: 'ruche/alpha/cmd' }]);
    device.destroy();
    await until(() => hub.departures.length === 1);
    hub.subscribed.length = 0;
    hub.refusals.length = 0;
    const again = await hub.connect('alpha', { clientId: 'alpha', clean: false });
    expect(again.connack.sessionPresent).toBe(true);
    expect(hub.subscribed).toEqual([{ clientId: 'alpha', filter: 'ruche/alpha/cmd' }]);
    expect(hub.refusals).toEqual([]);
  });
});

describe('sendTo', () => {
  const keyOf = (clientId: string): string => hub.session(clientId)?.key ?? 'nobody';

  it('reaches one client and says when it is gone', async () => {
    const one = await hub.connect('viewer', { clientId: 'one' });
    const other = await hub.connect('viewer', { clientId: 'other' });
    const key = keyOf('one');
    expect(hub.broker.sendTo(key, '$live/stats', '{"é":1}')).toBe('sent');
    const { topic, payload, qos, retain } = await one.take('publish');
    expect({ topic, payload: payload.toString(), qos, retain }).toEqual({
      topic: '$live/stats',
      payload: '{"é":1}',
      qos: 0,
      retain: false,
    });
    await ping(other);
    expect(heardBy(other)).toEqual([]);
    await one.end();
    expect(hub.broker.sendTo(key, '$live/stats', '{}')).toBe('gone');
    expect(hub.broker.sendTo('nobody', '$live/stats', '{}')).toBe('gone');
  });

  it('says busy instead of queueing for a client that does not read', async () => {
    const client = await hub.connect('viewer', { clientId: 'frozen' });
    client.socket.pause();
    const key = keyOf('frozen');
    const payload = 'x'.repeat(100_000);
    let sent = 0;
    while (hub.broker.sendTo(key, '$live/stats', payload) === 'sent' && sent < 1000) {
      sent++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent).toBeLessThan(1000);
    client.socket.resume();
    await until(() => hub.broker.sendTo(key, '$live/stats', 'again') === 'sent');
  });
});

describe("the hub's own publish", () => {
  it('reaches subscribers, is kept when retained, and waits for who keeps a session', async () => {
    const away = await hub.connect('alpha', { clientId: 'away', clean: false });
    await away.subscribe('ruche/alpha/#', 1);
    await away.end();
    const reader = await hub.connect('owner', { clientId: 'reader' });
    await reader.subscribe('ruche/alpha/cmd', 1);
    await hub.broker.publish({ topic: 'ruche/alpha/cmd', payload: 'open', qos: 1 });
    await hub.broker.publish({ topic: 'ruche/alpha/config', payload: Buffer.from('{}'), retain: true });
    expect((await reader.take('publish')).payload.toString()).toBe('open');
    const back = await hub.connect('alpha', { clientId: 'away', clean: false });
    expect((await back.take('publish')).payload.toString()).toBe('open');
    await reader.subscribe('ruche/alpha/config', 0, 2);
    expect(await reader.take('publish')).toMatchObject({ retain: true, topic: 'ruche/alpha/config' });
  });

  it.each(['', 'a/#', 'a/'.repeat(100)])('refuses the topic %j', async (topic) => {
    await expect(hub.broker.publish({ topic, payload: '' })).rejects.toThrow(RangeError);
  });
});

describe('what somebody publishes by another way than a connection', () => {
  it.each([
    ['', 'TOPIC_INVALID'],
    ['a/#', 'TOPIC_INVALID'],
    ['a/'.repeat(100), 'PROTOCOL_ERROR'],
  ])('is refused by throwing, and listed, for the topic %j', async (topic, code) => {
    const by = { clientId: 'bridge', principal: { kind: 'open' }, address: '' } as const;
    await expect(hub.broker.publishAs(by, { topic, payload: '' })).rejects.toThrow(expect.objectContaining({ code }));
    expect(hub.refusals).toMatchObject([{ code, clientId: 'bridge', topic }]);
  });
});

describe('what the broker tells', () => {
  it('who is there, since when, and who was heard, also by PINGREQ', async () => {
    const heard: string[] = [];
    hub.broker.onHeard(({ clientId }) => void heard.push(clientId));
    const client = await hub.connect('alpha', { clientId: 'alpha', keepalive: 30 });
    hub.clock.advance(1000);
    await ping(client);
    expect(heard).toEqual(['alpha']);
    expect(hub.session('alpha')).toMatchObject({
      address: '127.0.0.1',
      transport: 'tcp',
      keepaliveS: 30,
      protocolVersion: 4,
      connectedMs: hub.clock.nowMs() - 1000,
      lastHeardMs: hub.clock.nowMs(),
      messages: 0,
    });
    expect([...hub.broker.sessions()].map(({ clientId }) => clientId)).toEqual(['alpha']);
  });

  it('a filter after its SUBACK and its end', async () => {
    const gone: string[] = [];
    hub.broker.onUnsubscribed((_session, filter) => void gone.push(filter));
    const client = await hub.connect('viewer', { clientId: 'v' });
    await client.subscribe('$live/devices');
    expect(hub.subscribed).toEqual([{ clientId: 'v', filter: '$live/devices' }]);
    client.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['$live/devices', 'never/had'] });
    await client.take('unsuback');
    await until(() => gone.length > 0);
    expect(gone).toEqual(['$live/devices']);
  });

  it('a client whose keep-alive ran out as lost', async () => {
    await hub.connect('alpha', { clientId: 'alpha', keepalive: 10 });
    hub.clock.advance(15_000);
    await hub.connect('beta', { clientId: 'beta' });
    expect(hub.departures).toEqual([]);
    hub.clock.advance(1_000);
    await until(() => hub.departures.length === 1);
    expect(hub.departures).toEqual([{ clientId: 'alpha', departure: 'lost' }]);
    expect(hub.refusals).toEqual([]);
  });

  it('numbers', async () => {
    const client = await hub.connect('owner', { clientId: 'o' });
    await client.subscribe('a');
    client.publish({ topic: 'a', payload: 'x' });
    await client.take('publish');
    client.publish({ topic: '$SYS/x', payload: 'x', qos: 1, messageId: 1 });
    await client.take('puback');
    const stats = hub.broker.stats();
    expect(stats).toMatchObject({ clients: 1, messagesIn: 2, messagesOut: 1, refused: 1, commitMs: null });
    expect(stats.bytesIn).toBeGreaterThan(30);
    await client.end();
    await until(() => hub.broker.stats().clients === 0);
    expect(hub.broker.stats().bytesIn).toBe(stats.bytesIn + 2);
  });
});

describe('drop', () => {
  it('disconnects whoever matches, also in the middle of something', async () => {
    const viewer = await hub.connect('viewer', { clientId: 'v' });
    const device = await hub.connect('alpha', { clientId: 'alpha' });
    hub.gate.isHeld = true;
    device.publish({ topic: 'ruche/alpha/kept', payload: 'x', qos: 1, messageId: 1 });
    await until(() => hub.gate.started === 1);
    expect(hub.broker.drop(({ principal }) => principal.kind === 'device')).toBe(1);
    await device.closed();
    hub.gate.releaseAll();
    await until(() => hub.committed.length === 1);
    expect(hub.departures).toEqual([{ clientId: 'alpha', departure: 'dropped' }]);
    await ping(viewer);
  });
});

describe('close', () => {
  it('stores and answers what was received, then ends everybody', async () => {
    const device = await hub.connect('alpha', { clientId: 'alpha' });
    hub.gate.isHeld = true;
    for (let messageId = 1; messageId <= 50; messageId++) {
      device.publish({ topic: 'ruche/alpha/kept', payload: String(messageId), qos: 1, messageId });
    }
    await until(() => hub.gate.started === 50);
    await hub.stop();
    expect(hub.committed).toHaveLength(50);
    expect(device.inbox).toHaveLength(50);
    expect(hub.departures).toEqual([{ clientId: 'alpha', departure: 'dropped' }]);
  });
});

describe('a client that does not read', () => {
  it('slows nobody down, misses what it does not make room for, and is disconnected in the end', async () => {
    await hub.close();
    hub = await startBroker({ limits: { unsentBytesBusy: MIB / 4 } });
    const frozen = await hub.connect('owner', { clientId: 'frozen' });
    await frozen.subscribe('flood/#');
    frozen.socket.pause();
    const reader = await hub.connect('owner', { clientId: 'reader', acks: true });
    await reader.subscribe('flood/#', 1);
    const writer = await hub.connect('owner', { clientId: 'writer' });
    const payload = Buffer.alloc(20_000, 120);
    const count = 600;
    for (let turn = 1; turn <= count; turn++) {
      writer.publish({ topic: 'flood/a', payload, qos: 1, messageId: turn });
    }
    await until(() => reader.inbox.filter(({ cmd }) => cmd === 'publish').length === count, { timeoutMs: 4000 });
    expect(hub.broker.stats().leftOut).toBeGreaterThan(0);
    hub.clock.advance(5_000);
    await until(() => hub.departures.some(({ clientId }) => clientId === 'frozen'));
  });

  it('is owed so many messages and no more: the oldest go', async () => {
    await hub.close();
    hub = await startBroker({ limits: { outboundWindow: 10, queuedMessagesMax: 20 } });
    const silent = await hub.connect('owner', { clientId: 'silent' });
    await silent.subscribe('a', 1);
    for (let turn = 1; turn <= 50; turn++) await hub.broker.publish({ topic: 'a', payload: `${turn}`, qos: 1 });
    await ping(silent);
    expect(heardBy(silent)).toHaveLength(10);
    expect(hub.broker.stats()).toMatchObject({ dropped: 20, waiting: 20 });
    for (const { messageId = 0 } of silent.drain()) silent.send({ cmd: 'puback', messageId });
    await until(() => heardBy(silent).length === 10);
    expect(heardBy(silent)[0]).toBe('a 31');
  });

  it('is not read from either while its answers pile up', async () => {
    await hub.close();
    hub = await startBroker({ limits: { unsentBytesBusy: MIB / 8 } });
    const deaf = await hub.connect('owner', { clientId: 'deaf' });
    deaf.socket.pause();
    const pings = Buffer.alloc(MIB, Buffer.from([0xc0, 0]));
    // The network takes megabytes of answers in passing; behind that the hub stops reading, and waits no longer than 5 s.
    await until(() => {
      if (deaf.socket.writableLength < 4 * MIB) deaf.sendBytes(pings);
      hub.clock.advance(100);
      return hub.departures.some(({ clientId }) => clientId === 'deaf');
    });
    expect(hub.broker.stats().bytesIn).toBeLessThan(64 * MIB);
  });
});
