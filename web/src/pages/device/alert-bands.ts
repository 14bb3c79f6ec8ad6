/** Limits of alert rules as bands of the chart. Pure. */
import type { AlertRule } from '../../../../hub/contract/alert.ts';
import type { ChartBand } from '../../parts/history-chart/series.ts';

/** What is beyond a limit, for the chart; `unitOf`: the axis of the metric. */
export function bandsOf(
  rules: readonly AlertRule[],
  unitOf: (metric: string) => string,
  wordOf: (rule: AlertRule) => string,
): ChartBand[] {
  return rules.flatMap((rule) => {
    const { kind, enabled, metric, direction, limit, severity } = rule;
    if (kind !== 'threshold' || !enabled || metric === null || limit === null) return [];
    const ends = direction === 'below' ? { from: undefined, to: limit } : { from: limit, to: undefined };
    return [{ unit: unitOf(metric), ...ends, level: severity === 'critical' ? 'bad' : 'warn', label: wordOf(rule) }];
  });
}
