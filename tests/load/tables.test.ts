/** What a bench table shows: medians, and ratios within a round. */
import { expect, test } from 'vitest';
import { median, table } from './tables.mjs';

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
