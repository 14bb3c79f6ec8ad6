import { expect, it } from 'vitest';
import { startBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { Latency } from './stats.ts';

it('tells the 95th percentile within a quarter', () => {
  const latency = new Latency(new FakeClock());
  for (let ms = 1; ms <= 100; ms++) latency.add(ms);
  expect(latency.p95()).toBeGreaterThanOrEqual(95);
  expect(latency.p95()).toBeLessThan(95 * 1.25);
});

it('forgets what is older than a minute', () => {
  const clock = new FakeClock();
  const latency = new Latency(clock);
  expect(latency.p95()).toBeNull();
  latency.add(500);
  clock.advance(30_000);
  for (let turn = 0; turn < 10; turn++) latency.add(1);
  expect(latency.p95()).toBeGreaterThan(400);
  clock.advance(31_000);
  expect(latency.p95()).toBeLessThan(2);
  clock.advance(600_000);
  expect(latency.p95()).toBeNull();
});

it('takes the shortest and the longest times', () => {
  const latency = new Latency(new FakeClock());
  latency.add(0);
  expect(latency.p95()).toBe(0.05);
  for (let turn = 0; turn < 99; turn++) latency.add(1e9);
  expect(latency.p95()).toBeGreaterThan(60_000);
});

it('counts what is kept for later once, whoever it is for, also after a restart', async () => {
  let hub = await startBroker();
  const everybody = [
    ['alpha', 'alpha'],
    ['owner', 'one'],
    ['owner', 'another'],
  ] as const;
  for (const [who, clientId] of everybody) {
    const away = await hub.connect(who, { clientId, clean: false });
    await away.subscribe('ruche/alpha/#', 1);
    await away.end();
  }
  await hub.broker.publish({ topic: 'ruche/alpha/cmd', payload: 'for all', qos: 1 });
  await hub.broker.publish({ topic: 'kept', payload: 'value', retain: true });
  const queued = 'ruche/alpha/cmd'.length + 'for all'.length;
  const retained = 'kept'.length + 'value'.length;
  const expected = { storedMessages: 2, storedBytes: queued + retained, waiting: 3 };
  expect(hub.broker.stats()).toMatchObject(expected);
  const { store, clock } = hub;
  await hub.stop();
  hub = await startBroker({ store, clock });
  expect(hub.broker.stats()).toMatchObject(expected);
  for (const [who, clientId] of everybody) {
    const back = await hub.connect(who, { clientId, clean: false, acks: true });
    await back.take('publish');
  }
  await until(() => hub.broker.stats().storedMessages === 1);
  expect(hub.broker.stats()).toMatchObject({ storedBytes: retained, waiting: 0 });
  await hub.close();
});

it('counts what waits for a group of a shared subscription', async () => {
  const hub = await startBroker();
  const member = await hub.connect('owner', { clientId: 'member', clean: false });
  await member.subscribe('$share/group/jobs', 1);
  await member.end();
  await until(() => hub.broker.stats().clients === 0);
  for (const payload of ['one', 'two']) await hub.broker.publish({ topic: 'jobs', payload, qos: 1 });
  expect(hub.broker.stats()).toMatchObject({ waiting: 2, storedMessages: 2, storedBytes: 2 * 'jobsone'.length });
  await hub.close();
});
