/** What people type where a device is to be sent something: numbers, words, and choices a line each. Pure. */
import type { MetricValue } from '../../../../hub/contract/device.ts';
import type { WidgetOptions } from '../../../../hub/contract/widget.ts';

const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;

/** 21.5 and 21,5; undefined: nothing, or no number. */
export function numberIn(text: string): number | undefined {
  const plain = text.trim();
  const number = Number(plain.replace(',', '.'));
  return NUMBER.test(plain) && Number.isFinite(number) ? number : undefined;
}

/** A number, true or false where it reads as one; text otherwise; undefined for nothing. */
export function valueIn(text: string): MetricValue | undefined {
  const plain = text.trim();
  if (plain === '') return undefined;
  if (plain === 'true' || plain === 'false') return plain === 'true';
  return numberIn(plain) ?? plain;
}

/** `Night = 2`; without a value the label is sent. */
export function choicesIn(text: string): NonNullable<WidgetOptions['options']> {
  return linesIn(text).flatMap((line) => {
    const at = line.lastIndexOf('=');
    const label = (at === -1 ? line : line.slice(0, at)).trim();
    return label === '' ? [] : [{ label, value: valueIn(at === -1 ? line : line.slice(at + 1)) ?? label }];
  });
}

/** As they were typed. */
export const choicesText = (choices: WidgetOptions['options'] = []): string =>
  choices.map(({ label, value }) => `${label} = ${value}`).join('\n');

export const linesIn = (text: string): string[] => text.split('\n').flatMap((line) => line.trim() || []);
