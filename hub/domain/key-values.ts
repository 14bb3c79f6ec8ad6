/** Which few of a device's metrics say most about it: what it measures comes before how it fares itself. */

/** Words in names of metrics, most telling first. */
const TELLING = [
  'temperature',
  'temp',
  'humidity',
  'heart_rate',
  'spo2',
  'co2',
  'motion',
  'presence',
  'occupancy',
  'contact',
  'door',
  'power',
  'state',
  'level',
  'pressure',
  'pm25',
  'pm2_5',
  'energy',
  'voltage',
  'current',
  'light',
  'lux',
  'illuminance',
  'moisture',
  'speed',
  'flow',
] as const;
/** What is shown in columns of its own, or only matters when something is wrong. */
const OWN_WELLBEING =
  /rssi|snr|uptime|heap|batter|free_mem|reset|reconnect|firmware|version|chip|sdk|link_?quality|lqi|latitude|longitude|^lat$|^lon$|^lng$|seq|boot|timestamp|^ip$|ssid|mac/i;
const UNKNOWN = TELLING.length;
const WELLBEING = UNKNOWN + 1;

/** At most `max` names, the most telling first; equal ones by name, so that a list does not jump. */
export function keyMetrics(metrics: Iterable<string>, max: number): string[] {
  const ranked = [...metrics].map((metric) => ({ metric, rank: rankOf(metric) }));
  ranked.sort((a, b) => a.rank - b.rank || (a.metric < b.metric ? -1 : 1));
  return ranked.slice(0, max).map(({ metric }) => metric);
}

function rankOf(metric: string): number {
  if (OWN_WELLBEING.test(metric)) return WELLBEING;
  const words = metric.toLowerCase();
  const found = TELLING.findIndex((word) => words.includes(word));
  return found < 0 ? UNKNOWN : found;
}
