import { beforeEach, expect, it } from 'vitest';
import { en } from '../../i18n/en/catalog.ts';
import { use } from '../../i18n/language.ts';
import { formatSpan, parseNumber, parseSpan } from './span.ts';

beforeEach(() => use('en', en));

it('a span is read the way people write it, in either language', () => {
  expect(['90', '30 s', '5 min', '1 h 30 min', '2 j', '1,5 h', '1d'].map(parseSpan)).toEqual([
    ...[90, 30, 300, 5_400, 172_800, 5_400, 86_400],
  ]);
  expect(['', 'soon', '5 x', '-5', '5 min later'].map(parseSpan)).toEqual(Array(5).fill(undefined));
});

it('a span is written with every unit it has, and is read again as it was', () => {
  expect(formatSpan(5_430)).toBe('1\u202fh 30\u202fmin 30\u202fs');
  expect(formatSpan(0)).toBe('0\u202fs');
  for (const seconds of [0, 1, 90, 300, 5_430, 86_400, 90_061]) expect(parseSpan(formatSpan(seconds))).toBe(seconds);
});

it('a number may have a comma', () => {
  expect(['27,5', '-3', '1e3', '', 'warm'].map(parseNumber)).toEqual([27.5, -3, 1000, undefined, undefined]);
});
