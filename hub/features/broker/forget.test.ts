import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connected, principalNow, startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';

const GRACE_MS = 5 * 60_000;

let hub: TestBroker;
beforeEach(async () => {
  hub = await startBroker();
});
afterEach(() => hub.close());

const alone = () => until(() => hub.broker.stats().clients === 0);
async function ping(client: Connected): Promise<void> {
  client.send({ cmd: 'pingreq' });
  await client.take('pingresp');
}
const heardBy = (client: Connected): string[] =>
  client.inbox.flatMap((packet) => (packet.cmd === 'publish' ? [`${packet.topic} ${packet.payload}`] : []));

/** It is away, and owed a message. */
async function leaveBehind(who: string, clientId: string): Promise<void> {
  const client = await hub.connect(who, { clientId, clean: false });
  await client.subscribe(`ruche/${who}/cmd`, 1);
  await client.end();
  await alone();
  await hub.broker.publish({ topic: `ruche/${who}/cmd`, payload: 'secret', qos: 1 });
}
async function restart(principalOf = principalNow): Promise<void> {
  const { store, clock } = hub;
  await hub.stop();
  hub = await startBroker({ store, clock, principalOf });
}

describe('what is kept for a client', () => {
  it('is not opened to a device whose id and client id read the same when put together', async () => {
    await leaveBehind('a', 'b:c');
    const other = await hub.connect('a:b', { clientId: 'c', clean: false });
    expect(other.connack.sessionPresent).toBe(false);
    await ping(other);
    expect(heardBy(other)).toEqual([]);
  });

  it('ends with its owner, also for the next one of that name, and after a restart', async () => {
    await leaveBehind('alpha', 'c');
    await leaveBehind('alpha:c', 'c');
    await hub.broker.forget({ kind: 'device', id: 'alpha' });
    expect(hub.broker.stats()).toMatchObject({ keptSessions: 1, waiting: 1, subscriptions: 1 });
    const next = await hub.connect('alpha', { clientId: 'c', clean: false });
    expect(next.connack.sessionPresent).toBe(false);
    await next.end();
    await restart();
    const again = await hub.connect('alpha', { clientId: 'c', clean: false });
    await ping(again);
    expect(heardBy(again)).toEqual([]);
    await again.end();
    await alone();
    const untouched = await hub.connect('alpha:c', { clientId: 'c', clean: false });
    expect(untouched.connack.sessionPresent).toBe(true);
    expect((await untouched.take('publish')).payload.toString()).toBe('secret');
  });

  it('ends at the next start when the hub was cut off before it could be removed', async () => {
    await leaveBehind('alpha', 'c');
    await leaveBehind('beta', 'c');
    await restart((owner, clientId) => (owner.id === 'alpha' ? undefined : principalNow(owner, clientId)));
    expect(hub.broker.stats()).toMatchObject({ keptSessions: 1, waiting: 1 });
  });

  it('is not added to by a subscription that was under way', async () => {
    const client = await hub.connect('alpha', { clientId: 'c', clean: false });
    await hub.broker.forget({ kind: 'device', id: 'alpha' });
    await client.subscribe('ruche/alpha/cmd', 1);
    client.destroy();
    await alone();
    expect(hub.broker.stats().subscriptions).toBe(0);
    const next = await hub.connect('alpha', { clientId: 'c', clean: false });
    await next.end();
    await restart();
    expect(hub.broker.stats().subscriptions).toBe(0);
  });
});

describe('the will of a client', () => {
  const will = { topic: 'ruche/alpha/status', payload: 'gone', retain: true };

  it('is not published when its owner was removed', async () => {
    const reader = await hub.connect('owner', { clientId: 'reader' });
    await reader.subscribe('#', 1);
    let isThere = true;
    await restart((owner, clientId) => (isThere ? principalNow(owner, clientId) : undefined));
    const again = await hub.connect('owner', { clientId: 'reader' });
    await again.subscribe('#', 1);
    const client = await hub.connect('alpha', { clientId: 'alpha', will });
    isThere = false;
    hub.broker.drop(({ clientId }) => clientId === 'alpha');
    await client.closed();
    await until(() => hub.session('alpha') === undefined && hub.departures.length === 1);
    await ping(again);
    expect(heardBy(again)).toEqual([]);
  });

  it('of an earlier run is published with the rights of now, and refused without them', async () => {
    await hub.connect('alpha', { clientId: 'alpha', will });
    await hub.connect('operator', { clientId: 'somebody', will: { ...will, topic: 'elsewhere' } });
    await restart((owner, clientId) =>
      principalNow({ ...owner, id: owner.id === 'operator' ? 'viewer' : owner.id }, clientId),
    );
    const reader = await hub.connect('owner', { clientId: 'reader' });
    await reader.subscribe('#', 1);
    hub.clock.advance(GRACE_MS);
    expect((await reader.take('publish')).topic).toBe('ruche/alpha/status');
    await until(() => hub.refusals.length === 1);
    expect(hub.refusals[0]).toMatchObject({ code: 'PUBLISH_FORBIDDEN', clientId: 'somebody', topic: 'elsewhere' });
    await ping(reader);
    expect(heardBy(reader)).toEqual([]);
    await restart();
    hub.clock.advance(GRACE_MS);
    expect(hub.broker.stats().messagesOut).toBe(0);
  });

  it('of an earlier run is kept by the hub like any other message of its client', async () => {
    await hub.connect('alpha', { clientId: 'alpha', will: { ...will, topic: 'ruche/alpha/kept' } });
    await restart();
    hub.clock.advance(GRACE_MS);
    await until(() => hub.committed.length === 1);
    expect(hub.messages).toMatchObject([
      { principal: { kind: 'device', deviceId: 'alpha' }, clientId: 'alpha', topic: 'ruche/alpha/kept' },
    ]);
  });

  it('of an earlier run is refused where its message would be', async () => {
    await hub.connect('alpha', { clientId: 'alpha', will: { ...will, topic: 'ruche/alpha/refused' } });
    await restart();
    hub.clock.advance(GRACE_MS);
    await until(() => hub.refusals.length === 1);
    expect(hub.refusals[0]).toMatchObject({ code: 'PAYLOAD_INVALID', clientId: 'alpha', topic: 'ruche/alpha/refused' });
    expect(hub.broker.stats().messagesOut).toBe(0);
  });
});
