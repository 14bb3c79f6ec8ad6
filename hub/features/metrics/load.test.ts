/** Averages that fade, against the formula Mosquitto computes. */
import { describe, expect, it } from 'vitest';
import { Loads, loadAfter } from './load.ts';

const INTERVAL_MS = 10_000;

describe('a load', () => {
  it('is what Mosquitto computes for the same counts', () => {
    const first = loadAfter([0, 0, 0], { count: 100, passedMs: INTERVAL_MS });
    const second = loadAfter(first, { count: 40, passedMs: INTERVAL_MS });
    const mosquitto = (minutes: number): number => {
      const exponent = Math.exp(-INTERVAL_MS / (minutes * 60_000));
      const one = (1 - exponent) * 100 * 6 + exponent * 0;
      return (1 - exponent) * 40 * 6 + exponent * one;
    };
    expect(second.map((load) => load.toFixed(6))).toEqual([1, 5, 15].map((minutes) => mosquitto(minutes).toFixed(6)));
  });

  it('comes to rest at the rate per minute, the short one first', () => {
    const loads = new Loads(0);
    for (let at = 1; at <= 60; at++) loads.note(new Map([['publish', at * 50]]), at * INTERVAL_MS);
    const [one, five, fifteen] = loads.of('publish');
    expect(one).toBeCloseTo(300, 0);
    expect(five).toBeGreaterThan(250);
    expect(fifteen).toBeLessThan(five);
  });

  it('survives a clock that is set back', () => {
    const loads = new Loads(1_000_000);
    loads.note(new Map([['publish', 10]]), 1_010_000);
    const before = loads.of('publish');
    loads.note(new Map([['publish', 5_000]]), 900_000);
    expect(loads.of('publish')).toEqual(before);
    loads.note(new Map([['publish', 5_000]]), 910_000);
    expect(loads.of('publish')[0]).toBeLessThan(before[0]);
  });
});
