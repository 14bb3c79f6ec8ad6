/** Alerts and rules as sentences. */
import type { Alert, AlertRule } from '../../../../../hub/contract/alert.ts';
import { formatDuration, formatNumber } from '../../../i18n/format.ts';
import { t } from '../../../i18n/language.ts';
import { formatMetric, metricLabel } from '../../../parts/metric.ts';

type Said = Pick<AlertRule, 'metric' | 'direction' | 'limit' | 'eventType'>;

/** "Temperature above 28 °C for 2 min". */
export function ruleText({ kind, forS, afterS, ...rule }: AlertRule): string {
  if (kind === 'no-data') {
    return afterS === null ? t('alert.silentUsual') : t('alert.silent', { time: formatDuration(afterS * 1000) });
  }
  if (kind === 'event') return t('alert.event', { type: rule.eventType ?? '' });
  const limit = limitText(rule);
  return forS === 0 ? limit : t('alert.for', { limit, time: formatDuration(forS * 1000) });
}

/** What is wrong, and the value where there is one. */
export function alertText(alert: Alert): string {
  const { kind, metric, eventType, value } = alert;
  if (kind === 'no-data') return t('alert.isSilent');
  if (kind !== 'threshold') return t('alert.event', { type: eventType ?? '' });
  const now = value === null ? '' : ` (${formatMetric(metric ?? '', value)})`;
  return limitText(alert) + now;
}

export function limitText({ metric, direction, limit }: Said | Alert): string {
  const name = metric ?? '';
  const said = { metric: metricLabel(name), limit: limit === null ? formatNumber(0) : formatMetric(name, limit) };
  return t(direction === 'below' ? 'alert.below' : 'alert.above', said);
}
