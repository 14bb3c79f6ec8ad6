/** A value as a tile writes it: number and unit, and what its bands say of it. */
import type { MetricValue } from '../../../../../hub/contract/device.ts';
import type { WidgetOptions } from '../../../../../hub/contract/widget.ts';
import { formatBytes, formatDuration, formatFixed, formatNumber } from '../../../i18n/format.ts';
import { t } from '../../../i18n/language.ts';
import { splitUnit } from '../../../i18n/split-unit.ts';
import type { IconName } from '../../../parts/icon.tsx';
import { lookOf } from '../../../parts/metric.ts';

export interface ValueText {
  readonly number: string;
  readonly unit: string;
}
type Written = Pick<WidgetOptions, 'unit' | 'decimals'>;

/** What names mean everywhere, beyond the words of the device page. */
const UNITS: Readonly<Record<string, string>> = { heart_rate: 'bpm', spo2: '%', temp: '°C', co2: 'ppm' };
const COLOURS = 6;

export function valueText(metric: string, value: MetricValue, { unit, decimals }: Written = {}): ValueText {
  if (typeof value === 'boolean') return { number: t(value ? 'device.value.yes' : 'device.value.no'), unit: '' };
  if (typeof value === 'string') return { number: value, unit: unit ?? '' };
  const look = lookOf(metric);
  if (unit === undefined && look.form === 'bytes') return splitUnit(formatBytes(value));
  if (unit === undefined && look.form === 'seconds') return splitUnit(formatDuration(value * 1000), 'first');
  const number = decimals === undefined ? formatNumber(value) : formatFixed(value, decimals);
  return { number, unit: unit ?? (look.unit || (UNITS[metric.toLowerCase()] ?? '')) };
}

/** The same as one piece of text. */
export function valueSentence(metric: string, value: MetricValue, written: Written = {}): string {
  const { number, unit } = valueText(metric, value, written);
  return unit === '' ? number : `${number}\u202f${unit}`;
}

export function iconOf(metric: string): IconName {
  const name = metric.toLowerCase();
  return name === 'heart_rate' || name === 'spo2' ? 'heart-pulse' : lookOf(metric).icon;
}

/** A colour of the series that a name always has, so that two tiles of one thing look alike. */
export function colourOf(name: string): number {
  let sum = 0;
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return (sum % COLOURS) + 1;
}

export const numberOf = (value: MetricValue | undefined): number | undefined =>
  typeof value === 'boolean' ? Number(value) : typeof value === 'number' ? value : undefined;

export type Level = 'ok' | 'warn' | 'bad';

/** The first band the value lies in: from its beginning, up to but without its end. */
export function levelOf(value: MetricValue | undefined, bands: WidgetOptions['bands'] = []): Level | undefined {
  const number = numberOf(value);
  if (number === undefined) return undefined;
  return bands.find(({ from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }) => {
    return number >= from && number < to;
  })?.level;
}
