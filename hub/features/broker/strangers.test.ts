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
  for await (const _will of hub.store.mqtt.values({ gte: 'will:', lt: 'will;' })) count++;
  return count;
}

it('a stranger’s will is not kept for the next run of the hub, which would publish it unasked', async () => {
  await hub.connect(undefined, { clientId: 'stranger', will: COMMAND });
  expect(await keptWills()).toBe(0);
  await hub.connect('beta', { clientId: 'beta', will: { ...COMMAND, topic: 'ruche/beta/status' } });
  expect(await keptWills()).toBe(1);
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

it('only a waiting client becomes the device that was adopted under its client id', async () => {
  await hub.connect('owner', { clientId: 'shared' });
  const principal = { kind: 'device', deviceId: 'gamma', names: new Set(['gamma']), isProtected: false } as const;
  hub.broker.upgrade('shared', principal);
  await until(() => hub.connected.length === 1);
  expect(hub.broker.session('shared')?.principal.kind).toBe('person');
});
