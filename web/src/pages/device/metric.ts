/** A metric as people read it: its word, its value and its unit. Names the app does not know are shown as they are. Pure. */
import type { Latest } from '../../../../hub/contract/device.ts';
import type { IconName } from '../../parts/icon.tsx';

export type MetricValue = Latest['metrics'][string]['value'];

export const KNOWN_METRICS = [
  'score',
  'round',
  'rssi',
  'heap',
  'uptime',
  'temperature',
  'humidity',
  'battery',
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

const LOOKS: Readonly<Record<KnownMetric, Look>> = {
  score: { icon: 'trophy', colour: 2, form: 'plain', unit: '' },
  round: { icon: 'gamepad-2', colour: 5, form: 'plain', unit: '' },
  rssi: { icon: 'wifi', colour: 1, form: 'plain', unit: 'dBm' },
  heap: { icon: 'microchip', colour: 3, form: 'bytes', unit: '' },
  uptime: { icon: 'clock', colour: 1, form: 'seconds', unit: '' },
  temperature: { icon: 'activity', colour: 2, form: 'plain', unit: '°C' },
  humidity: { icon: 'activity', colour: 1, form: 'plain', unit: '%' },
  battery: { icon: 'battery-full', colour: 6, form: 'plain', unit: '%' },
};
const OTHER: Look = { icon: 'activity', colour: 4, form: 'plain', unit: '' };

/** Spellings that mean a metric the app has a word for. */
const SAME: Readonly<Record<string, KnownMetric>> = {
  last_score: 'score',
  wifi_rssi: 'rssi',
  free_heap: 'heap',
  uptime_s: 'uptime',
  battery_level: 'battery',
};

export function knownMetric(name: string): KnownMetric | undefined {
  const plain = name.toLowerCase();
  return KNOWN_METRICS.find((known) => known === plain) ?? SAME[plain];
}

export function lookOf(name: string): Look {
  const known = knownMetric(name);
  return known === undefined ? OTHER : LOOKS[known];
}
