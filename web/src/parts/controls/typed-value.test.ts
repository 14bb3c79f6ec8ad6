import { expect, it } from 'vitest';
import { choicesIn, choicesText, numberIn, valueIn } from './typed-value.ts';

it('takes what was typed for what it reads as', () => {
  expect(['21,5', ' 3 ', '-.5', '1e3', '', 'x', '1.2.3', '0x10'].map(numberIn)).toEqual([
    ...[21.5, 3, -0.5, 1000],
    ...[undefined, undefined, undefined, undefined],
  ]);
  expect(['', ' 12.5 ', '-3', 'true', 'auto', '1.2.3', '0x10'].map(valueIn)).toEqual([
    ...[undefined, 12.5, -3, true],
    ...['auto', '1.2.3', '0x10'],
  ]);
});

it('reads choices a line each', () => {
  const choices = choicesIn('Auto = auto\n\nNight = 2\nplain\n= 3');
  expect(choices).toEqual([
    { label: 'Auto', value: 'auto' },
    { label: 'Night', value: 2 },
    { label: 'plain', value: 'plain' },
  ]);
  expect(choicesIn(choicesText(choices))).toEqual(choices);
});
