import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  keyOf,
  lastPartOf,
  makeKeysOf,
  packedKey,
  packedPrefix,
  packedTime,
  packedTimePart,
  rangeUnder,
} from './keys.ts';

const isIn = (key: string, range: { gte: string; lt: string }): boolean =>
  compare(key, range.gte) >= 0 && compare(key, range.lt) < 0;
/** As LevelDB does. */
const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const anyPart = fc.string({
  unit: fc.oneof(
    fc.constantFrom('!', '"', '#', '\u0000', ' ', '~', '￿', '\ud800', '\udfff', '🦄', 'a'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 6,
});

describe('a key', () => {
  it('can be read by a person where names are plain', () => {
    expect(keyOf('scoresByUser', 'Ada', 1_700_000_000_000, 'g1')).toBe('score.user!Ada!0001700000000000!g1');
    expect(keyOf('latest', 'AA:BB:CC', 'temp_1.max-2')).toBe('latest!AA:BB:CC!temp_1.max-2');
  });

  it('is different for different parts, whatever is in them', () => {
    fc.assert(
      fc.property(anyPart, anyPart, anyPart, anyPart, (a, b, c, d) => {
        const isSame = a === c && b === d;
        expect(Buffer.from(keyOf('latest', a, b)).equals(Buffer.from(keyOf('latest', c, d)))).toBe(isSame);
      }),
    );
  });

  it('is the same when it is at hand', () => {
    const latestKey = makeKeysOf('latest');
    const parts = fc.array(fc.tuple(anyPart, anyPart), { maxLength: 20 });
    fc.assert(
      fc.property(parts, (asked) => {
        for (const [a, b] of [...asked, ...asked]) expect(latestKey(a, b)).toBe(keyOf('latest', a, b));
      }),
    );
    for (let at = 0; at < 50_000; at++) latestKey('d', String(at));
    expect(latestKey('d', '7')).toBe('latest!d!7');
  });

  it('of a packed table ends in its time', () => {
    const prefix = packedPrefix('readings', 7);
    for (const atMs of [0, 1_763_640_000_123, 2 ** 48 - 2]) {
      expect(packedKey(prefix, atMs)).toBe(prefix + packedTimePart(atMs));
      expect(packedTime(packedKey(prefix, atMs))).toBe(atMs);
    }
  });

  it('lies under its own first part and under no other', () => {
    fc.assert(
      fc.property(anyPart, anyPart, anyPart, (device, metric, other) => {
        const key = keyOf('latest', device, metric);
        expect(isIn(key, rangeUnder('latest', device))).toBe(true);
        expect(isIn(key, rangeUnder('latest'))).toBe(true);
        expect(isIn(key, rangeUnder('latest', other))).toBe(other === device);
        expect(isIn(key, rangeUnder('pulses', device))).toBe(false);
      }),
    );
  });

  it('sorts as its parts do', () => {
    const whole = fc.string({ unit: 'binary', maxLength: 6 });
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        expect(Math.sign(compare(keyOf('users', a), keyOf('users', b)))).toBe(Math.sign(compare(a, b)));
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        expect(Math.sign(compare(keyOf('pulses', 'd', a), keyOf('pulses', 'd', b)))).toBe(Math.sign(a - b));
      }),
    );
  });

  it('gives back the id it ends in', () => {
    fc.assert(
      fc.property(anyPart, anyPart, (name, id) => {
        expect(lastPartOf(keyOf('usersByName', name, id))).toBe(id);
      }),
    );
  });

  it('takes only whole numbers that are not negative', () => {
    for (const value of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => keyOf('pulses', 'd', value)).toThrow(RangeError);
  });
});
