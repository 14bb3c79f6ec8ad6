import { expect, it } from 'vitest';
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
