/** Widgets: one value of a device, or one thing to do with it, as people put it on a board. */
import { type Static, Type } from 'typebox';
import { MetricValue } from './device.ts';
import {
  CHART_SERIES_MAX,
  METRIC_NAME_LENGTH_MAX,
  SELECT_OPTIONS_MAX,
  WIDGET_NAME_LENGTH_MAX,
  WIDGET_TEXT_LENGTH_MAX,
} from './limits.ts';
import { Ms } from './problem.ts';

export const WIDGET_TYPES = [
  'value',
  'value-spark',
  'chart',
  'gauge',
  'switch',
  'slider',
  'button',
  'select',
  'text',
  'vitals',
  'pulse-wall',
  'events',
  'leaderboard',
] as const;
export type WidgetType = (typeof WIDGET_TYPES)[number];
/** They send commands; their target is a pin, or a metric of that name. */
export const CONTROL_TYPES = ['switch', 'slider', 'button', 'select'] as const satisfies readonly WidgetType[];
export type ControlType = (typeof CONTROL_TYPES)[number];

const Metric = Type.String({ minLength: 1, maxLength: METRIC_NAME_LENGTH_MAX });
const Id = Type.String({ minLength: 1, maxLength: 64 });
const Label = Type.String({ minLength: 1, maxLength: WIDGET_NAME_LENGTH_MAX });
const Unit = Type.String({ maxLength: 16 });

export const Band = Type.Object({
  from: Type.Optional(Type.Number()),
  to: Type.Optional(Type.Number()),
  level: Type.Enum(['ok', 'warn', 'bad']),
});

/** Which of them a type takes is in domain/widgets.ts; others are refused. */
export const WidgetOptions = Type.Object({
  unit: Type.Optional(Unit),
  decimals: Type.Optional(Type.Integer({ minimum: 0, maximum: 6 })),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  step: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  bands: Type.Optional(Type.Array(Band, { maxItems: 8 })),
  /** Of charts and sparks: how far they look back. */
  rangeS: Type.Optional(Type.Integer({ minimum: 60, maximum: 31_622_400 })),
  /** Of charts, instead of the device and metric of the widget. */
  series: Type.Optional(
    Type.Array(Type.Object({ deviceId: Id, metric: Metric }), { minItems: 1, maxItems: CHART_SERIES_MAX }),
  ),
  /** What a switch sends; without them 1 and 0. */
  on: Type.Optional(MetricValue),
  off: Type.Optional(MetricValue),
  /** What a button sends; without it 1. */
  value: Type.Optional(MetricValue),
  /** Ask before it is sent. */
  confirm: Type.Optional(Type.Boolean()),
  options: Type.Optional(
    Type.Array(Type.Object({ label: Label, value: MetricValue }), { minItems: 1, maxItems: SELECT_OPTIONS_MAX }),
  ),
  text: Type.Optional(Type.String({ maxLength: WIDGET_TEXT_LENGTH_MAX, description: 'Markdown.' })),
  /** Of vitals; without them heart_rate and spo2. */
  heartRate: Type.Optional(Metric),
  spo2: Type.Optional(Metric),
  /** Of pulse walls and events: only devices with this tag. */
  tag: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
  severity: Type.Optional(Type.Enum(['info', 'warning', 'critical'])),
  window: Type.Optional(Type.Enum(['all', 'month', 'week'])),
});
export type WidgetOptions = Static<typeof WidgetOptions>;

const spec = {
  type: Type.Enum(WIDGET_TYPES),
  name: Label,
  deviceId: Type.Optional(Id),
  metric: Type.Optional(Metric),
  pin: Type.Optional(Type.String({ pattern: '^v\\d{1,3}$', description: 'Virtual pin: v0…v999.' })),
  options: Type.Optional(WidgetOptions),
};
/** A widget as it is described: to be kept by itself, or inline on a board. */
export const WidgetSpec = Type.Object(spec);
export type WidgetSpec = Static<typeof WidgetSpec>;
export const WidgetPatch = Type.Object({
  name: Type.Optional(Label),
  deviceId: Type.Optional(Id),
  metric: Type.Optional(Metric),
  pin: spec.pin,
  options: spec.options,
});
export type WidgetPatch = Static<typeof WidgetPatch>;

export const Widget = Type.Object(
  {
    ...spec,
    id: Type.String(),
    options: WidgetOptions,
    owner: Type.Union([Type.String(), Type.Null()], { description: 'User name of the person it belongs to.' }),
    createdMs: Ms,
  },
  { $id: 'Widget' },
);
export type Widget = Static<typeof Widget>;

/** Seed 3, S3-4. */
export const WidgetState = Type.Object({ state: MetricValue });
export type WidgetState = Static<typeof WidgetState>;
export const WidgetStateSet = Type.Object({
  status: Type.Literal('success'),
  widget_id: Type.String(),
  state: MetricValue,
  command: Type.Object({ id: Type.String(), state: Type.String() }),
});
export type WidgetStateSet = Static<typeof WidgetStateSet>;
