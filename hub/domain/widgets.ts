/** What a widget of each type must and may have, and what its control sends. */
import {
  CONTROL_TYPES,
  type ControlType,
  type WidgetOptions,
  type WidgetSpec,
  type WidgetType,
} from '../contract/widget.ts';
import type { PinValue } from './commands.ts';

interface Rule {
  readonly device: 'needed' | 'optional' | 'none';
  /** `value`: a metric or pin is shown; `control`: one is set; `none`: the type needs no name. */
  readonly target: 'value' | 'control' | 'none';
  readonly options: readonly (keyof WidgetOptions)[];
}

const VALUE = { device: 'needed', target: 'value' } as const;
const CONTROL = { device: 'needed', target: 'control' } as const;
const RULES: Readonly<Record<WidgetType, Rule>> = {
  value: { ...VALUE, options: ['unit', 'decimals', 'bands'] },
  'value-spark': { ...VALUE, options: ['unit', 'decimals', 'bands', 'rangeS'] },
  chart: { device: 'optional', target: 'value', options: ['unit', 'min', 'max', 'bands', 'rangeS', 'series'] },
  gauge: { ...VALUE, options: ['unit', 'decimals', 'min', 'max', 'bands'] },
  switch: { ...CONTROL, options: ['on', 'off', 'confirm'] },
  slider: { ...CONTROL, options: ['min', 'max', 'step', 'unit', 'decimals'] },
  button: { ...CONTROL, options: ['value', 'confirm'] },
  select: { ...CONTROL, options: ['options', 'confirm'] },
  text: { device: 'none', target: 'none', options: ['text'] },
  vitals: { device: 'needed', target: 'none', options: ['heartRate', 'spo2'] },
  'pulse-wall': { device: 'none', target: 'none', options: ['tag'] },
  events: { device: 'optional', target: 'none', options: ['tag', 'severity'] },
  leaderboard: { device: 'optional', target: 'none', options: ['window'] },
};

/** A slider without limits of its own goes from 0 to 100 in steps of 1. */
const SLIDER = { min: 0, max: 100, step: 1 };
/** How far from a step a value may be, as part of the step: what binary fractions do to 0.1. */
const STEP_TOLERANCE = 1e-6;

export const isControl = (type: WidgetType): type is ControlType => CONTROL_TYPES.some((control) => control === type);

/** The pin or metric it shows or sets. */
export const targetOf = ({ pin, metric }: Pick<WidgetSpec, 'pin' | 'metric'>): string | undefined => pin ?? metric;

/** What is wrong with it, as one sentence; undefined: nothing. */
export function whyNotWidget(spec: WidgetSpec): string | undefined {
  const { type, deviceId, options = {} } = spec;
  const rule = RULES[type];
  const strange = Object.keys(options).find((name) => !rule.options.some((known) => known === name));
  if (strange !== undefined) return `options.${strange}: a ${type} has no such option.`;
  if (rule.device === 'needed' && deviceId === undefined) return `deviceId: a ${type} is of one device.`;
  if (rule.device === 'none' && deviceId !== undefined) return `deviceId: a ${type} is of no device.`;
  return whyNotTarget(spec, rule) ?? whyNotRange(spec) ?? whyNotNeeded(spec);
}

/** What a control of this widget sends for this state; `problem` when it cannot be set to that. */
export function stateOf({ type, options = {} }: Pick<WidgetSpec, 'type' | 'options'>, state: PinValue): Setting {
  switch (type) {
    case 'switch':
      return switched(state, options);
    case 'slider':
      return slid(state, options);
    case 'button':
      return { value: options.value ?? state };
    case 'select': {
      const isOffered = options.options?.some(({ value }) => value === state) === true;
      return isOffered ? { value: state } : { problem: 'state: is none of the options.' };
    }
    default:
      return { problem: `state: a ${type} cannot be set.` };
  }
}
export type Setting = { readonly value: PinValue } | { readonly problem: string };

function whyNotTarget({ type, deviceId, metric, pin, options = {} }: WidgetSpec, { target }: Rule): string | undefined {
  if (pin !== undefined && metric !== undefined) return 'pin: give a pin or a metric, not both.';
  const name = pin ?? metric;
  if (target === 'none') return name === undefined ? undefined : `metric: a ${type} has none.`;
  if (options.series !== undefined) {
    return name === undefined && deviceId === undefined ? undefined : 'options.series: instead of deviceId and metric.';
  }
  if (deviceId === undefined) return 'deviceId: is missing.';
  if (name === undefined) return target === 'control' ? 'pin: is missing.' : 'metric: a metric or a pin is missing.';
  const isSpeakable = target === 'value' || COMMAND_NAME.test(name);
  return isSpeakable ? undefined : 'metric: a command is named with letters, digits, "_", ".", ":" and "-".';
}
const COMMAND_NAME = /^[A-Za-z0-9_.:-]{1,64}$/;

function whyNotRange({ type, options = {} }: WidgetSpec): string | undefined {
  const { bands = [] } = options;
  const range: Pick<WidgetOptions, 'min' | 'max' | 'step'> =
    type === 'slider' ? { ...SLIDER, ...defined(options) } : options;
  if (range.min !== undefined && range.max !== undefined && range.min >= range.max) {
    return 'options.min: must be less than options.max.';
  }
  const width = (range.max ?? Number.POSITIVE_INFINITY) - (range.min ?? 0);
  if (range.step !== undefined && range.step > width) return 'options.step: is wider than the whole range.';
  const isUpsideDown = bands.some(({ from, to }) => from !== undefined && to !== undefined && from >= to);
  return isUpsideDown ? 'options.bands: each must begin below its end.' : undefined;
}

function whyNotNeeded({ type, options = {} }: WidgetSpec): string | undefined {
  if (type === 'gauge' && (options.min === undefined || options.max === undefined)) {
    return 'options: a gauge needs min and max.';
  }
  if (type === 'text' && options.text === undefined) return 'options.text: is missing.';
  if (type === 'switch' && (options.on ?? 1) === (options.off ?? 0)) return 'options.on: must differ from options.off.';
  if (type !== 'select') return undefined;
  const values = options.options?.map(({ value }) => value) ?? [];
  if (values.length === 0) return 'options.options: is missing.';
  return new Set(values).size === values.length ? undefined : 'options.options: each value once.';
}

/** 1, true and its own word for it are the same position. */
function switched(state: PinValue, { on = 1, off = 0 }: WidgetOptions): Setting {
  if (state === on || state === true || state === 1) return { value: on };
  if (state === off || state === false || state === 0) return { value: off };
  return { problem: 'state: must be 1 or 0.' };
}

function slid(state: PinValue, options: WidgetOptions): Setting {
  const { min, max, step } = { ...SLIDER, ...defined(options) };
  if (typeof state !== 'number') return { problem: 'state: must be a number.' };
  if (state < min || state > max) return { problem: `state: must be from ${min} to ${max}.` };
  const steps = (state - min) / step;
  const isOnStep = Math.abs(steps - Math.round(steps)) < STEP_TOLERANCE || state === max;
  return isOnStep ? { value: state } : { problem: `state: must be a multiple of ${step} above ${min}.` };
}

function defined({ min, max, step }: Pick<WidgetOptions, 'min' | 'max' | 'step'>): Partial<typeof SLIDER> {
  const known: Partial<typeof SLIDER> = {};
  if (min !== undefined) known.min = min;
  if (max !== undefined) known.max = max;
  if (step !== undefined) known.step = step;
  return known;
}
