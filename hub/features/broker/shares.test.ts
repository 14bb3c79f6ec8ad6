/** Groups of shared subscriptions: what waits, for whom, and what is left of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';
import {
  type Connect,
  type Connected,
  connectWire,
  publish,
  receive,
  settle,
  subscribe,
} from '../../../tests/helpers/wire.ts';

let hub: TestBroker;
beforeEach(async () => {
  hub = await startBroker({ limits: { queuedMessagesMax: 5 } });
});
afterEach(() => hub.close());

const connect = (clientId: string, more: Connect = {}): Promise<Connected> =>
  connectWire(
    { ports: { mqtt: hub.port, http: 0 } },
    { username: 'owner', password: Buffer.from('x'), clientId, ...more },
  );
const KEPT = { clean: false, properties: { sessionExpiryInterval: 600 } };
const FILTER = '$share/workers/job/+';

/** What is done with is removed when there is time. */
const expectStored = (count: number): Promise<true> =>
  until(async () => (await storedPosts()) === count, { what: `${count} stored messages` });

async function storedPosts(): Promise<number> {
  let count = 0;
  for await (const _post of hub.store.mqtt.values({ gte: 'post:', lt: 'post;' })) count++;
  return count;
}

/** A member that subscribes and goes away. */
async function away(clientId: string, qos: 0 | 1 | 2 = 1): Promise<void> {
  const member = await connect(clientId, KEPT);
  await subscribe(member, { topic: FILTER, qos });
  await member.end();
}

it('keep no more than a session may, and drop the oldest', async () => {
  await away('one');
  const sender = await connect('sender');
  for (let job = 1; job <= 8; job++) await publish(sender, { topic: 'job/x', payload: String(job), qos: 1 });
  const member = await connect('one', KEPT);
  for (const job of ['4', '5', '6', '7', '8']) expect(String((await receive(member)).payload)).toBe(job);
});

it('let nothing overtake what waits, and nobody else gets it', async () => {
  await away('one');
  await away('two');
  const sender = await connect('sender');
  for (const job of ['1', '2', '3']) await publish(sender, { topic: 'job/x', payload: job, qos: 2 });
  const coming = connect('two', KEPT);
  for (const job of ['4', '5']) await publish(sender, { topic: 'job/x', payload: job, qos: 2 });
  const member = await coming;
  for (const job of ['1', '2', '3', '4', '5']) expect(String((await receive(member)).payload)).toBe(job);
  await expectStored(0);
  const other = await connect('one', KEPT);
  expect(other.inbox).toEqual([]);
});

it('let nothing overtake what is on its way to the store to wait there, whether it arrives or not', async () => {
  await away('one');
  const sender = await connect('sender');
  const say = (payload: string) => hub.broker.publish({ topic: 'job/x', payload, qos: 1 });
  hub.gate.isHeld = true;
  const first = say('1');
  const member = await connect('one', KEPT);
  const second = say('2');
  await publish(sender, { topic: 'job/x', payload: 'at once', qos: 0 });
  expect(String((await receive(member)).payload)).toBe('at once');
  hub.gate.releaseAll();
  await Promise.all([first, second]);
  for (const job of ['1', '2']) expect(String((await receive(member)).payload)).toBe(job);
  await member.end();
  await until(() => hub.departures.length === 2);
  hub.gate.failure = new Error('the disk is full');
  await expect(say('lost')).rejects.toThrow('full');
  const visitor = await connect('visitor');
  await subscribe(visitor, { topic: FILTER, qos: 1 });
  await say('not stored, for nothing waits');
  expect(String((await receive(visitor)).payload)).toBe('not stored, for nothing waits');
});

it('give what waits to a member that keeps no session, at what it was granted', async () => {
  await away('one');
  const sender = await connect('sender');
  for (const job of ['1', '2']) await publish(sender, { topic: 'job/x', payload: job, qos: 1 });
  const visitor = await connect('visitor');
  await subscribe(visitor, { topic: FILTER, qos: 0 });
  for (const job of ['1', '2']) {
    const packet = await receive(visitor);
    expect(String(packet.payload)).toBe(job);
    expect(packet.qos).toBe(0);
  }
  await expectStored(0);
});

it('leave nothing behind when their last member unsubscribes or its session ends', async () => {
  await away('one');
  await away('two');
  const sender = await connect('sender');
  await publish(sender, { topic: 'job/x', payload: '1', qos: 1 });
  await expectStored(1);
  await (await connect('one')).end(); // clean: the session has ended
  await expectStored(1);
  await (await connect('two')).end();
  await expectStored(0);
  expect(await publish(sender, { topic: 'job/x', payload: '2', qos: 1 })).toBe(0x10);
});

it('come back with what waits when the hub starts again', async () => {
  await away('one');
  const sender = await connect('sender');
  for (const job of ['1', '2']) await publish(sender, { topic: 'job/x', payload: job, qos: 2 });
  const { store, clock } = hub;
  await hub.stop();
  hub = await startBroker({ store, clock });
  const member = await connect('one', KEPT);
  for (const job of ['1', '2']) {
    const packet = await receive(member);
    expect(String(packet.payload)).toBe(job);
    expect(packet.dup).toBe(false);
  }
});

it('skip a member that may not read the message', async () => {
  const device = await connect('alpha', { username: 'alpha' });
  await subscribe(device, { topic: '$share/workers/ruche/alpha/cmd', qos: 1 });
  const refused = await subscribe(device, { topic: '$share/workers/ruche/beta/cmd', qos: 1 });
  expect(refused.granted).toEqual([0x87]);
  const owner = await connect('owner');
  await publish(owner, { topic: 'ruche/alpha/cmd', payload: 'yes', qos: 1 });
  expect(String((await receive(device)).payload)).toBe('yes');
});

/** Hears nothing of its messages but the publishes, and answers none. */
const payloads = async (client: Connected, count: number): Promise<string[]> => {
  const all: string[] = [];
  while (all.length < count) all.push(String((await client.take('publish')).payload));
  return all;
};

// [4.8.2]
describe('when the session of a member ends, what it has not answered', () => {
  it('goes to another one, in order and before anything new', async () => {
    const first = await connect('first', { properties: { receiveMaximum: 2 } });
    await subscribe(first, { topic: FILTER, qos: 1 });
    const sender = await connect('sender');
    for (const job of ['1', '2', '3']) await publish(sender, { topic: 'job/x', payload: job, qos: 1 });
    expect(await payloads(first, 2)).toEqual(['1', '2']);
    const second = await connect('second');
    await subscribe(second, { topic: FILTER, qos: 1 });
    first.destroy();
    await until(() => hub.departures.length === 1);
    await publish(sender, { topic: 'job/x', payload: '4', qos: 1 });
    for (const job of ['1', '2', '3', '4']) {
      expect(await receive(second)).toMatchObject({ payload: Buffer.from(job), qos: 1, dup: false });
    }
    await expectStored(0);
  });

  it('waits for one that keeps its session, in front of what came later, also when the hub starts again', async () => {
    await away('kept');
    const first = await connect('first', KEPT);
    await subscribe(first, { topic: FILTER, qos: 1 });
    const sender = await connect('sender');
    for (const job of ['1', '2']) await publish(sender, { topic: 'job/x', payload: job, qos: 1 });
    expect(await payloads(first, 2)).toEqual(['1', '2']);
    first.destroy();
    await until(() => hub.departures.length === 2);
    await publish(sender, { topic: 'job/x', payload: '3', qos: 1 });
    const { store, clock } = hub;
    await hub.stop();
    hub = await startBroker({ store, clock, limits: { queuedMessagesMax: 5 } });
    await (await connect('first')).end(); // clean: the session has ended
    const kept = await connect('kept', KEPT);
    for (const job of ['1', '2', '3']) {
      expect(await receive(kept)).toMatchObject({ payload: Buffer.from(job), dup: false });
    }
    await expectStored(0);
  });

  it('is for nobody else at QoS 2 once it was sent [MQTT-4.8.2-5], and else is', async () => {
    const first = await connect('first', { properties: { receiveMaximum: 1 } });
    await subscribe(first, { topic: FILTER, qos: 2 });
    const sender = await connect('sender');
    for (const job of ['1', '2']) await publish(sender, { topic: 'job/x', payload: job, qos: 2 });
    expect(await payloads(first, 1)).toEqual(['1']);
    const second = await connect('second');
    await subscribe(second, { topic: FILTER, qos: 2 });
    first.destroy();
    expect(await receive(second)).toMatchObject({ payload: Buffer.from('2'), qos: 2 });
    await settle(second);
    expect(second.inbox).toEqual([]);
  });

  it('ends with it when nobody else is in the group, and when it answered that it does not want it', async () => {
    const first = await connect('first');
    await subscribe(first, { topic: FILTER, qos: 1 });
    const sender = await connect('sender');
    await publish(sender, { topic: 'job/x', payload: '1', qos: 1 });
    const { messageId = 0 } = await first.take('publish');
    first.send({ cmd: 'puback', messageId, reasonCode: 0x80 });
    await settle(first);
    const second = await connect('second');
    await subscribe(second, { topic: FILTER, qos: 1 });
    await first.end();
    await settle(second);
    expect(second.inbox).toEqual([]);
    await publish(sender, { topic: 'job/x', payload: '2', qos: 1 });
    expect(await payloads(second, 1)).toEqual(['2']);
    await second.end();
    await until(() => hub.broker.stats().sharedSubscriptions === 0);
    await expectStored(0);
    expect(hub.broker.stats().storedMessages).toBe(0);
  });

  it.each([
    ['keeps its session', KEPT],
    ['does not', {}],
  ])('goes to another one too when it was still being stored, whether the member %s', async (_, how) => {
    const first = await connect('first', how);
    await subscribe(first, { topic: FILTER, qos: 1 });
    const second = await connect('second');
    const sender = await connect('sender', KEPT);
    await subscribe(sender, { topic: 'job/x', qos: 1 }); // so that there is something to store
    hub.gate.isHeld = true;
    const said = ['1', '2'].map((payload) => hub.broker.publish({ topic: 'job/x', payload, qos: 1 }));
    await subscribe(second, { topic: FILTER, qos: 1 });
    first.destroy();
    await until(() => hub.departures.length === 1);
    const again = await connect('first'); // clean: the session has ended
    hub.gate.releaseAll();
    await Promise.all(said);
    for (const job of ['1', '2']) expect(String((await receive(second)).payload)).toBe(job);
    expect(again.inbox).toEqual([]);
    await until(() => hub.broker.stats().waiting === 0);
  });
});
