/** Thresholds and silences. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  heardMsOf,
  judgeSilence,
  judgeTime,
  judgeValue,
  newWatch,
  notAhead,
  numberOf,
  type Threshold,
} from './alert-watch.ts';

const WARM: Threshold = { direction: 'above', limit: 30, hysteresis: 2, forMs: 0 };

/** The clocks of the device and the hub agree. */
const both = (atMs: number) => ({ atMs, heardMs: atMs });

/** What changes with each of these values, one a second. */
function changes(threshold: Threshold, values: readonly number[]): (string | undefined)[] {
  let watch = newWatch(false);
  return values.map((value, at) => {
    const judged = judgeValue(threshold, watch, { value, ...both(at * 1000) });
    watch = judged.watch;
    return judged.change;
  });
}

describe('a threshold', () => {
  it('raises beyond the limit, repeats, and clears behind the hysteresis', () => {
    expect(changes(WARM, [30, 30.1, 31, 29, 30, 28, 29.9])).toEqual([
      undefined,
      'raise',
      'repeat',
      undefined,
      undefined,
      'clear',
      undefined,
    ]);
    expect(changes({ ...WARM, direction: 'below', limit: 20, hysteresis: 5 }, [21, 19, 24, 25])).toEqual([
      undefined,
      'raise',
      undefined,
      'clear',
    ]);
  });

  it('with a time raises only after that time without a break, also when no value comes any more', () => {
    const slow = { ...WARM, forMs: 3000 };
    expect(changes(slow, [31, 31, 29, 31, 31, 31, 31])).toEqual([...Array(6).fill(undefined), 'raise']);
    const { watch } = judgeValue(slow, newWatch(false), { value: 31, ...both(1000) });
    expect(judgeTime(slow, watch, 3999).change).toBeUndefined();
    expect(judgeTime(slow, watch, 4000).change).toBe('raise');
  });

  it('does not look at a value that is older than the newest', () => {
    const { watch } = judgeValue(WARM, newWatch(false), { value: 20, ...both(5000) });
    expect(judgeValue(WARM, watch, { value: 99, ...both(4999) })).toEqual({ watch, change: undefined });
  });

  it('with a time counts from value to value by the device, and from the last value on by the hub', () => {
    const slow = { ...WARM, forMs: 3000 };
    const first = judgeValue(slow, newWatch(false), { value: 31, atMs: 1000, heardMs: 900_000 });
    expect(first.change).toBeUndefined();
    expect(judgeTime(slow, first.watch, 902_999).change).toBeUndefined();
    expect(judgeTime(slow, first.watch, 903_000).change).toBe('raise');
    expect(judgeValue(slow, first.watch, { value: 31, atMs: 4000, heardMs: 900_001 }).change).toBe('raise');
  });

  it('with a time goes on counting when the clock of the hub is set back', () => {
    const slow = { ...WARM, forMs: 3000 };
    const { watch } = judgeValue(slow, newWatch(false), { value: 31, atMs: 1000, heardMs: 900_000 });
    const set = notAhead(watch, 50_000);
    expect([judgeTime(slow, set, 52_999).change, judgeTime(slow, set, 53_000).change]).toEqual([undefined, 'raise']);
    expect(set.atMs).toBe(1000);
  });

  const anyThreshold = fc.record({
    direction: fc.constantFrom('above' as const, 'below' as const),
    limit: fc.integer({ min: -5, max: 5 }),
    hysteresis: fc.nat(4),
    forMs: fc.constantFrom(0, 1000, 3000),
  });
  const anyValues = fc.array(fc.integer({ min: -12, max: 12 }), { maxLength: 60 });

  it('never raises twice without clearing, nor clears what is not raised', () => {
    fc.assert(
      fc.property(anyThreshold, anyValues, (threshold, values) => {
        let isRaised = false;
        for (const change of changes(threshold, values)) {
          if (change === 'raise') expect(isRaised).toBe(false);
          if (change === 'clear' || change === 'repeat') expect(isRaised).toBe(true);
          isRaised = change === 'raise' || (isRaised && change !== 'clear');
        }
      }),
    );
  });

  it('changes nothing while the value stays between the limit and the hysteresis', () => {
    fc.assert(
      fc.property(
        anyThreshold,
        anyValues,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (threshold, past, inside) => {
          const { limit, hysteresis, direction } = threshold;
          fc.pre(hysteresis > 0);
          // Strictly behind the limit, and not yet behind the hysteresis.
          const band = inside.map((part) =>
            direction === 'above' ? limit - part * hysteresis * 0.99 : limit + part * hysteresis * 0.99,
          );
          const all = changes(threshold, [...past, ...band]);
          expect(all.slice(past.length).filter((change) => change !== undefined)).toEqual([]);
        },
      ),
    );
  });

  it('is raised exactly when the newest values say so, whatever came before', () => {
    fc.assert(
      fc.property(anyThreshold, anyValues, (threshold, values) => {
        const all = changes({ ...threshold, forMs: 0 }, [...values, threshold.direction === 'above' ? 100 : -100]);
        const last = all.findLast((change) => change === 'raise' || change === 'clear');
        expect(last).toBe('raise');
      }),
    );
  });
});

describe('a silence', () => {
  const silence = { heardMs: 10_000, deafUntilMs: 0, afterMs: 5000 };

  it('raises after its time and clears when something is heard', () => {
    expect(judgeSilence(silence, false, 15_000)).toBeUndefined();
    expect(judgeSilence(silence, false, 15_001)).toBe('raise');
    expect(judgeSilence({ ...silence, heardMs: 20_000 }, true, 20_500)).toBe('clear');
  });

  it('does not count while the hub was away, and stays raised when it comes back', () => {
    expect(judgeSilence({ ...silence, deafUntilMs: 60_000 }, false, 64_000)).toBeUndefined();
    expect(judgeSilence({ ...silence, deafUntilMs: 60_000 }, false, 65_001)).toBe('raise');
    expect(judgeSilence({ ...silence, deafUntilMs: 60_000 }, true, 60_001)).toBeUndefined();
  });

  it('is ended by what was heard, not by what is worked out from what is stored', () => {
    const guessed = { ...silence, heardMs: 20_000, isGuessed: true };
    expect(judgeSilence(guessed, true, 20_500)).toBeUndefined();
    expect(judgeSilence(guessed, false, 25_001)).toBe('raise');
  });

  it('of a device that never spoke is none', () => {
    expect(judgeSilence({ ...silence, heardMs: undefined }, false, 1e9)).toBeUndefined();
  });

  it('never raises what is raised and never clears what is not, and is quiet right after either', () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.nat(100_000),
        fc.integer({ min: 1, max: 50_000 }),
        fc.nat(200_000),
        (heardMs, deafUntilMs, afterMs, nowMs) => {
          const facts = { heardMs, deafUntilMs, afterMs };
          expect(judgeSilence(facts, false, nowMs)).not.toBe('clear');
          expect(judgeSilence(facts, true, nowMs)).not.toBe('raise');
          if (judgeSilence(facts, false, nowMs) === 'raise') expect(judgeSilence(facts, true, nowMs)).toBeUndefined();
          if (judgeSilence(facts, true, nowMs) === 'clear') expect(judgeSilence(facts, false, nowMs)).toBeUndefined();
        },
      ),
    );
  });
});

describe('when a stored value was heard', () => {
  const seen = { lastSeenMs: 90_000, nowMs: 100_000 };

  it('is told by the newest value and the last sign of life, however wrong the clock of the device is', () => {
    for (const wrongMs of [-80_000, 0]) {
      expect(heardMsOf(85_000 + wrongMs, { ...seen, newestMs: 88_000 + wrongMs })).toBe(87_000);
    }
    // Of a clock that is ahead nothing is known but that it was not later than now.
    expect(heardMsOf(3_670_000, { ...seen, newestMs: 3_690_000 })).toBe(100_000);
    expect(heardMsOf(70_000, { ...seen, newestMs: 3_690_000 })).toBe(70_000);
  });

  it('is not before the value when the last sign of life that was stored is older', () => {
    expect(heardMsOf(95_000, { ...seen, newestMs: 95_000 })).toBe(95_000);
  });
});

describe('a value as a number', () => {
  it('is what a threshold can be about, or nothing', () => {
    expect([21.5, true, false, '7', ' ', 'warm', ''].map(numberOf)).toEqual([
      21.5,
      1,
      0,
      7,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
