/** Alert rules: what makes one complete, what it says in one sentence, and which would make sense for a hub. */
import type { AlertRule, AlertRuleBody, AlertRulePatch } from '../contract/alert.ts';
import { RucheError } from '../contract/errors.ts';
import { numberOf, type Threshold } from './alert-watch.ts';

/** The part of a rule that a person decides. */
export type RuleWish = Omit<AlertRule, 'id' | 'named' | 'createdMs' | 'createdBy' | 'changedMs'>;

type Asked = Omit<AlertRuleBody, 'name'> & { readonly name?: string | undefined };

/** The rule somebody asks for, with what is left out. Throws BODY_INVALID with the field that is missing or too much. */
export function wishOf(body: Asked): RuleWish {
  const given = { enabled: true, severity: 'warning' as const, hysteresis: 0, forS: 0, ...body };
  const { kind, name, enabled, severity, hysteresis, forS } = given;
  const { deviceId = null, metric = null, direction = null, limit = null } = body;
  const { afterS = null, eventType = null, clearAfterS = null } = body;
  const condition = { kind, deviceId, metric, direction, limit, hysteresis, forS, afterS, eventType, clearAfterS };
  const wish = { ...condition, enabled, severity, name: name ?? sentenceOf(condition) };
  mustBeWhole(wish);
  return wish;
}

/** A rule with these fields changed. Throws BODY_INVALID. */
export function patchedWish(rule: Omit<AlertRule, 'named'>, patch: AlertRulePatch): RuleWish {
  const { id: _id, createdMs: _createdMs, createdBy: _createdBy, changedMs: _changedMs, ...before } = rule;
  // A name that was made of the old condition must not outlive it.
  const kept = isNamed(before) ? before.name : undefined;
  return wishOf({ ...before, ...patch, name: patch.name ?? kept });
}

const NEEDED: Readonly<Record<AlertRule['kind'], readonly (keyof RuleWish)[]>> = {
  threshold: ['metric', 'direction', 'limit'],
  'no-data': [],
  event: ['eventType'],
};
const FOREIGN: Readonly<Record<AlertRule['kind'], readonly (keyof RuleWish)[]>> = {
  threshold: ['afterS', 'eventType', 'clearAfterS'],
  'no-data': ['direction', 'limit', 'eventType', 'clearAfterS'],
  event: ['metric', 'direction', 'limit', 'afterS'],
};

function mustBeWhole(wish: RuleWish): void {
  const { kind } = wish;
  for (const field of NEEDED[kind])
    if (wish[field] === null) refuse(`body.${field} is needed for a rule of the kind ${kind}.`);
  for (const field of FOREIGN[kind])
    if (wish[field] !== null) refuse(`body.${field} has no meaning for the kind ${kind}.`);
  if (kind !== 'threshold' && (wish.forS > 0 || wish.hysteresis > 0)) {
    refuse(`body.forS and body.hysteresis have no meaning for the kind ${kind}.`);
  }
  if (kind === 'no-data' && wish.metric !== null && wish.afterS === null) {
    refuse('body.afterS is needed with a metric: only devices as a whole have a rhythm of their own.');
  }
}

function refuse(detail: string): never {
  throw new RucheError('BODY_INVALID', detail);
}

type Condition = Omit<RuleWish, 'name' | 'enabled' | 'severity'>;

/** Somebody gave it a name of its own. */
export const isNamed = (rule: RuleWish): boolean => rule.name !== sentenceOf(rule);

/** What the rule is about, in English. */
export function sentenceOf({ kind, metric, direction, limit, forS, afterS, eventType }: Condition): string {
  const text = ((): string => {
    if (kind === 'threshold') return `${metric} ${direction} ${limit}${forS === 0 ? '' : ` for ${forS} s`}`;
    if (kind === 'event') return `Event ${eventType}`;
    if (afterS === null) return 'Device offline';
    return `No ${metric ?? 'data'} for ${afterS} s`;
  })();
  return text.slice(0, NAME_LENGTH_MAX);
}
const NAME_LENGTH_MAX = 80;

export function thresholdOf({
  direction,
  limit,
  hysteresis,
  forS,
}: Pick<AlertRule, 'direction' | 'limit' | 'hysteresis' | 'forS'>): Threshold {
  return { direction: direction ?? 'above', limit: limit ?? 0, hysteresis, forMs: forS * 1000 };
}

/** Did the change touch what the rule is about? Then what it raised so far means nothing any more. */
export function isOtherCondition(before: RuleWish, after: RuleWish): boolean {
  const fields = ['deviceId', 'metric', 'direction', 'limit', 'hysteresis', 'forS', 'afterS', 'eventType'] as const;
  return before.enabled !== after.enabled || fields.some((field) => before[field] !== after[field]);
}

/** Metrics that everybody wants to be told about, by the names devices give them. */
const COMMON: readonly { readonly names: RegExp; readonly rule: Omit<AlertRuleBody, 'kind' | 'metric'> }[] = [
  { names: /^(battery|battery_level|batt|battery_percent)$/i, rule: { direction: 'below', limit: 20, hysteresis: 5 } },
  { names: /^(co2|eco2|carbon_dioxide)$/i, rule: { direction: 'above', limit: 1500, hysteresis: 200, forS: 300 } },
  { names: /^(smoke|gas_alarm|water_leak|leak)$/i, rule: { direction: 'above', limit: 0.5, severity: 'critical' } },
  { names: /^spo2$/i, rule: { direction: 'below', limit: 90, hysteresis: 2, severity: 'critical', forS: 30 } },
];
/** Metrics that are looked at; a hub with more is not helped by more suggestions. */
export const SUGGESTIONS_MAX = 20;

/** Rules nobody has yet, for the metrics there are; values tell whether a number can be compared at all. */
export function suggestionsFor(
  values: ReadonlyMap<string, number | boolean | string>,
  rules: readonly Pick<AlertRule, 'kind' | 'metric' | 'deviceId'>[],
): AlertRuleBody[] {
  const suggested: AlertRuleBody[] = [];
  const hasOffline = rules.some(
    ({ kind, deviceId, metric }) => kind === 'no-data' && deviceId === null && metric === null,
  );
  if (!hasOffline) suggested.push({ kind: 'no-data', severity: 'warning', name: 'Device offline' });
  for (const [metric, value] of values) {
    const common = COMMON.find(({ names }) => names.test(metric));
    if (common === undefined || numberOf(value) === undefined) continue;
    if (rules.some((rule) => rule.kind === 'threshold' && rule.metric === metric)) continue;
    suggested.push({ kind: 'threshold', metric, severity: 'warning', ...common.rule });
  }
  return suggested.slice(0, SUGGESTIONS_MAX);
}
