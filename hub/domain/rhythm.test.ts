import { describe, expect, it } from 'vitest';
import { learnedIntervalMs, NO_RHYTHM, withBeat } from './rhythm.ts';

const beats = (...times: number[]) => times.reduce(withBeat, NO_RHYTHM);

describe('a rhythm', () => {
  it('claims nothing before three gaps were heard', () => {
    expect(learnedIntervalMs(NO_RHYTHM)).toBeUndefined();
    expect(learnedIntervalMs(beats(0, 10_000, 20_000))).toBeUndefined();
    expect(learnedIntervalMs(beats(0, 10_000, 20_000, 30_000))).toBe(10_000);
  });

  it('is not changed by one long pause', () => {
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

  const S = 1000;
  /** Wakes up every `everyS`, and says so many things in a row, `apartS` from each other. */
  const wakes = (times: number, everyS: number, { says = 1, apartS = 1.5, fromS = 0 } = {}): number[] =>
    Array.from({ length: times * says }, (_none, at) => {
      const wake = Math.floor(at / says);
      return (fromS + wake * everyS + (at % says) * apartS) * S;
    });
  /** What is claimed after each message. */
  const claimed = (times: readonly number[]): Set<number | undefined> => {
    let rhythm = NO_RHYTHM;
    const claims = new Set<number | undefined>();
    for (const atMs of times) {
      rhythm = withBeat(rhythm, atMs);
      claims.add(learnedIntervalMs(rhythm));
    }
    return claims;
  };

  it('is from waking up to waking up, and never from message to message', () => {
    expect(claimed(wakes(20, 300, { says: 2 }))).toEqual(new Set([undefined, 298.5 * S, 300 * S]));
    expect(claimed(wakes(20, 300, { says: 3 }))).toEqual(new Set([undefined, 297 * S, 300 * S]));
    expect(claimed(wakes(20, 300, { says: 5, apartS: 5 }))).toEqual(new Set([undefined, 280 * S, 285 * S]));
    expect(claimed(wakes(20, 9.5, { says: 2, apartS: 1.583 }))).toEqual(new Set([undefined, 7917]));
    expect(claimed(wakes(20, 300, { says: 6 }))).toEqual(new Set([undefined, 292.5 * S, 300 * S]));
  });

  it('is soon known of a device that sleeps, and of one that never pauses when it has gone on for a while', () => {
    expect(learnedIntervalMs(beats(...wakes(3, 300, { says: 2 })))).toBe(298.5 * S);
    expect(learnedIntervalMs(beats(...wakes(12, 2)))).toBeUndefined();
    expect(learnedIntervalMs(beats(...wakes(13, 2)))).toBe(2 * S);
  });

  it('survives that the hub or the network was away, once at its beginning and twice later', () => {
    for (const says of [1, 2]) {
      const one = [...wakes(6, 60, { says }), ...wakes(4, 60, { says, fromS: 9000 })];
      expect(learnedIntervalMs(beats(...one))).toBe(60 * S);
      const two = [...wakes(30, 60, { says }), ...wakes(3, 60, { says, fromS: 9000 })];
      expect(learnedIntervalMs(beats(...two, ...wakes(2, 60, { says, fromS: 20_000 })))).toBe(60 * S);
    }
  });

  it('is not changed by fifty messages that were held back and come one after the other', () => {
    const before = wakes(12, 300, { says: 2 });
    const flush = wakes(50, 1.5, { fromS: 3600 });
    expect(claimed([...before, ...flush, ...wakes(12, 300, { says: 2, fromS: 3900 })])).toEqual(
      new Set([undefined, 298.5 * S, 300 * S]),
    );
  });

  it('is another one within the time of the old one when a device begins to speak far more often', () => {
    const hourly = wakes(12, 3600);
    const awake = wakes(359, 10, { fromS: 12 * 3600 });
    expect(learnedIntervalMs(beats(...hourly))).toBe(3600 * S);
    expect(learnedIntervalMs(beats(...hourly, ...awake))).toBeLessThanOrEqual(180 * S);
    expect(learnedIntervalMs(beats(...hourly, ...awake, ...wakes(40, 10, { fromS: 13 * 3600 })))).toBe(10 * S);
  });

  it('follows a device that speaks more often and then less again', () => {
    const slow = wakes(30, 60);
    const fast = wakes(19, 10, { fromS: 1800 });
    expect(learnedIntervalMs(beats(...slow, ...fast.slice(0, 18)))).toBe(60 * S);
    expect(learnedIntervalMs(beats(...slow, ...fast))).toBe(10 * S);
    const again = wakes(4, 60, { fromS: 1800 + 18 * 10 + 60 });
    expect(learnedIntervalMs(beats(...slow, ...fast, ...again.slice(0, 2)))).toBe(10 * S);
    expect(learnedIntervalMs(beats(...slow, ...fast, ...again))).toBe(60 * S);
  });
});
