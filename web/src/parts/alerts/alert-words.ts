/** Alerts, their rules and events in plain sentences of the reader's language. */
import type { Alert, AlertRule } from '../../../../hub/contract/alert.ts';
import type { Event } from '../../../../hub/contract/event.ts';
import type { Key } from '../../i18n/catalog.ts';
import { sayIfKnown, t } from '../../i18n/language.ts';
import { fleet } from '../../state/devices.ts';
import type { IconName } from '../icon.tsx';
import { formatMetric, knownMetric, metricLabel } from '../metric.ts';
import { formatSpan } from './span.ts';

const TYPES: Readonly<Record<string, Key>> = {
  device_offline: 'event.deviceOffline',
  device_online: 'event.deviceOnline',
  mode_changed: 'event.modeChanged',
  motion_detected: 'event.motion',
  pressure_detected: 'event.pressure',
  button_pressed: 'event.button',
};

export const SEVERITY_ICONS: Readonly<Record<Event['severity'], IconName>> = {
  info: 'info',
  warning: 'triangle-alert',
  critical: 'siren',
};

/** MOTION_DETECTED is "Motion"; what nobody translated is written as a sentence would be: "Door opened". */
export function typeWords(type: string): string {
  const key = TYPES[type.toLowerCase()];
  if (key !== undefined) return t(key);
  const plain = type.replace(/[_\s]+/g, ' ').trim();
  const words = plain === plain.toUpperCase() ? plain.toLowerCase() : plain;
  return words === '' ? type : capital(words);
}

/** The rule as one sentence: "Kitchen temperature above 28 °C for 5 min". `isOfDevice`: the device is clear from where it stands. */
export function ruleSentence(rule: RuleWords, isOfDevice = false): string {
  const { kind, metric, limit, forS, afterS, direction, eventType } = rule;
  const who = isOfDevice ? null : whoWords(rule.deviceId ?? null);
  if (kind === 'threshold') {
    const what = metricOf(metric ?? '', isOfDevice ? undefined : (rule.deviceId ?? null));
    const params = { what, limit: formatMetric(metric ?? '', limit ?? 0) };
    const base = t(direction === 'below' ? 'rule.below' : 'rule.above', params);
    return capital((forS ?? 0) === 0 ? base : t('rule.for', { rule: base, span: formatSpan(forS ?? 0) }));
  }
  if (kind === 'event') {
    const type = typeWords(eventType ?? '');
    return capital(who === null ? t('rule.event', { type }) : t('rule.eventOf', { who, type }));
  }
  if (typeof afterS !== 'number') return capital(who === null ? t('rule.offline') : t('rule.offlineOf', { who }));
  const span = formatSpan(afterS);
  const what = typeof metric === 'string' ? metricLabel(metric) : t('rule.data');
  return capital(who === null ? t('rule.silent', { what, span }) : t('rule.silentOf', { who, what, span }));
}

/** What a rule and what a suggestion have in common. */
export type RuleWords = Pick<AlertRule, 'kind'> &
  Partial<Pick<AlertRule, 'deviceId' | 'metric' | 'direction' | 'limit' | 'forS' | 'afterS' | 'eventType'>>;

export function whoWords(deviceId: string | null): string {
  return deviceId === null ? t('rule.anyDevice') : fleet.name(deviceId).value;
}

/** Within a sentence; CO₂ stays as it is. */
const small = (label: string): string => (/^.\p{Lu}/u.test(label) ? label : label.toLowerCase());

/** "Kitchen temperature"; null: of any device; undefined: only the metric. */
function metricOf(metric: string, deviceId: string | null | undefined): string {
  const label = metricLabel(metric);
  if (deviceId === undefined) return label;
  if (deviceId === null) return t('rule.ofAny', { metric: label });
  const plain = knownMetric(metric) === undefined ? label : small(label);
  return t('rule.of', { device: fleet.name(deviceId).value, metric: plain });
}

/** What has happened, without the device: "Temperature is 31.2 °C, above 28 °C". What a device said is not translated. */
export function alertSentence({ code, message, kind, metric, value, limit, afterS, eventType }: Alert): string {
  const type = typeWords(eventType ?? '');
  if (code === null) return kind === 'event' ? `${type} · ${message}` : message;
  const name = metric ?? '';
  const figures = { value: formatMetric(name, value ?? ''), limit: formatMetric(name, limit ?? '') };
  const words = { type, metric: metricLabel(name), ...figures, span: formatSpan(afterS ?? 0) };
  return sayIfKnown(`notice.${code}`, words) ?? message;
}

/** What is said of an event beside its type: by the hub in the reader's language, by a device in its own words. */
export function eventSentence({ code, message, data }: Event): string | null {
  if (code === null) return message;
  const facts = new Map<string, unknown>(Object.entries(data ?? {}));
  const fact = (name: string): string => String(facts.get(name) ?? '');
  const who = facts.get('bySchedule') === true ? t('mode.bySchedule') : fact('by') || t('mode.somebody');
  const reason = fact('reason');
  const words = {
    who,
    mode: sayIfKnown(`mode.${fact('mode')}`) ?? '',
    reason: sayIfKnown(`reason.${reason}`) ?? reason,
  };
  return sayIfKnown(`notice.${code}`, words) ?? message;
}

/** When the alert will be over. `rule` undefined: surveillance, or a rule that is not known here. */
export function clearsWhen({ kind, metric, limit, direction }: Alert, rule: AlertRule | undefined): string {
  if (kind === 'threshold' && metric !== null && limit !== null) {
    const hysteresis = rule?.hysteresis ?? 0;
    const back = direction === 'below' ? limit + hysteresis : limit - hysteresis;
    return t(direction === 'below' ? 'alert.clearsAbove' : 'alert.clearsBelow', { limit: formatMetric(metric, back) });
  }
  if (kind === 'no-data') return t('alert.clearsHeard');
  const quietS = rule?.clearAfterS ?? null;
  return quietS === null ? t('alert.clearsAcked') : t('alert.clearsQuiet', { span: formatSpan(quietS) });
}

export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
