import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connected, startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';

let hub: TestBroker;
beforeEach(async () => {
  hub = await startBroker();
});
afterEach(() => hub.close());

/** Everything delivered to the client before the hub answers this has arrived. */
async function ping(client: Connected): Promise<void> {
  client.send({ cmd: 'pingreq' });
  await client.take('pingresp');
}
const heardBy = (client: Connected): string[] =>
  client.inbox.flatMap((packet) => (packet.cmd === 'publish' ? [`${packet.topic} ${packet.payload}`] : []));

describe('a session that is kept', () => {
  it('gets every message of a burst while it is connected', async () => {
    const reader = await hub.connect('owner', { clientId: 'reader', clean: false, acks: true });
    await reader.subscribe('burst/#', 1);
    const writers = await Promise.all(['w1', 'w2'].map((clientId) => hub.connect('owner', { clientId })));
    const count = 300;
    for (let turn = 1; turn <= count; turn++) {
      for (const writer of writers) {
        writer.publish({ topic: 'burst/a', payload: `${turn}`, qos: 1, messageId: turn, retain: turn % 7 === 0 });
      }
    }
    await until(() => heardBy(reader).length === 2 * count);
    const expected = Array.from({ length: count }, (_, at) => [`burst/a ${at + 1}`, `burst/a ${at + 1}`]).flat();
    expect(heardBy(reader).sort()).toEqual(expected.sort());
  });

  it('stays connected when its filters overlap', async () => {
    const reader = await hub.connect('owner', { clientId: 'reader', clean: false });
    await reader.subscribe('a/#', 1);
    await reader.subscribe('a/b', 0, 2);
    await hub.broker.publish({ topic: 'a/c', payload: 'x', qos: 1 });
    expect((await reader.take('publish')).payload.toString()).toBe('x');
    reader.send({ cmd: 'pubrec', messageId: 77 });
    await reader.take('pubrel');
    await ping(reader);
  });

  it('has its will published by the next run when the hub left and the client does not come back', async () => {
    await hub.connect('alpha', {
      clientId: 'alpha',
      will: { topic: 'ruche/alpha/status', payload: 'gone', retain: true },
    });
    await hub.stop();
    const { store, clock } = hub;
    clock.advance(1000);
    hub = await startBroker({ store, clock });
    const reader = await hub.connect('owner', { clientId: 'reader' });
    await reader.subscribe('#');
    clock.advance(5 * 60_000);
    expect((await reader.take('publish')).payload.toString()).toBe('gone');
    expect(hub.errors).toEqual([]);
  });
});

describe('a client id', () => {
  it('belongs to the newest connection; the old one is told to go, and its will is published', async () => {
    const reader = await hub.connect('owner', { clientId: 'reader' });
    await reader.subscribe('#');
    const will = { topic: 'ruche/alpha/status', payload: 'gone' };
    const first = await hub.connect('alpha', { clientId: 'alpha', will });
    const second = await hub.connect('alpha', { clientId: 'alpha' });
    expect(second.connack.returnCode).toBe(0);
    await first.closed();
    expect((await reader.take('publish')).payload.toString()).toBe('gone');
    expect(hub.departures).toEqual([{ clientId: 'alpha', departure: 'taken-over' }]);
    await ping(second);
    expect(hub.broker.stats().clients).toBe(2);
  });

  it('survives being fought over', async () => {
    const fighters = await Promise.allSettled(
      Array.from({ length: 12 }, () => hub.connect('alpha', { clientId: 'alpha', clean: false })),
    );
    await until(() => hub.broker.stats().clients === 1 && hub.connected.length === hub.departures.length + 1);
    const alive = fighters.filter((fighter) => fighter.status === 'fulfilled' && !fighter.value.isClosed);
    await until(() => alive.filter((one) => one.status === 'fulfilled' && !one.value.isClosed).length === 1);
    hub.broker.drop(() => true);
    await until(() => hub.broker.stats().clients === 0);
    const last = await hub.connect('alpha', { clientId: 'alpha' });
    await ping(last);
  });

  it('is not given to a stranger while its owner is there', async () => {
    const owner = await hub.connect('alpha', { clientId: 'alpha' });
    const stranger = await hub.connect(undefined, { clientId: 'alpha' });
    expect(stranger.connack.returnCode).toBe(2);
    await ping(owner);
    expect(hub.refusals.map(({ code }) => code)).toEqual(['CREDENTIALS_REQUIRED']);
  });

  it('is one client for each owner: nobody is thrown out or kept out by somebody else', async () => {
    const everybody = ['alpha', 'beta', 'viewer', 'operator'];
    const clients: Connected[] = [];
    for (const who of everybody) clients.push(await hub.connect(who, { clientId: 'alpha', clean: false }));
    for (const [at, client] of clients.entries()) {
      expect(client.connack.returnCode).toBe(0);
      if (at < 2) await client.subscribe(`ruche/${everybody[at]}/cmd`, 1);
    }
    const [alpha, beta, viewer, operator] = clients;
    if (alpha === undefined || beta === undefined || viewer === undefined || operator === undefined) return;
    for (const to of ['alpha', 'beta']) {
      operator.publish({ topic: `ruche/${to}/cmd`, payload: to, qos: 1, messageId: 1 });
      await operator.take('puback');
    }
    for (const client of clients) await ping(client);
    expect(clients.map(heardBy)).toEqual([['ruche/alpha/cmd alpha'], ['ruche/beta/cmd beta'], [], []]);
    const again = await hub.connect('beta', { clientId: 'alpha', clean: false });
    expect(again.connack.sessionPresent).toBe(true);
    await beta.closed();
    expect(hub.departures).toEqual([{ clientId: 'alpha', departure: 'taken-over' }]);
    expect(hub.broker.stats().clients).toBe(4);
    expect(hub.refusals).toEqual([]);
  });

  it('is taken from a stranger by who has credentials', async () => {
    const stranger = await hub.connect(undefined, { clientId: 'alpha' });
    const device = await hub.connect('alpha', { clientId: 'alpha' });
    expect(device.connack.returnCode).toBe(0);
    await stranger.closed();
  });

  it('opens nobody the session another one left under it', async () => {
    const first = await hub.connect('alpha', { clientId: 'shared', clean: false });
    await first.subscribe('ruche/alpha/cmd', 1);
    await first.end();
    const operator = await hub.connect('operator', { clientId: 'operator' });
    operator.publish({ topic: 'ruche/alpha/cmd', payload: 'queued', qos: 1, messageId: 1 });
    await operator.take('puback');
    for (const who of ['beta', undefined]) {
      const other = await hub.connect(who, { clientId: 'shared', clean: true });
      expect(other.connack.sessionPresent).toBe(false);
      await other.end();
      await until(() => hub.session('shared') === undefined);
    }
    const again = await hub.connect('alpha', { clientId: 'shared', clean: false });
    expect(again.connack.sessionPresent).toBe(true);
    expect((await again.take('publish')).payload.toString()).toBe('queued');
  });
});
