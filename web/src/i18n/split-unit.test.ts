/** Figures taken apart. */
import { expect, it } from 'vitest';
import { splitUnit } from './split-unit.ts';

it('takes the unit off, also from a number with grouping spaces', () => {
  expect(splitUnit('214\u202fMB')).toEqual({ number: '214', unit: 'MB' });
  expect(splitUnit('1\u202f284\u202fko')).toEqual({ number: '1\u202f284', unit: 'ko' });
});

it('splits a duration after its first number', () => {
  expect(splitUnit('12\u202fd 4\u202fh', 'first')).toEqual({ number: '12', unit: 'd 4\u202fh' });
});

it('leaves a figure without unit whole', () => {
  expect(splitUnit('–')).toEqual({ number: '–', unit: '' });
});
