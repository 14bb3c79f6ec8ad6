/** Bounds that hold for all sessions together, however many of them somebody opens. */
import { afterEach, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { FullLog } from './full-log.ts';
import { FULL_LOG_MS } from './limits.ts';

let hub: TestBroker;
afterEach(() => hub?.close());

const session = (clientId: string) => hub.connect('owner', { clientId, clean: false, acks: true });

async function awayWith(clientId: string, filter: string): Promise<void> {
  const client = await session(clientId);
  await client.subscribe(filter, 1);
  await client.end();
}

it('cuts the longest queues when all of them are too much, and leaves the short ones alone', async () => {
  hub = await startBroker({ limits: { queuedMessagesInAllMax: 100 } });
  await awayWith('modest', 'rare');
  for (const clientId of ['greedy-1', 'greedy-2', 'greedy-3']) await awayWith(clientId, 'flood');
  for (let at = 0; at < 5; at++) await hub.broker.publish({ topic: 'rare', payload: `${at}`, qos: 1 });
  for (let at = 0; at < 200; at++) await hub.broker.publish({ topic: 'flood', payload: `${at}`, qos: 1 });
  const { waiting, dropped } = hub.broker.stats();
  expect(waiting).toBeLessThanOrEqual(100);
  expect(dropped).toBe(5 + 3 * 200 - waiting);
  const modest = await session('modest');
  await until(() => modest.inbox.filter(({ cmd }) => cmd === 'publish').length === 5);
  const greedy = await session('greedy-1');
  const isLast = ({ payload }: { payload: string | Buffer }): boolean => String(payload) === '199';
  await greedy.take('publish', isLast);
});

it('cuts what was stored by an earlier run as well', async () => {
  hub = await startBroker();
  await awayWith('greedy', 'flood');
  for (let at = 0; at < 300; at++) await hub.broker.publish({ topic: 'flood', payload: `${at}`, qos: 1 });
  await hub.stop();
  const { store, clock } = hub;
  hub = await startBroker({ store, clock, limits: { queuedMessagesInAllMax: 100 } });
  expect(hub.broker.stats().waiting).toBe(300);
  await hub.broker.publish({ topic: 'flood', payload: '300', qos: 1 });
  expect(hub.broker.stats().waiting).toBeLessThanOrEqual(100);
});

it('counts what has left a queue no longer', async () => {
  hub = await startBroker({ limits: { queuedMessagesInAllMax: 100 } });
  for (let round = 0; round < 5; round++) {
    await awayWith('reader', 'a');
    for (let at = 0; at < 60; at++) await hub.broker.publish({ topic: 'a', payload: `${at}`, qos: 1 });
    const reader = await session('reader');
    await until(() => hub.broker.stats().waiting === 0 && reader.inbox.length >= 60);
    await reader.end();
    await until(() => hub.broker.stats().clients === 0);
  }
  expect(hub.broker.stats().dropped).toBe(0);
});

it('refuses subscriptions when all clients together have too many, but never those a kept session brings', async () => {
  hub = await startBroker({ limits: { subscriptionsMax: 3 } });
  const first = await session('first');
  for (const filter of ['a', 'b', 'c']) expect((await first.subscribe(filter)).granted).toEqual([0]);
  expect((await first.subscribe('d')).granted).toEqual([128]);
  expect((await first.subscribe('a', 1)).granted).toEqual([1]);
  await first.end();
  await until(() => hub.broker.stats().clients === 0);
  const back = await session('first');
  await hub.broker.publish({ topic: 'b', payload: 'still subscribed' });
  await back.take('publish');
  back.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['b'] });
  await back.take('unsuback');
  expect((await back.subscribe('d')).granted).toEqual([0]);
});

it('counts the levels of filters, which take the memory', async () => {
  hub = await startBroker({ limits: { subscriptionLevelsMax: 100 } });
  const client = await session('deep');
  const deep = (name: string): string => `${name}/${'+/'.repeat(58)}#`;
  expect((await client.subscribe(deep('one'))).granted).toEqual([0]);
  expect((await client.subscribe(deep('two'))).granted).toEqual([128]);
  expect((await client.subscribe('shallow')).granted).toEqual([0]);
  client.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: [deep('one')] });
  await client.take('unsuback');
  expect((await client.subscribe(deep('two'))).granted).toEqual([0]);
});

it('keeps half of the room for clients with credentials, and gives none of them all of it', async () => {
  hub = await startBroker({ limits: { subscriptionsMax: 4, subscriptionLevelsPerClientMax: 3 } });
  const stranger = await hub.connect('open', { clientId: 'stranger' });
  for (const filter of ['a', 'b']) expect((await stranger.subscribe(filter)).granted).toEqual([0]);
  expect((await stranger.subscribe('c')).granted).toEqual([128]);
  const known = await session('known');
  expect((await known.subscribe('a/b/c/d')).granted).toEqual([128]);
  const subscriptions = ['c', 'd', 'x/y'].map((topic) => ({ topic, qos: 0 as const }));
  known.send({ cmd: 'subscribe', messageId: 7, subscriptions });
  expect((await known.take('suback')).granted).toEqual([0, 0, 128]);
  for (const filter of ['c', 'd']) expect((await known.subscribe(filter)).granted).toEqual([0]);
});

it('gives a client back the levels of what it gives up', async () => {
  hub = await startBroker({ limits: { subscriptionLevelsPerClientMax: 3 } });
  const client = await session('moving');
  for (let round = 1; round <= 5; round++) {
    expect((await client.subscribe(`a/b/${round}`)).granted).toEqual([0]);
    client.send({ cmd: 'unsubscribe', messageId: round, unsubscriptions: [`a/b/${round}`] });
    await client.take('unsuback');
  }
});

it('says that something is full once in a while, not with every message', () => {
  const clock = new FakeClock();
  const lines: string[] = [];
  const full = new FullLog(clock, { warn: (_fields, message) => void lines.push(message) });
  for (let at = 0; at < 100; at++) full.warn('queue', {}, 'queue');
  full.warn('retained', {}, 'retained');
  expect(lines).toEqual(['queue', 'retained']);
  clock.advance(FULL_LOG_MS);
  full.warn('queue', {}, 'queue');
  expect(lines).toHaveLength(3);
});
