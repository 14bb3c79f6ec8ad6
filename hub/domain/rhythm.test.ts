import { describe, expect, it } from 'vitest';
import { learnedIntervalMs, NO_RHYTHM, withBeat } from './rhythm.ts';

const beats = (...times: number[]) => times.reduce(withBeat, NO_RHYTHM);

describe('a rhythm', () => {
  it('claims nothing before three gaps were heard', () => {
    expect(learnedIntervalMs(NO_RHYTHM)).toBeUndefined();
    expect(learnedIntervalMs(beats(0, 10_000, 20_000))).toBeUndefined();
    expect(learnedIntervalMs(beats(0, 10_000, 20_000, 30_000))).toBe(10_000);
  });

  it('is the median, so one long pause does not change it', () => {
    expect(learnedIntervalMs(beats(0, 10_000, 20_000, 500_000, 510_000))).toBe(10_000);
  });

  it('takes messages within a second for one', () => {
    expect(learnedIntervalMs(beats(0, 100, 60_000, 60_400, 120_000, 120_300, 180_000))).toBe(60_000);
  });

  it('remembers twenty gaps, so a device may change its habits', () => {
    const slow = Array.from({ length: 30 }, (_none, at) => at * 60_000);
    const fast = Array.from({ length: 20 }, (_none, at) => 30 * 60_000 + at * 5000);
    const rhythm = beats(...slow, ...fast);
    expect(rhythm.gaps).toHaveLength(20);
    expect(learnedIntervalMs(rhythm)).toBe(5000);
  });
});
