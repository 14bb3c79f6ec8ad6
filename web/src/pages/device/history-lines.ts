/** Which metrics a device's chart shows, and how its address says so. Pure. */
import type { Device, Latest, MetricValue } from '../../../../hub/contract/device.ts';
import type { Columns } from '../../parts/history-chart/columns.ts';
import { NO_COLUMNS } from '../../parts/history-chart/columns.ts';
import type { ChartSeries } from '../../parts/history-chart/series.ts';
import { coloursOf, formatMetric, lookOf, metricLabel } from '../../parts/metric.ts';

/** As many as there are colours. */
export const LINES_MAX = 6;
const LINES_AT_FIRST = 2;

/** What can be drawn: numbers, and what is on or off; in order. */
export function drawableMetrics(metrics: Latest['metrics']): string[] {
  return Object.keys(metrics)
    .filter((name) => typeof metrics[name]?.value !== 'string')
    .sort();
}

/** From the address; else what says most about the device. */
export function chosenMetrics(
  query: URLSearchParams,
  drawable: readonly string[],
  values: Device['values'],
): readonly string[] {
  const asked = (query.get('metrics') ?? '').split(',').map(decoded);
  const known = [...new Set(asked)].filter((name) => drawable.includes(name)).slice(0, LINES_MAX);
  if (known.length > 0) return known;
  const telling = values.map(({ metric }) => metric).filter((name) => drawable.includes(name));
  return (telling.length > 0 ? telling : drawable).slice(0, LINES_AT_FIRST);
}

/** Commas belong between names: one inside a name is encoded. */
export const metricsText = (names: readonly string[]): string => names.map(encodeURIComponent).join(',');

/** With a metric more or less; the last one stays. */
export function toggled(names: readonly string[], name: string): readonly string[] {
  if (!names.includes(name)) return [...names, name].slice(-LINES_MAX);
  return names.length > 1 ? names.filter((one) => one !== name) : names;
}

/** As lines of a chart, in the colours of their tiles where those differ. */
export function linesOf(
  names: readonly string[],
  columns: ReadonlyMap<string, Columns>,
  metrics: Latest['metrics'],
): ChartSeries[] {
  const ofTiles = coloursOf(Object.keys(metrics).sort());
  const ownColours = coloursOf(names);
  const areDistinct = new Set(names.map((name) => ofTiles.get(name))).size === names.length;
  return names.map((name) => {
    const isSwitch = typeof metrics[name]?.value === 'boolean';
    return {
      key: name,
      label: metricLabel(name),
      unit: axisOf(name, metrics[name]?.value),
      colour: (areDistinct ? ofTiles : ownColours).get(name) ?? 1,
      isSwitch,
      columns: columns.get(name) ?? NO_COLUMNS,
      format: (value) => formatMetric(name, isSwitch && (value === 0 || value === 1) ? value === 1 : value),
    };
  });
}

/** The axis it is drawn on; numbers without a unit are of a kind of their own. */
export function axisOf(name: string, value: MetricValue | undefined): string {
  const { unit, form } = lookOf(name);
  if (typeof value === 'boolean') return 'on/off';
  if (form !== 'plain') return form;
  return unit === '' ? name : unit;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % typed by hand
  }
}
