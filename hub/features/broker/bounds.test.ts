/** What a queue and the retained values take is bounded whatever it is made of, and somebody hears of the bound. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';
import { connectWire, publish } from '../../../tests/helpers/wire.ts';

let hub: TestBroker;
beforeEach(async () => {
  hub = await startBroker({ limits: { queuedMessagesMax: 3, retainedBytesMax: 10_000 } });
});
afterEach(() => hub.close());

const asOwner = { username: 'owner', password: Buffer.from('secret') };
const writer = () => connectWire({ ports: { mqtt: hub.port, http: 0 } }, asOwner);

describe('a queue that is full', () => {
  it('drops its oldest, and says once in a while whose it is', async () => {
    const client = await hub.connect('alpha', { clientId: 'c:1', clean: false });
    await client.subscribe('ruche/alpha/cmd', 1);
    await client.end();
    await until(() => hub.broker.stats().clients === 0);
    const send = () => hub.broker.publish({ topic: 'ruche/alpha/cmd', payload: 'x', qos: 1 });
    for (let sent = 0; sent < 6; sent++) await send();
    expect(hub.broker.stats()).toMatchObject({ waiting: 3, dropped: 3, refused: 0 });
    expect(hub.refusals).toMatchObject([{ code: 'QUEUE_FULL', clientId: 'c:1', deviceId: 'alpha' }]);
    hub.clock.advance(10_000);
    await send();
    expect(hub.refusals).toHaveLength(2);
  });
});

describe('a retained value', () => {
  it('is counted with its properties', async () => {
    const client = await writer();
    const userProperties = { filler: 'x'.repeat(6_000) };
    for (const topic of ['a', 'b'])
      await publish(client, { topic, payload: 'x', qos: 1, retain: true, properties: { userProperties } });
    expect(hub.broker.stats().retained).toBe(1);
    expect(hub.broker.stats().retainedBytes).toBeGreaterThan(6_000);
  });

  it('leaves the store, too, when nobody wants it any more', async () => {
    const client = await writer();
    const message = { topic: 'a', payload: 'x', qos: 1, retain: true } as const;
    await publish(client, { ...message, properties: { messageExpiryInterval: 5 } });
    await publish(client, { ...message, topic: 'b' });
    hub.clock.advance(60_000);
    const stored = async (): Promise<string[]> => {
      const keys: string[] = [];
      for await (const [key] of hub.store.mqtt.entries({ gte: 'retain:', lt: 'retain;' })) keys.push(key);
      return keys;
    };
    await until(async () => (await stored()).length === 1);
    expect(await stored()).toEqual(['retain:b']);
  });

  it('that was replaced by one that stays, stays', async () => {
    const client = await writer();
    const message = { topic: 'a', payload: 'x', qos: 1, retain: true } as const;
    await publish(client, { ...message, properties: { messageExpiryInterval: 5 } });
    await publish(client, message);
    hub.clock.advance(60_000);
    await hub.broker.publish({ topic: 'other', payload: 'x', qos: 1 });
    expect(hub.broker.stats().retained).toBe(1);
  });
});

describe('the sessions that are kept', () => {
  it('make room among those of who keeps most of them', async () => {
    await hub.close();
    hub = await startBroker({ limits: { keptSessionsMax: 3 } });
    const comeAndGo = async (who: string, clientId: string): Promise<boolean> => {
      const client = await hub.connect(who, { clientId, clean: false });
      await client.end();
      await until(() => hub.broker.stats().clients === 0);
      hub.clock.advance(1_000);
      return client.connack.sessionPresent;
    };
    await comeAndGo('alpha', 'quiet');
    for (let made = 0; made < 8; made++) await comeAndGo('beta', `made up ${made}`);
    expect(hub.broker.stats().keptSessions).toBe(3);
    expect(await comeAndGo('alpha', 'quiet')).toBe(true);
  });
});
