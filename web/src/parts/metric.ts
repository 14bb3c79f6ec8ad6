/** A metric as people read it: its word, its value and its unit. Names the app does not know are shown as they are. */
import type { MetricValue } from '../../../hub/contract/device.ts';
import type { WidgetOptions } from '../../../hub/contract/widget.ts';
import { formatBytes, formatCompact, formatDuration, formatFixed, formatNumber } from '../i18n/format.ts';
import { t } from '../i18n/language.ts';
import { splitUnit } from '../i18n/split-unit.ts';
import type { IconName } from './icon.tsx';

export const KNOWN_METRICS = [
  'score',
  'round',
  'rssi',
  'heap',
  'uptime',
  'temperature',
  'humidity',
  'battery',
  'co2',
  'pressure',
  'light',
  'soil',
  'heart_rate',
  'spo2',
  'voltage',
  'power',
] as const;
export type KnownMetric = (typeof KNOWN_METRICS)[number];

interface Look {
  icon: IconName;
  /** The series colour of the tile. */
  colour: number;
  /** How the number is written. */
  form: 'plain' | 'bytes' | 'seconds';
  unit: string;
}

const OTHER: Look = { icon: 'activity', colour: 4, form: 'plain', unit: '' };
const LOOKS: Readonly<Record<KnownMetric, Look>> = {
  score: { icon: 'trophy', colour: 2, form: 'plain', unit: '' },
  round: { icon: 'gamepad-2', colour: 5, form: 'plain', unit: '' },
  rssi: { icon: 'wifi', colour: 1, form: 'plain', unit: 'dBm' },
  heap: { icon: 'microchip', colour: 3, form: 'bytes', unit: '' },
  uptime: { icon: 'clock', colour: 1, form: 'seconds', unit: '' },
  temperature: { icon: 'activity', colour: 2, form: 'plain', unit: '°C' },
  humidity: { icon: 'activity', colour: 1, form: 'plain', unit: '%' },
  battery: { icon: 'battery-full', colour: 6, form: 'plain', unit: '%' },
  co2: { ...OTHER, unit: 'ppm' },
  pressure: OTHER,
  light: OTHER,
  soil: OTHER,
  heart_rate: { ...OTHER, unit: 'bpm', icon: 'heart-pulse' },
  spo2: { ...OTHER, unit: '%', icon: 'heart-pulse' },
  voltage: { ...OTHER, unit: 'V' },
  power: { ...OTHER, unit: 'W' },
};
/** The theme has so many colours for series. */
const COLOURS = 6;
/** A virtual pin, as devices and widgets share them. */
const PIN = /^v\d{1,3}$/;

/** Spellings that mean a metric the app has a word for. */
const SAME: Readonly<Record<string, KnownMetric>> = {
  last_score: 'score',
  wifi_rssi: 'rssi',
  free_heap: 'heap',
  uptime_s: 'uptime',
  battery_level: 'battery',
  temp: 'temperature',
};

export function knownMetric(name: string): KnownMetric | undefined {
  const plain = name.toLowerCase();
  return KNOWN_METRICS.find((known) => known === plain) ?? SAME[plain];
}

export function lookOf(name: string): Look {
  const known = knownMetric(name);
  return known === undefined ? OTHER : LOOKS[known];
}

/** What a device says of itself rather than of the world. */
const OWN = /rssi|snr|uptime|heap|batter|reset|reconnect|firmware|version|chip|sdk|link_?quality|^ip$|ssid|^mac$|boot/i;
export const isDiagnostic = (name: string): boolean => OWN.test(name);

export const isPin = (name: string): boolean => PIN.test(name);

/** Its word, or the name the device gave it. */
export function metricLabel(name: string): string {
  const known = knownMetric(name);
  return known === undefined ? name : t(`device.value.${known}`);
}

export const numberOf = (value: MetricValue | undefined): number | undefined =>
  typeof value === 'boolean' ? Number(value) : typeof value === 'number' ? value : undefined;

/** What a widget says of how its value is written. */
export type Written = Pick<WidgetOptions, 'unit' | 'decimals'>;
interface Room {
  /** Decimals it has at least, so that a value that goes by does not change its length. */
  least?: number;
  /** Little room: what has many digits is rounded. */
  isShort?: boolean;
}

/** 27.9 and °C; 182 and kB; yes. */
export function metricParts(
  name: string,
  value: MetricValue,
  { unit, decimals, least, isShort = false }: Written & Room = {},
): ValueParts {
  if (typeof value === 'boolean') return { number: t(value ? 'device.value.yes' : 'device.value.no'), unit: '' };
  if (typeof value === 'string') return { number: value, unit: unit ?? '' };
  const look = lookOf(name);
  if (unit === undefined && look.form === 'bytes') return splitUnit(formatBytes(value));
  if (unit === undefined && look.form === 'seconds') return splitUnit(formatDuration(value * 1000), 'first');
  if (isShort && Math.abs(value) >= LONG_FROM) return { number: formatCompact(value), unit: unit ?? look.unit };
  const number = decimals === undefined ? formatNumber(value, least) : formatFixed(value, decimals);
  return { number, unit: unit ?? look.unit };
}
/** A billion has more digits than a tile can show at a size that is read from afar. */
const LONG_FROM = 1e9;
interface ValueParts {
  number: string;
  unit: string;
}

/** The same in one piece. */
export function formatMetric(name: string, value: MetricValue, written: Written = {}): string {
  const { number, unit } = metricParts(name, value, written);
  return unit === '' ? number : `${number}\u202f${unit}`;
}

/** A colour for each, 1 to 6: its own where that is free, so that lines of one chart differ as long as colours last. */
export function coloursOf(names: readonly string[]): ReadonlyMap<string, number> {
  const colours = new Map<string, number>();
  let taken = new Set<number>();
  for (const name of names) {
    if (taken.size === COLOURS) taken = new Set();
    const wanted = lookOf(name).colour;
    const free = Array.from({ length: COLOURS }, (_, at) => ((wanted - 1 + at) % COLOURS) + 1);
    const colour = free.find((one) => !taken.has(one)) ?? wanted;
    taken.add(colour);
    colours.set(name, colour);
  }
  return colours;
}
