/** What clients nobody has adopted can leave behind, take over or flood. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';

let hub: TestBroker;

beforeEach(async () => {
  hub = await startBroker();
});
afterEach(() => hub.close());

const COMMAND = { topic: 'ruche/alpha/cmd', payload: 'open the door', qos: 1, retain: true } as const;

async function keptWills(): Promise<number> {
  let count = 0;
  for await (const _will of hub.store.mqtt.values({ gte: 'last-will:', lt: 'last-will;' })) count++;
  return count;
}

it('a stranger’s will is not kept for the next run of the hub, which would publish it unasked', async () => {
  await hub.connect(undefined, { clientId: 'stranger', will: COMMAND });
  expect(await keptWills()).toBe(0);
  await hub.connect('beta', { clientId: 'beta', will: { ...COMMAND, topic: 'ruche/beta/status' } });
  expect(await keptWills()).toBe(1);
});

it('strangers’ wills leave nothing to be tried again while the store fails', async () => {
  hub.gate.failure = new Error('disk full');
  const lost = await hub.connect(undefined, { clientId: 'lost', will: COMMAND });
  lost.destroy();
  await until(() => hub.departures.length === 1);
  const polite = await hub.connect(undefined, { clientId: 'polite', will: COMMAND });
  await polite.end();
  await until(() => hub.departures.length === 2);
  hub.clock.advance(30_000);
  expect(hub.gate.started).toBe(0);
});

it('a stranger who is adopted has the will of a device when the connection breaks', async () => {
  const reader = await hub.connect('owner', { clientId: 'reader' });
  await reader.subscribe('#');
  const stranger = await hub.connect(undefined, {
    clientId: 'stranger',
    will: { topic: 'ruche/gamma/status', payload: 'offline' },
  });
  const principal = { kind: 'device', deviceId: 'gamma', names: new Set(['gamma']), isProtected: false } as const;
  hub.broker.upgrade('stranger', principal);
  stranger.destroy();
  expect((await reader.take('publish')).payload.toString()).toBe('offline');
});

it('a stranger whose subscriptions are refused again and again is told so, then disconnected', async () => {
  const stranger = await hub.connect(undefined, { clientId: 'stranger' });
  const subscriptions = Array.from({ length: 300 }, (_, at) => ({ topic: `t${at}`, qos: 0 as const }));
  stranger.send({ cmd: 'subscribe', messageId: 1, subscriptions });
  await stranger.closed();
  expect(hub.refusals).toHaveLength(33);
  expect(hub.refusals.at(-1)).toMatchObject({ code: 'RATE_LIMITED', action: 'subscribe', clientId: 'stranger' });
});

it('a kept session with many filters in one SUBSCRIBE is stored once, without those that were refused', async () => {
  const device = await hub.connect('alpha', { clientId: 'alpha', clean: false });
  const { writes } = await hub.store.store.stats();
  const subscriptions = Array.from({ length: 200 }, (_, at) => ({
    topic: at % 4 === 0 ? `ruche/beta/t${at}` : `ruche/alpha/t${at}`,
    qos: 1 as const,
  }));
  device.send({ cmd: 'subscribe', messageId: 1, subscriptions });
  await device.take('suback');
  expect((await hub.store.store.stats()).writes - writes).toBeLessThanOrEqual(150);
  device.destroy();
  await until(() => hub.departures.length === 1);
  await hub.connect('alpha', { clientId: 'alpha', clean: false });
  const restored = hub.subscribed.slice(150).map(({ filter }) => filter);
  expect(restored).toHaveLength(150);
  expect(restored.every((filter) => filter.startsWith('ruche/alpha/'))).toBe(true);
});

it('nobody keeps a device out by connecting under its client id', async () => {
  const squatter = await hub.connect('viewer', { clientId: 'alpha' });
  const device = await hub.connect('alpha', { clientId: 'alpha' });
  expect(device.connack.returnCode).toBe(0);
  const again = await hub.connect('alpha', { clientId: 'alpha' });
  expect(again.connack.returnCode).toBe(0);
  await device.closed();
  expect(squatter.isClosed).toBe(false);
});

it('only a waiting client becomes the device that was adopted under its client id', async () => {
  await hub.connect('owner', { clientId: 'shared' });
  const principal = { kind: 'device', deviceId: 'gamma', names: new Set(['gamma']), isProtected: false } as const;
  hub.broker.upgrade('shared', principal);
  await until(() => hub.connected.length === 1);
  expect(hub.session('shared')?.principal.kind).toBe('person');
});

it('strangers of one address share a part of the room for subscriptions; clients with credentials have theirs', async () => {
  await hub.close();
  hub = await startBroker({ limits: { strangersSubscriptionsPerAddressMax: 3 } });
  const [one, two] = [await hub.connect('open', { clientId: 'one' }), await hub.connect('open', { clientId: 'two' })];
  expect(await one.subscribe('a')).toMatchObject({ granted: [0] });
  expect(await one.subscribe('b')).toMatchObject({ granted: [0] });
  expect(await two.subscribe('c')).toMatchObject({ granted: [0] });
  expect(await two.subscribe('d')).toMatchObject({ granted: [0x80] });
  expect(hub.refusals).toEqual([
    expect.objectContaining({ code: 'SUBSCRIPTIONS_FULL', clientId: 'two', address: '127.0.0.1', topic: 'd' }),
  ]);
  const known = await hub.connect('alpha', { clientId: 'alpha' });
  expect(await known.subscribe('ruche/alpha/cmd')).toMatchObject({ granted: [0] });
  await one.end();
  await until(() => hub.broker.stats().clients === 2);
  expect(await two.subscribe('d')).toMatchObject({ granted: [0] });
});

it('filters of a stranger who is adopted do not count for its address anymore', async () => {
  await hub.close();
  hub = await startBroker({ limits: { strangersSubscriptionsPerAddressMax: 1 } });
  const stranger = await hub.connect(undefined, { clientId: 'ESP32-Simon-ab' });
  expect(await stranger.subscribe('simon/pair')).toMatchObject({ granted: [0] });
  const principal = { kind: 'device', deviceId: 'ab', names: new Set(['ab']), isProtected: false } as const;
  hub.broker.upgrade('ESP32-Simon-ab', principal);
  const other = await hub.connect('open', { clientId: 'other' });
  expect(await other.subscribe('a')).toMatchObject({ granted: [0] });
});
