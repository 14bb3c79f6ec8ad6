/** Alerts and the rules that raise them. At most one alert is open for each rule, device and metric. */
import { type Static, Type } from 'typebox';
import { DeviceId, MetricValue } from './device.ts';
import { EventSeverity } from './event.ts';
import { EVENT_TYPE_LENGTH_MAX, METRIC_NAME_LENGTH_MAX, NOTE_LENGTH_MAX, RULE_SECONDS_MAX } from './limits.ts';
import { Ms, PageQuery } from './problem.ts';

/** `surveillance` is no rule of a person: motion or pressure while the hub is armed. */
export const RULE_KINDS = ['threshold', 'no-data', 'event'] as const;
export const ALERT_KINDS = [...RULE_KINDS, 'surveillance'] as const;
export const ALERT_STATES = ['open', 'acknowledged', 'cleared'] as const;
/** Why an alert is over. */
export const CLEARED_BECAUSE = [
  'recovered', // the value is back behind the limit and its hysteresis
  'data-returned', // the device, or the metric, is heard again
  'quiet', // nothing of the kind happened for the time of the rule, or since it was acknowledged
  'rule-changed', // its rule was changed, switched off or deleted
  'device-removed',
] as const;

/** Sentences of the hub itself, for apps to say in any language; what is in them stands in other fields of the alert. */
export const ALERT_CODES = [
  'value-above', // metric, value, limit
  'value-below', // the same
  'device-offline',
  'device-silent', // afterS
  'metric-silent', // metric, afterS
  'event-reported', // eventType
  'intrusion', // eventType
] as const;
export type AlertCode = (typeof ALERT_CODES)[number];

const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const Seconds = Type.Integer({ minimum: 1, maximum: RULE_SECONDS_MAX });
const Metric = Type.String({ minLength: 1, maxLength: METRIC_NAME_LENGTH_MAX });
const EventType = Type.String({ minLength: 1, maxLength: EVENT_TYPE_LENGTH_MAX });
const Direction = Type.Union([Type.Literal('above'), Type.Literal('below')]);
const Name = Type.String({ minLength: 1, maxLength: 80 });

const conditions = {
  deviceId: OrNull(Type.String({ description: 'Null: every device.' })),
  metric: OrNull(Metric),
  direction: OrNull(Direction),
  limit: OrNull(Type.Number()),
  hysteresis: Type.Number({ minimum: 0, description: 'The value must come back this far behind the limit.' }),
  forS: Type.Integer({ minimum: 0, maximum: RULE_SECONDS_MAX, description: 'So long without a break.' }),
  afterS: OrNull(Seconds),
  eventType: OrNull(EventType),
  clearAfterS: OrNull(Seconds),
};

export const AlertRule = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    named: Type.Boolean({ description: 'False: nobody gave it a name, and it is called by what it says, in English.' }),
    kind: Type.Enum(RULE_KINDS),
    enabled: Type.Boolean(),
    severity: EventSeverity,
    ...conditions,
    createdMs: Ms,
    createdBy: Type.String(),
    changedMs: Ms,
  },
  { $id: 'AlertRule' },
);
export type AlertRule = Static<typeof AlertRule>;

const asked = {
  name: Type.Optional(Name),
  enabled: Type.Optional(Type.Boolean({ default: true })),
  severity: Type.Optional(EventSeverity),
  deviceId: Type.Optional(OrNull(DeviceId)),
  metric: Type.Optional(OrNull(Metric)),
  direction: Type.Optional(OrNull(Direction)),
  limit: Type.Optional(OrNull(Type.Number())),
  hysteresis: Type.Optional(Type.Number({ minimum: 0 })),
  forS: Type.Optional(Type.Integer({ minimum: 0, maximum: RULE_SECONDS_MAX })),
  afterS: Type.Optional(OrNull(Seconds)),
  eventType: Type.Optional(OrNull(EventType)),
  clearAfterS: Type.Optional(OrNull(Seconds)),
};
/**
 * threshold: `metric`, `direction`, `limit`, and if wanted `hysteresis`, `forS`.
 * no-data: `afterS`; without it, learned from the rhythm of each device. With `metric`, `afterS` is needed.
 * event: `eventType`; `clearAfterS`: over after so long without another one. Without it, when acknowledged.
 */
export const AlertRuleBody = Type.Object({ kind: Type.Enum(RULE_KINDS), ...asked });
export type AlertRuleBody = Static<typeof AlertRuleBody>;
export const AlertRulePatch = Type.Object(asked);
export type AlertRulePatch = Static<typeof AlertRulePatch>;

/** Rules that would make sense for what this hub has and nobody has made yet, to be posted as they are. */
export const AlertRuleSuggestions = Type.Object({ items: Type.Array(AlertRuleBody) });
export type AlertRuleSuggestions = Static<typeof AlertRuleSuggestions>;

export const AlertRulesQuery = Type.Object({ device: Type.Optional(Type.String({ maxLength: 256 })) });
export type AlertRulesQuery = Static<typeof AlertRulesQuery>;

export const Alert = Type.Object(
  {
    id: Type.String(),
    ruleId: OrNull(Type.String({ description: 'Null: surveillance.' })),
    ruleName: Type.String(),
    kind: Type.Enum(ALERT_KINDS),
    deviceId: Type.String(),
    metric: OrNull(Type.String()),
    eventType: OrNull(Type.String()),
    severity: EventSeverity,
    message: Type.String({ description: 'An English sentence, or what the device itself said of its event.' }),
    code: OrNull(Type.Enum(ALERT_CODES, { description: 'Which sentence the message is; null: words of the device.' })),
    state: Type.Enum(ALERT_STATES),
    raisedMs: Ms,
    lastMs: Ms,
    count: Type.Integer({ minimum: 1, description: 'How often it was seen since it was raised.' }),
    value: OrNull(MetricValue),
    limit: OrNull(Type.Number()),
    direction: OrNull(Direction),
    afterS: OrNull(Seconds),
    ackedBy: OrNull(Type.String()),
    ackedMs: OrNull(Ms),
    note: OrNull(Type.String()),
    snoozedUntilMs: OrNull(Ms),
    clearedMs: OrNull(Ms),
    clearedBecause: OrNull(Type.Enum(CLEARED_BECAUSE)),
  },
  { $id: 'Alert' },
);
export type Alert = Static<typeof Alert>;

/** `active`: everything that is not cleared. */
export const ALERT_QUERY_STATES = ['active', ...ALERT_STATES, 'all'] as const;
export const AlertsQuery = Type.Interface([PageQuery], {
  state: Type.Optional(Type.Enum(ALERT_QUERY_STATES, { default: 'active' })),
  device: Type.Optional(Type.String({ maxLength: 256 })),
});
export type AlertsQuery = Static<typeof AlertsQuery>;

/** Exactly one of them; `untilMs: 0` ends a snooze. */
export const SnoozeBody = Type.Object({
  forS: Type.Optional(Seconds),
  untilMs: Type.Optional(Ms),
  note: Type.Optional(Type.String({ maxLength: NOTE_LENGTH_MAX })),
});
export type SnoozeBody = Static<typeof SnoozeBody>;
