/** What a tile says of a value beside the value itself: its colour, and what its bands mean. */
import type { MetricValue } from '../../../../../hub/contract/device.ts';
import type { WidgetOptions } from '../../../../../hub/contract/widget.ts';
import { numberOf } from '../../../parts/metric.ts';

const COLOURS = 6;

/** A colour of the series that a name always has, so that two tiles of one thing look alike. */
export function colourOf(name: string): number {
  let sum = 0;
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return (sum % COLOURS) + 1;
}

export type Level = 'ok' | 'warn' | 'bad';

/** The first band the value lies in: from its beginning, up to but without its end. */
export function levelOf(value: MetricValue | undefined, bands: WidgetOptions['bands'] = []): Level | undefined {
  const number = numberOf(value);
  if (number === undefined) return undefined;
  return bands.find(({ from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }) => {
    return number >= from && number < to;
  })?.level;
}
