/** Payloads in the viewer: parsed, compared, as numbers and as bytes. */
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  differenceOf,
  hexLines,
  isBeginningOf,
  LEAVES_MAX,
  leavesOf,
  numbersIn,
  parseJson,
} from './payload.ts';

describe('a payload', () => {
  it('is JSON or it is not', () => {
    expect([parseJson('{"a":1}'), parseJson('21.5'), parseJson('on'), parseJson(''), parseJson(null)]).toEqual([
      { a: 1 },
      21.5,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is compared leaf by leaf', () => {
    const { changed, gone } = differenceOf({ a: 1, b: [1, 2], c: 'x' }, { a: 2, b: [1], d: {} });
    expect([...changed]).toEqual([
      ['a', '1'],
      ['d', null],
    ]);
    expect(gone).toEqual([
      { path: 'b.1', value: '2' },
      { path: 'c', value: '"x"' },
    ]);
  });

  it('is never compared without end', () => {
    const large = Array.from({ length: LEAVES_MAX * 2 }, (_, at) => at);
    expect(leavesOf(large).size).toBe(LEAVES_MAX);
  });

  it('has numbers to draw, or is one', () => {
    expect([...numbersIn(parseJson('{"t":1.5,"on":true,"in":{"h":4}}'))]).toEqual([
      ['t', 1.5],
      ['in.h', 4],
    ]);
    expect([...numbersIn(parseJson('7'))]).toEqual([['', 7]]);
  });

  it('is shown sixteen bytes a line', () => {
    const lines = hexLines(bytesOf(btoa(`${'a'.repeat(16)}\u0000b`)));
    expect(lines).toEqual([
      { at: '0000', hex: '61 '.repeat(16).trim(), text: 'a'.repeat(16) },
      { at: '0010', hex: '00 62', text: '·b' },
    ]);
  });

  it('that is kept in part is known to be the beginning of the whole', () => {
    const whole = { base64: btoa('abcdefghijkl'), bytes: 12 };
    expect(isBeginningOf(whole, whole)).toBe(true);
    expect(isBeginningOf({ base64: btoa('abcde'), bytes: 12 }, whole)).toBe(true);
    expect(isBeginningOf({ base64: btoa('abcde'), bytes: 5 }, whole)).toBe(false);
    expect(isBeginningOf({ base64: btoa('xbcdefgh'), bytes: 12 }, whole)).toBe(false);
  });
});
