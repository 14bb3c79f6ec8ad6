import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Connected, startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';
import { keysOf } from './identity.ts';

const TOPIC = 'ruche/pump/cmd';
/** As many as may be on their way to one client. */
const WINDOW = 100;
const MESSAGE = { topic: TOPIC, payload: 'on', qos: 1 } as const;

/** Of a client of the device `pump`. */
const keyOf = (clientId: string): string => keysOf({ kind: 'device', id: 'pump' }) + clientId;

let hub: TestBroker;
let taken = 0;
beforeEach(async () => {
  hub = await startBroker();
  taken = 0;
});
afterEach(() => hub.close());

const KEY = keyOf('p');
const handOver = (key = KEY, more: { wantedMs?: number } = {}): Promise<void> =>
  hub.broker.handOver(MESSAGE, { key, taken: () => void taken++, ...more }, []);
const listen = async (who: string, clientId: string, more: { qos?: 0 | 1 | 2; acks?: boolean } = {}) => {
  const client = await hub.connect(who, { clientId, clean: false, ...(more.acks ? { acks: true } : {}) });
  await client.subscribe(TOPIC, more.qos ?? 1);
  return client;
};
function acknowledge(client: Connected): void {
  for (const packet of client.inbox) {
    if (packet.cmd === 'publish') client.send({ cmd: 'puback', messageId: packet.messageId ?? 0 });
  }
}
async function ping(client: Connected): Promise<number> {
  client.send({ cmd: 'pingreq' });
  await client.take('pingresp');
  return client.inbox.filter(({ cmd }) => cmd === 'publish').length;
}

it('tells when the client has acknowledged a message, once, and who listens how', async () => {
  const pump = await listen('pump', 'p');
  expect(hub.broker.listens(KEY, TOPIC)).toBe(1);
  expect(hub.broker.listens(KEY, 'x')).toBeUndefined();
  expect(hub.broker.listens(keyOf('q'), TOPIC)).toBeUndefined();
  await handOver();
  const { messageId = 0 } = await pump.take('publish');
  // The client counts its own messages by itself.
  pump.publish({ topic: 'ruche/pump/event', payload: 'x', qos: 2, messageId });
  await pump.take('pubrec');
  pump.send({ cmd: 'pubrel', messageId });
  await pump.take('pubcomp');
  expect(taken).toBe(0);
  pump.send({ cmd: 'puback', messageId });
  pump.send({ cmd: 'puback', messageId });
  await ping(pump);
  expect(taken).toBe(1);
});

it('stores nothing for the client and sends nothing again: that is for whoever handed it over', async () => {
  const pump = await listen('pump', 'p');
  await handOver();
  await pump.take('publish');
  pump.destroy();
  await until(() => hub.departures.length === 1);
  const again = await hub.connect('pump', { clientId: 'p', clean: false });
  expect(again.connack.sessionPresent).toBe(true);
  expect(await ping(again)).toBe(0);
  await handOver();
  expect(await again.take('publish')).toMatchObject({ dup: false });
});

it('keeps it for everybody else as any other message, also for those who are away or slow to acknowledge', async () => {
  const pump = await listen('pump', 'p', { acks: true });
  const away = await listen('owner', 'log');
  away.destroy();
  await until(() => hub.departures.length === 1);
  await handOver();
  await until(() => taken === 1);
  const back = await hub.connect('owner', { clientId: 'log', clean: false });
  expect(await back.take('publish')).toMatchObject({ topic: TOPIC, qos: 1 });
  back.destroy();
  await until(() => hub.departures.length === 2);
  const third = await hub.connect('owner', { clientId: 'log', clean: false });
  expect(await third.take('publish')).toMatchObject({ dup: true });
  expect(await ping(pump)).toBe(1);
});

it('goes to other sessions of the same owner only while they are there', async () => {
  const old = await listen('pump', 'old name');
  old.destroy();
  await until(() => hub.departures.length === 1);
  await listen('pump', 'p', { acks: true });
  await handOver();
  await until(() => taken === 1);
  expect(await ping(await hub.connect('pump', { clientId: 'old name', clean: false }))).toBe(0);
});

it('says nothing of a subscription at QoS 0, and nothing of a client that is not there', async () => {
  const pump = await listen('pump', 'p', { qos: 0, acks: true });
  await handOver();
  await pump.take('publish');
  await handOver(keyOf('nobody'));
  expect(await ping(pump)).toBe(1);
  expect(taken).toBe(0);
});

it('knows the client from one of the same id that belongs to somebody else', async () => {
  const pump = await listen('pump', 'p');
  const copied = await hub.connect('owner', { clientId: 'p' });
  expect(hub.broker.listens(KEY, TOPIC)).toBe(1);
  expect(hub.broker.session(KEY)?.principal.kind).toBe('device');
  await handOver();
  const { messageId = 0 } = await pump.take('publish');
  pump.send({ cmd: 'puback', messageId });
  await until(() => taken === 1);
  expect(await ping(copied)).toBe(0);
});

it.each([-86_400_000, 86_400_000])('waits behind a full window also when the clock is set by %i ms', async (setMs) => {
  const pump = await listen('pump', 'p');
  for (let at = 0; at <= WINDOW; at++) await handOver(KEY, { wantedMs: 60_000 });
  hub.clock.jump(setMs);
  await handOver(KEY, { wantedMs: 60_000 });
  expect(await ping(pump)).toBe(WINDOW);
  hub.clock.advance(59_999);
  acknowledge(pump);
  await until(async () => (await ping(pump)) === WINDOW + 2);
  expect(taken).toBe(WINDOW);
});

it('is not sent to the client when its time was over before there was room', async () => {
  const pump = await listen('pump', 'p');
  for (let at = 0; at < WINDOW; at++) await handOver();
  await handOver(KEY, { wantedMs: 60_000 });
  await handOver(KEY, { wantedMs: 60_001 });
  expect(await ping(pump)).toBe(WINDOW);
  hub.clock.advance(60_000);
  acknowledge(pump);
  await until(() => taken === WINDOW);
  expect(await ping(pump)).toBe(WINDOW + 1);
});
