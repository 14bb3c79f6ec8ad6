/** Somebody sets the clock: nothing may grow old because of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';
import { OFF_MS_MAX } from './ages.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const SWEEP_MS = 60_000;

let hub: TestBroker;
beforeEach(async () => {
  hub = await startBroker();
});
afterEach(() => hub.close());

async function goAway(): Promise<void> {
  const client = await hub.connect('owner', { clientId: 'me', clean: false });
  await client.subscribe('a', 1);
  await client.end();
  await until(() => hub.broker.stats().clients === 0);
  hub.clock.advance(1); // what comes in the same moment may have been sent to it
  await hub.broker.publish({ topic: 'a', payload: 'waits', qos: 1 });
}

const comeBack = () => hub.connect('owner', { clientId: 'me', clean: false });

async function restart(meanwhile: () => void = () => {}): Promise<void> {
  await hub.stop();
  const { store, clock } = hub;
  meanwhile();
  hub = await startBroker({ store, clock });
}

describe.each([
  ['forward', YEAR_MS],
  ['back', -YEAR_MS],
])('a clock that is set %s by a year while the hub runs', (_way, jumpMs) => {
  it('ends no session and drops nothing that waits, also when the hub is started again', async () => {
    await goAway();
    hub.clock.jump(jumpMs);
    hub.clock.advance(SWEEP_MS);
    expect(hub.broker.stats()).toMatchObject({ keptSessions: 1, waiting: 1 });
    await restart();
    hub.clock.advance(SWEEP_MS);
    const client = await comeBack();
    expect(client.connack.sessionPresent).toBe(true);
    expect(String((await client.take('publish')).payload)).toBe('waits');
  });

  it('still lets a session go after thirty days', async () => {
    await goAway();
    hub.clock.jump(jumpMs);
    hub.clock.advance(29 * DAY_MS);
    expect(hub.broker.stats().keptSessions).toBe(1);
    hub.clock.advance(DAY_MS + SWEEP_MS);
    expect(hub.broker.stats().keptSessions).toBe(0);
  });

  it('leaves retained messages, delayed wills and receipts the time they had', async () => {
    const writer = await hub.connect('alpha', {
      clientId: 'writer',
      protocolVersion: 5,
      properties: { sessionExpiryInterval: 3600 },
    });
    const message = { topic: 'ruche/alpha/kept', payload: 'x', qos: 1, retain: true, messageId: 7 } as const;
    writer.publish({ ...message, properties: { messageExpiryInterval: 600 } });
    await writer.take('puback');
    writer.destroy();
    await until(() => hub.broker.stats().clients === 0);
    hub.clock.jump(jumpMs);
    hub.clock.advance(SWEEP_MS);
    expect(hub.broker.retained(message.topic)).toBeDefined();
    const again = await hub.connect('alpha', { clientId: 'writer' });
    again.publish({ ...message, dup: true });
    await again.take('puback');
    expect(hub.messages).toHaveLength(1);
    hub.clock.advance(10 * SWEEP_MS);
    expect(hub.broker.retained(message.topic)).toBeUndefined();
  });
});

it('the time the hub was off counts', async () => {
  await goAway();
  await restart(() => hub.clock.advance(6 * DAY_MS));
  hub.clock.advance(2 * DAY_MS);
  const client = await comeBack();
  client.send({ cmd: 'pingreq' });
  await client.take('pingresp');
  expect(client.drain().filter(({ cmd }) => cmd === 'publish')).toEqual([]);
});

it('a hub that wakes up in another year believes a week of it, and keeps its sessions', async () => {
  expect(OFF_MS_MAX).toBe(7 * DAY_MS);
  await goAway();
  await restart(() => hub.clock.jump(YEAR_MS));
  hub.clock.advance(SWEEP_MS);
  expect((await comeBack()).connack.sessionPresent).toBe(true);
});

it('a hub that wakes up in the past goes on where it was', async () => {
  await goAway();
  await restart(() => hub.clock.jump(-YEAR_MS));
  hub.clock.advance(SWEEP_MS);
  const client = await comeBack();
  expect(String((await client.take('publish')).payload)).toBe('waits');
});
