/** Rules and alerts as a chart shows them: limits as bands, and a mark where one was raised. */
import type { Alert, AlertRule } from '../../../../hub/contract/alert.ts';
import type { Latest } from '../../../../hub/contract/device.ts';
import { alertSentence, ruleSentence } from '../../parts/alerts/alert-words.ts';
import type { ChartBand, ChartMarker } from '../../parts/history-chart/series.ts';
import { axisOf } from './history-lines.ts';

/** What lies beyond the limits of this device, of the metrics that are shown. */
export function bandsOf(
  rules: readonly AlertRule[],
  deviceId: string,
  names: readonly string[],
  latest: Latest['metrics'],
): ChartBand[] {
  return rules.flatMap((rule) => {
    const { kind, enabled, metric, direction, limit, severity } = rule;
    if (kind !== 'threshold' || !enabled || metric === null || limit === null) return [];
    if ((rule.deviceId ?? deviceId) !== deviceId || !names.includes(metric)) return [];
    const ends = direction === 'below' ? { from: undefined, to: limit } : { from: limit, to: undefined };
    const level = severity === 'critical' ? 'bad' : 'warn';
    return [{ unit: axisOf(metric, latest[metric]?.value), ...ends, level, label: ruleSentence(rule, true) }];
  });
}

const LEVELS = { info: 'plain', warning: 'warn', critical: 'bad' } as const;

export const markerOf = (alert: Alert): ChartMarker => ({
  atMs: alert.raisedMs,
  level: LEVELS[alert.severity],
  label: alertSentence(alert),
});
