/** What a bench table shows: medians, and ratios within a round. */
import { expect, test } from 'vitest';
import { bounds, median, table } from './tables.mjs';

const run = (server: string, round: number, rate: number, lost = 0) => ({
  server,
  round,
  rate,
  lost,
  cpuUs: 2,
  p50Us: 400,
  p99Us: 1500,
  kbEach: 1,
  otherCpu: 0,
});

test('the median of an even number is between the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test('each server is divided by the first one of the same round, not by its median', () => {
  const runs = [run('mosquitto', 1, 100), run('mosquitto', 2, 1000), run('ruche', 1, 200), run('ruche', 2, 500, 7)];
  const cell = {
    id: 'x',
    title: 'Scores',
    shows: 'rate' as const,
    latency: 'ack_us' as const,
    args: async () => [],
  };
  const [title, , head, , mosquitto, ruche] = table(cell, runs).split('\n');
  expect(title).toBe('### Scores');
  expect(head).toContain('| per second | ratio |');
  expect(mosquitto).toBe('| mosquitto | 550 | 1.00× | 2.0 | 1.00× | 400 µs / 1.5 ms | 0 | 0.00 |');
  expect(ruche).toBe('| ruche | 350 | 1.25× | 2.0 | 1.00× | 400 µs / 1.5 ms | 7 | 0.00 |');
});

test('what a server keeps is a share of its own bare rate of the same round, and of its bare processor time', () => {
  const cell = {
    id: 'x',
    title: 'Readings',
    shows: 'stored' as const,
    latency: 'ack_us' as const,
    args: async () => [],
  };
  const runs = [run('pipeline', 1, 10), run('ruche', 1, 60), { ...run('ruche', 2, 100), cpuUs: 8 }];
  const bare = [run('ruche', 1, 100), run('ruche', 2, 400)];
  const [, , , , pipeline, ruche] = table(cell, runs, bare).split('\n');
  expect(pipeline).toBe('| pipeline | 10 | 1.00× | – | 2.0 | – | 400 µs / 1.5 ms | 0 | 0.00 |');
  expect(ruche).toContain('| 43 % | 5.0 | 63 % |');
});

test('a fleet shows how late the event loop turned, and how much processor it took', () => {
  const cell = { id: 'x', title: 'Fleet', shows: 'fleet' as const, latency: 'ack_us' as const, args: async () => [] };
  const [, , , , ruche] = table(cell, [{ ...run('ruche', 1, 1000), loopP99Ms: 12.3, cores: 0.2 }]).split('\n');
  expect(ruche).toBe('| ruche | 400 µs / 1.5 ms | 12.3 ms | 0.20 | 2.0 | 0 | 0.00 |');
});

test('delays stand beside what is wanted of them, and none are no number', () => {
  const ms = Array.from({ length: 100 }, (_, at) => 100 - at);
  const [, , list, device] = bounds([
    { name: 'list', ms, wantedMs: 400 },
    { name: 'device', ms: [], wantedMs: 100 },
  ]).split('\n');
  expect(list).toBe('| list | 100 | 51 | 96 | 100 | < 400 |');
  expect(device).toBe('| device | 0 | – | – | – | < 100 |');
});
