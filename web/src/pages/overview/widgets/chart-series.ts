/** The measurements of a chart tile as lines to draw: each called by what tells it apart, on an axis of its unit. Pure. */
import type { WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { type Columns, NO_COLUMNS } from '../../../parts/history-chart/columns.ts';
import type { ChartSeries } from '../../../parts/history-chart/series.ts';
import { formatMetric, lookOf, metricLabel } from '../../../parts/metric.ts';
import { type Line, linesOf } from './widget-kinds.ts';

/** The theme has so many colours for series. */
const COLOURS = 6;

/** `columns` and `names` of the devices in the order of the lines. */
export function chartSeries(spec: WidgetSpec, columns: readonly Columns[], names: readonly string[]): ChartSeries[] {
  const lines = linesOf(spec);
  const { min, max, unit } = spec.options ?? {};
  return lines.map((line, at) => ({
    key: `${line.deviceId} ${line.metric}`,
    label: labelOf(line, names[at] ?? line.deviceId, lines),
    // limits are those of one axis
    unit: min !== undefined || max !== undefined ? '' : (unit ?? axisOf(line.metric)),
    colour: (at % COLOURS) + 1,
    isSwitch: false,
    columns: columns[at] ?? NO_COLUMNS,
    format: (value) => formatMetric(line.metric, value, spec.options),
    least: min,
    most: max,
  }));
}

/** Only what tells the lines apart. */
function labelOf({ deviceId, metric }: Line, name: string, lines: readonly Line[]): string {
  const isOneDevice = lines.every((other) => other.deviceId === deviceId);
  const isOneMetric = lines.every((other) => other.metric === metric);
  const label = metricLabel(metric);
  return isOneDevice ? label : isOneMetric ? name : `${label} · ${name}`;
}

/** What has no unit shares an axis: a tile has no room for one each. */
function axisOf(metric: string): string {
  const { form, unit } = lookOf(metric);
  return form === 'plain' ? unit : form;
}
