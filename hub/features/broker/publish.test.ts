import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connected, startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';

let hub: TestBroker;
let device: Connected;
let reader: Connected;

beforeEach(async () => {
  hub = await startBroker();
  device = await hub.connect('alpha', { clientId: 'alpha' });
  reader = await hub.connect('owner', { clientId: 'reader', acks: true });
  await reader.subscribe('#', 1);
});
afterEach(() => hub.close());

const KEPT = 'ruche/alpha/kept';
const PASSED = 'ruche/alpha/telemetry';
const REFUSED = 'ruche/alpha/refused';

/** Everything the device published before this has been dealt with when this resolves. */
async function pingDevice(): Promise<void> {
  device.send({ cmd: 'pingreq' });
  await device.take('pingresp');
}
const heardBy = (client: Connected): string[] =>
  client.inbox.flatMap((packet) => (packet.cmd === 'publish' ? [packet.payload.toString()] : []));

describe('a message that is kept', () => {
  it.each([
    { qos: 1, answer: 'puback' },
    { qos: 2, answer: 'pubrec' },
  ] as const)('is acknowledged and delivered at QoS $qos only after its commit', async ({ qos, answer }) => {
    hub.gate.isHeld = true;
    device.publish({ topic: KEPT, payload: 'a', qos, messageId: 7 });
    await until(() => hub.gate.started === 1);
    await pingDevice();
    expect(device.inbox).toEqual([]);
    expect(heardBy(reader)).toEqual([]);
    expect(hub.committed).toEqual([]);
    hub.gate.releaseAll();
    await device.take(answer, (packet) => packet.messageId === 7);
    await reader.take('publish', (packet) => packet.payload.toString() === 'a');
    expect(hub.committed).toHaveLength(1);
  });

  it('starts its commit without waiting for the one before, and leaves after it', async () => {
    hub.gate.isHeld = true;
    for (const messageId of [1, 2, 3]) {
      device.publish({ topic: KEPT, payload: String(messageId), qos: 1, messageId });
    }
    await until(() => hub.gate.started === 3);
    hub.gate.releaseOne(2);
    hub.gate.releaseOne(1);
    await pingDevice();
    expect(device.inbox).toEqual([]);
    hub.gate.releaseOne();
    for (const messageId of [1, 2, 3]) expect((await device.take('puback')).messageId).toBe(messageId);
    await until(() => heardBy(reader).length === 3);
    expect(heardBy(reader)).toEqual(['1', '2', '3']);
  });

  it('is not overtaken by what need not be kept', async () => {
    hub.gate.isHeld = true;
    device.publish({ topic: KEPT, payload: 'first', qos: 1, messageId: 1 });
    device.publish({ topic: PASSED, payload: 'second', qos: 0 });
    device.publish({ topic: PASSED, payload: 'third', qos: 1, messageId: 2 });
    await until(() => hub.messages.length === 3);
    await pingDevice();
    expect(device.inbox).toEqual([]);
    expect(heardBy(reader)).toEqual([]);
    hub.gate.releaseAll();
    await until(() => heardBy(reader).length === 3);
    expect(heardBy(reader)).toEqual(['first', 'second', 'third']);
  });

  it('does not hold up other clients', async () => {
    hub.gate.isHeld = true;
    device.publish({ topic: KEPT, payload: 'slow', qos: 1, messageId: 1 });
    await until(() => hub.gate.started === 1);
    const other = await hub.connect('beta', { clientId: 'beta' });
    other.publish({ topic: 'ruche/beta/log', payload: 'quick', qos: 1, messageId: 1 });
    await other.take('puback');
    await reader.take('publish', (packet) => packet.payload.toString() === 'quick');
  });

  it('is not acknowledged when the commit fails: the client is disconnected and says it again', async () => {
    hub.gate.failure = new Error('disk full');
    device.publish({ topic: KEPT, payload: 'a', qos: 1, messageId: 1 });
    await device.closed();
    expect(device.inbox).toEqual([]);
    expect(hub.broker.stats().commitFailures).toBe(1);
    hub.gate.failure = undefined;
    const again = await hub.connect('alpha', { clientId: 'alpha' });
    again.publish({ topic: KEPT, payload: 'a', qos: 1, messageId: 1, dup: true });
    await again.take('puback');
    expect(hub.committed).toHaveLength(1);
    await until(() => heardBy(reader).length > 0);
    expect(heardBy(reader)).toEqual(['a']);
  });

  it('at QoS 0 does not cost the connection when the commit fails', async () => {
    hub.gate.failure = new Error('disk full');
    device.publish({ topic: KEPT, payload: 'a' });
    await until(() => hub.errors.length > 0);
    await pingDevice();
    expect(heardBy(reader)).toEqual([]);
  });

  it('is logged once when many of them fail', async () => {
    hub.gate.failure = new Error('disk full');
    for (let turn = 0; turn < 20; turn++) device.publish({ topic: KEPT, payload: String(turn) });
    await until(() => hub.broker.stats().commitFailures === 20);
    expect(hub.errors).toHaveLength(1);
  });

  it('counts how long that took', async () => {
    expect(hub.broker.stats().commitMs).toBeNull();
    device.publish({ topic: KEPT, payload: 'a', qos: 1, messageId: 1 });
    await device.take('puback');
    expect(hub.broker.stats().commitMs).toBeGreaterThan(0);
  });
});

describe('a repetition', () => {
  it('of a kept QoS 1 message is acknowledged and neither stored nor delivered again', async () => {
    device.publish({ topic: KEPT, payload: 'a', qos: 1, messageId: 9 });
    await device.take('puback');
    device.publish({ topic: KEPT, payload: 'a', qos: 1, messageId: 9, dup: true });
    await device.take('puback');
    await pingDevice();
    expect(hub.committed).toHaveLength(1);
    await until(() => heardBy(reader).length > 0);
    expect(heardBy(reader)).toEqual(['a']);
  });

  it('that arrives while the first is being stored waits for it', async () => {
    hub.gate.isHeld = true;
    device.publish({ topic: KEPT, payload: 'a', qos: 1, messageId: 9 });
    device.publish({ topic: KEPT, payload: 'a', qos: 1, messageId: 9, dup: true });
    await until(() => hub.gate.started === 1);
    await pingDevice();
    expect(device.inbox).toEqual([]);
    hub.gate.releaseAll();
    await device.take('puback');
    await device.take('puback');
    expect(hub.messages).toHaveLength(1);
  });

  it('that comes over a new connection while the first is still being stored waits for it, too', async () => {
    hub.gate.isHeld = true;
    device.publish({ topic: KEPT, payload: 'a', qos: 1, messageId: 9 });
    await until(() => hub.gate.started === 1);
    device.destroy();
    await until(() => hub.departures.length === 1);
    const connecting = hub.connect('alpha', { clientId: 'alpha' });
    // Somebody else's commits are nothing to wait for.
    await hub.connect('beta', { clientId: 'beta' });
    hub.gate.releaseAll();
    const again = await connecting;
    again.publish({ topic: KEPT, payload: 'a', qos: 1, messageId: 9, dup: true });
    await again.take('puback');
    expect(hub.messages).toHaveLength(1);
  });

  it('is recognised by a hub that was started again', async () => {
    device.publish({ topic: KEPT, payload: 'a', qos: 1, messageId: 9 });
    await device.take('puback');
    await hub.stop();
    hub.clock.advance(1000);
    const { store, clock } = hub;
    hub = await startBroker({ store, clock });
    const again = await hub.connect('alpha', { clientId: 'alpha' });
    again.publish({ topic: KEPT, payload: 'a', qos: 1, messageId: 9, dup: true });
    await again.take('puback');
    expect(hub.messages).toEqual([]);
  });

  it('is a new message when its text, its id or its sender is another', async () => {
    device.publish({ topic: KEPT, payload: 'a', qos: 1, messageId: 9 });
    device.publish({ topic: KEPT, payload: 'b', qos: 1, messageId: 9, dup: true });
    device.publish({ topic: KEPT, payload: 'a', qos: 1, messageId: 10, dup: true });
    device.publish({ topic: KEPT, payload: 'a', qos: 1, messageId: 10 });
    await until(() => hub.committed.length === 4);
    await device.end();
    const other = await hub.connect('beta', { clientId: 'alpha' });
    other.publish({ topic: 'ruche/beta/kept', payload: 'a', qos: 1, messageId: 9, dup: true });
    await other.take('puback');
    expect(hub.committed).toHaveLength(5);
  });

  it('of a QoS 2 id is the same message until PUBREL, marked DUP or not', async () => {
    hub.gate.isHeld = true;
    device.publish({ topic: KEPT, payload: 'a', qos: 2, messageId: 3 });
    device.publish({ topic: KEPT, payload: 'a', qos: 2, messageId: 3, dup: true });
    await until(() => hub.gate.started === 1);
    hub.gate.releaseAll();
    await device.take('pubrec');
    await device.take('pubrec');
    device.publish({ topic: KEPT, payload: 'a', qos: 2, messageId: 3 });
    await device.take('pubrec');
    device.send({ cmd: 'pubrel', messageId: 3 });
    await device.take('pubcomp');
    expect(hub.committed).toHaveLength(1);
    device.publish({ topic: KEPT, payload: 'b', qos: 2, messageId: 3 });
    await device.take('pubrec');
    expect(hub.committed).toHaveLength(2);
    await until(() => heardBy(reader).length === 2);
    expect(heardBy(reader)).toEqual(['a', 'b']);
  });

  it('of a QoS 2 id is recognised in a kept session that comes back', async () => {
    const first = await hub.connect('beta', { clientId: 'beta', clean: false });
    first.publish({ topic: 'ruche/beta/log', payload: 'a', qos: 2, messageId: 5 });
    await first.take('pubrec');
    first.destroy();
    await until(() => hub.departures.length === 1);
    const second = await hub.connect('beta', { clientId: 'beta', clean: false });
    second.publish({ topic: 'ruche/beta/log', payload: 'a', qos: 2, messageId: 5, dup: true });
    await second.take('pubrec');
    second.send({ cmd: 'pubrel', messageId: 5 });
    await second.take('pubcomp');
    expect(hub.messages).toHaveLength(1);
  });
});

it('a message that is empty and retained is said to be clearing, no other', async () => {
  for (const [payload, retain] of [
    ['', true],
    ['', false],
    ['a', true],
  ] as const) {
    device.publish({ topic: PASSED, payload, retain });
  }
  await pingDevice();
  expect(hub.messages.map(({ isClearing }) => isClearing)).toEqual([true, false, false]);
});

describe('a refused message', () => {
  it.each([1, 2] as const)('is acknowledged at QoS %i, goes nowhere, and the client stays', async (qos) => {
    device.publish({ topic: REFUSED, payload: 'bad', qos, messageId: 4, retain: true });
    await device.take(qos === 1 ? 'puback' : 'pubrec');
    device.publish({ topic: PASSED, payload: 'good', qos: 1, messageId: 5 });
    await device.take('puback');
    await reader.take('publish', (packet) => packet.payload.toString() === 'good');
    expect(heardBy(reader)).toEqual([]);
    const late = await hub.connect('owner', { clientId: 'late' });
    await late.subscribe('#');
    await late.subscribe('marker', 0, 2);
    late.publish({ topic: 'marker', payload: 'end' });
    await late.take('publish', (packet) => packet.topic === 'marker');
    expect(heardBy(late)).toEqual([]);
    expect(hub.refusals).toMatchObject([
      { action: 'publish', code: 'PAYLOAD_INVALID', clientId: 'alpha', deviceId: 'alpha', topic: REFUSED },
    ]);
  });

  it.each(['$live/devices', '$SYS/broker/uptime'])('is everything anybody publishes on %s', async (topic) => {
    await reader.subscribe(topic, 0, 2);
    for (const who of ['owner', 'open', 'alpha']) {
      const client = await hub.connect(who, { clientId: `forger-${who}` });
      client.publish({ topic, payload: 'forged', qos: 1, messageId: 1 });
      await client.take('puback');
    }
    reader.send({ cmd: 'pingreq' });
    await reader.take('pingresp');
    expect(heardBy(reader)).toEqual([]);
    expect(hub.refusals.map(({ code }) => code)).toEqual(Array(3).fill('PUBLISH_RESERVED'));
    expect(hub.messages).toEqual([]);
  });
});

describe('a topic', () => {
  /** PUBLISH at QoS 1 with the packet id 9. */
  function publishTo(tail: Buffer): void {
    const topic = Buffer.concat([Buffer.from('ruche/alpha/'), tail]);
    const body = Buffer.concat([Buffer.from([topic.length >> 8, topic.length & 0xff]), topic, Buffer.from([0, 9, 1])]);
    const length = [(body.length & 0x7f) | 0x80, ((body.length >> 7) & 0x7f) | 0x80, body.length >> 14];
    device.sendBytes(Buffer.concat([Buffer.from([0x32, ...length]), body]));
  }

  it('that is too long goes nowhere and costs nobody the connection', async () => {
    publishTo(Buffer.alloc(5000, 'a'));
    await device.take('puback', ({ messageId }) => messageId === 9);
    device.publish({ topic: PASSED, payload: 'after' });
    await reader.take('publish', ({ payload }) => payload.toString() === 'after');
    expect(heardBy(reader)).toEqual([]);
    expect(hub.refusals).toMatchObject([{ code: 'PROTOCOL_ERROR', action: 'publish' }]);
  });

  it('with a payload that will never be taken is not said in MQTT 5 to be over a quota, which passes', async () => {
    await hub.close();
    hub = await startBroker({ accept: () => ({ kind: 'refused', code: 'PAYLOAD_TOO_LARGE', detail: 'Too large.' }) });
    const newer = await hub.connect('alpha', { clientId: 'newer', protocolVersion: 5 });
    newer.publish({ topic: PASSED, payload: 'x', qos: 1, messageId: 1 });
    expect(await newer.take('puback')).toMatchObject({ reasonCode: 0x83 });
  });

  // (5: 3.4.2.1)
  it('that is too deep is said in MQTT 5 to be an invalid name', async () => {
    const newer = await hub.connect('alpha', { clientId: 'newer', protocolVersion: 5 });
    newer.publish({ topic: 'a/'.repeat(100), payload: '', qos: 1, messageId: 1 });
    expect(await newer.take('puback')).toMatchObject({ reasonCode: 0x90 });
  });

  // [MQTT-1.5.3-1] [MQTT-1.5.3-2] [MQTT-3.3.2-2]
  it.each([
    ['of bytes that are no UTF-8', Buffer.alloc(60_000, 0xff)],
    ['with an overlong form', Buffer.from([0xc0, 0xaf])],
    ['with half a surrogate pair', Buffer.from([0xed, 0xa0, 0x80])],
    ['with NUL', Buffer.from('a\0b')],
    ['with a wildcard', Buffer.from('+/a')],
  ])('%s goes nowhere and costs its sender the connection, and nobody else', async (_what, tail) => {
    publishTo(tail);
    await device.closed();
    expect(device.inbox).toEqual([]);
    await hub.broker.publish({ topic: PASSED, payload: 'after' });
    await reader.take('publish', ({ payload }) => payload.toString() === 'after');
    expect(heardBy(reader)).toEqual([]);
    expect(hub.refusals).toMatchObject([{ code: 'PROTOCOL_ERROR', action: 'publish', clientId: 'alpha' }]);
  });
});

describe('a message that cannot be decided on', () => {
  it('is not acknowledged, and the process lives', async () => {
    await hub.close();
    hub = await startBroker({
      accept() {
        throw new TypeError('a mistake of ours');
      },
    });
    const client = await hub.connect('alpha', { clientId: 'alpha' });
    client.publish({ topic: PASSED, payload: 'a', qos: 1, messageId: 1 });
    await client.closed();
    expect(client.inbox).toEqual([]);
    expect(hub.errors).toHaveLength(1);
  });
});

describe('many messages in flight', () => {
  it('are all stored once and acknowledged in order, however slow the store is', async () => {
    hub.gate.isHeld = true;
    const count = 3000;
    for (let messageId = 1; messageId <= count; messageId++) {
      device.publish({ topic: KEPT, payload: String(messageId), qos: 1, messageId });
    }
    await until(() => hub.gate.started >= 1000);
    hub.gate.releaseAll();
    await until(() => device.inbox.length === count);
    const ids = device.inbox.map((packet) => packet.messageId);
    expect(ids).toEqual(Array.from({ length: count }, (_, at) => at + 1));
    await until(() => heardBy(reader).length === count);
    expect(heardBy(reader)).toEqual(ids.map(String));
  });

  it('for many kept sessions are queued for each of them, and cost nobody the connection', async () => {
    const keepers = 15;
    const count = 1000;
    for (let at = 0; at < keepers; at++) {
      const keeper = await hub.connect('owner', { clientId: `keeper-${at}`, clean: false });
      await keeper.subscribe('#', 1);
      await keeper.end();
    }
    const second = await hub.connect('alpha', { clientId: 'alpha-2' });
    for (let messageId = 1; messageId <= count; messageId++) {
      for (const client of [device, second]) client.publish({ topic: PASSED, payload: 'x', qos: 1, messageId });
    }
    await until(() => device.inbox.length + second.inbox.length === 2 * count);
    expect(hub.errors).toEqual([]);
  });

  it('with retained, QoS 0, 1 and 2 among them all arrive, in order', async () => {
    const count = 200;
    for (let turn = 1; turn <= count; turn++) {
      const qos = ([0, 1, 2] as const)[turn % 3] ?? 0;
      device.publish({ topic: PASSED, payload: String(turn), qos, messageId: turn, retain: turn % 5 === 0 });
    }
    await until(() => heardBy(reader).length === count);
    expect(heardBy(reader)).toEqual(Array.from({ length: count }, (_, at) => String(at + 1)));
  });
});
