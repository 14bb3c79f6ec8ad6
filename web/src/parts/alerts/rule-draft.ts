/** A rule while it is being edited, and what is sent of it. Pure. */
import type { AlertRule, AlertRuleBody } from '../../../../hub/contract/alert.ts';
import { formatSpan, parseNumber, parseSpan } from './span.ts';

export interface RuleDraft {
  kind: AlertRule['kind'];
  severity: AlertRule['severity'];
  /** '' is every device. */
  deviceId: string;
  metric: string;
  direction: 'above' | 'below';
  limit: string;
  hysteresis: string;
  forS: string;
  /** No data: as each device's own rhythm says. */
  isLearned: boolean;
  afterS: string;
  eventType: string;
  clearAfterS: string;
  name: string;
}

export type RuleFault = 'metric' | 'limit' | 'hysteresis' | 'forS' | 'afterS' | 'eventType' | 'clearAfterS';

const BLANK: RuleDraft = {
  ...{ kind: 'threshold', severity: 'warning', deviceId: '', metric: '', direction: 'above', limit: '' },
  ...{ hysteresis: '', forS: '', isLearned: true, afterS: '', eventType: '', clearAfterS: '', name: '' },
};

/** Null: a new one, of this device where there is one. */
export function draftOf(rule: AlertRule | AlertRuleBody | null, deviceId = ''): RuleDraft {
  if (rule === null) return { ...BLANK, deviceId };
  const { kind, severity, metric, direction, limit, hysteresis, forS, afterS, eventType, clearAfterS } = rule;
  const spanOf = (seconds: number | null | undefined): string => (seconds ? formatSpan(seconds) : '');
  return {
    ...{ kind, severity: severity ?? 'warning', deviceId: rule.deviceId ?? deviceId },
    ...{ metric: metric ?? '', direction: direction ?? 'above', limit: textOf(limit) },
    ...{ hysteresis: hysteresis ? String(hysteresis) : '', forS: spanOf(forS) },
    ...{ isLearned: typeof afterS !== 'number', afterS: spanOf(afterS) },
    ...{ eventType: eventType ?? '', clearAfterS: spanOf(clearAfterS), name: nameOf(rule) ?? '' },
  };
}

/** The name a person gave it; null: it has none, or is only suggested: then the hub says in English what it is about. */
export const nameOf = (rule: AlertRule | AlertRuleBody): string | null =>
  'named' in rule && rule.named ? rule.name : null;

/** The fields that cannot be read, or are missing. */
export function faultsOf(draft: RuleDraft): ReadonlySet<RuleFault> {
  const faults = new Set<RuleFault>();
  const isSpan = (text: string, least: number): boolean => (parseSpan(text) ?? -1) >= least;
  const optional = (field: RuleFault & keyof RuleDraft, isRight: boolean): void => {
    if (draft[field] !== '' && !isRight) faults.add(field);
  };
  if (draft.kind === 'threshold') {
    if (draft.metric.trim() === '') faults.add('metric');
    if (parseNumber(draft.limit) === undefined) faults.add('limit');
    optional('hysteresis', (parseNumber(draft.hysteresis) ?? -1) >= 0);
    optional('forS', isSpan(draft.forS, 0));
  } else if (draft.kind === 'event') {
    if (draft.eventType.trim() === '') faults.add('eventType');
    optional('clearAfterS', isSpan(draft.clearAfterS, 1));
  } else if (needsSpan(draft) && !isSpan(draft.afterS, 1)) faults.add('afterS');
  return faults;
}

/** Only devices as a whole have a rhythm of their own. */
export const needsSpan = ({ isLearned, metric }: RuleDraft): boolean => !isLearned || metric.trim() !== '';

/** What the hub is told; a draft without faults. What has no meaning for the kind is taken away. */
export function ruleBodyOf(draft: RuleDraft): AlertRuleBody {
  const { kind, severity, deviceId, direction } = draft;
  const name = draft.name.trim();
  const metric = draft.metric.trim();
  return {
    ...{ kind, severity, deviceId: deviceId === '' ? null : deviceId },
    ...(name === '' ? {} : { name }),
    ...NOTHING,
    ...(kind === 'threshold' && {
      ...{ metric, direction, limit: parseNumber(draft.limit) ?? 0 },
      ...{ hysteresis: parseNumber(draft.hysteresis) ?? 0, forS: parseSpan(draft.forS) ?? 0 },
    }),
    ...(kind === 'no-data' && {
      metric: metric === '' ? null : metric,
      afterS: needsSpan(draft) ? (parseSpan(draft.afterS) ?? null) : null,
    }),
    ...(kind === 'event' && {
      eventType: draft.eventType.trim(),
      clearAfterS: draft.clearAfterS === '' ? null : (parseSpan(draft.clearAfterS) ?? null),
    }),
  };
}

const NOTHING = {
  ...{ metric: null, direction: null, limit: null, hysteresis: 0, forS: 0 },
  ...{ afterS: null, eventType: null, clearAfterS: null },
} as const;

const textOf = (value: number | null | undefined): string => (typeof value === 'number' ? String(value) : '');
