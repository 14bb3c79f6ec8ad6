/** An alert rule as it is typed, as the hub takes it, and what would make sense for a value. Pure. */
import type { AlertRule, AlertRuleBody } from '../../../../../hub/contract/alert.ts';
import type { ChartBand } from '../../../parts/history-chart/series.ts';

export type RuleKind = AlertRule['kind'];
export type Severity = AlertRule['severity'];

export interface RuleDraft {
  kind: RuleKind;
  metric: string;
  direction: 'above' | 'below';
  limit: string;
  hysteresis: string;
  forS: string;
  afterS: string;
  eventType: string;
  severity: Severity;
}

/** A value that goes further than this beyond what it is now is worth a word. */
const FURTHER = 0.1;
/** How far it must come back, as part of the limit. */
const BACK = 0.02;

/** For a metric that has this value now: a round limit a little above it. */
export function suggestedFor(
  metric: string,
  value: number,
): Pick<RuleDraft, 'metric' | 'direction' | 'limit' | 'hysteresis'> {
  const step = niceStep(Math.max(Math.abs(value), 1) * FURTHER);
  const limit = tidy((Math.floor(value / step) + 1) * step);
  return {
    metric,
    direction: 'above',
    limit: String(limit),
    hysteresis: String(tidy(niceStep(Math.abs(limit) * BACK))),
  };
}

export function draftOf(rule: AlertRule | null, suggestion: Partial<RuleDraft>): RuleDraft {
  const text = (value: number | null | undefined): string =>
    value === null || value === undefined ? '' : String(value);
  return {
    kind: rule?.kind ?? 'threshold',
    metric: rule?.metric ?? '',
    direction: rule?.direction ?? 'above',
    limit: text(rule?.limit),
    hysteresis: text(rule?.hysteresis ?? 0),
    forS: text(rule?.forS ?? 0),
    afterS: text(rule?.afterS),
    eventType: rule?.eventType ?? '',
    severity: rule?.severity ?? 'warning',
    ...suggestion,
  };
}

/** Only what its kind takes; the hub checks the rest. */
export function bodyOf(draft: RuleDraft, deviceId: string | null): AlertRuleBody {
  const { kind, metric, direction, severity, eventType } = draft;
  const shared = { kind, deviceId, severity };
  if (kind === 'threshold') {
    const numbers = { limit: Number(draft.limit), hysteresis: Number(draft.hysteresis), forS: Number(draft.forS) };
    return { ...shared, metric, direction, ...numbers };
  }
  if (kind === 'event') return { ...shared, eventType };
  return { ...shared, afterS: draft.afterS === '' ? null : Number(draft.afterS) };
}

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

/** 1, 2 or 5 times a power of ten, not below what is given. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1e-6)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least * 0.999) ?? power * 10;
}

const tidy = (value: number): number => Number(value.toPrecision(6));
