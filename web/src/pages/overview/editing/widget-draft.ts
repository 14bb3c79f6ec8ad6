/** A widget as it is filled in: texts, until they are read as what the hub wants. Pure. */
import type { MetricValue } from '../../../../../hub/contract/device.ts';
import type { WidgetOptions, WidgetSpec, WidgetType } from '../../../../../hub/contract/widget.ts';
import { choicesIn, choicesText, linesIn, numberIn, valueIn } from '../../../parts/controls/typed-value.ts';
import { isPin } from '../../../parts/metric.ts';
import { type Line, linesOf, targetOf, WIDGET_KINDS } from '../widgets/widget-kinds.ts';

export interface WidgetDraft {
  readonly type: WidgetType;
  /** Empty: it is called after what it shows. */
  readonly name: string;
  /** Of what it shows; a chart has up to eight, everything else one at most. */
  readonly lines: readonly Line[];
  readonly unit: string;
  readonly decimals: string;
  readonly min: string;
  readonly max: string;
  readonly step: string;
  readonly rangeS: string;
  /** A line each: `20..25 ok`. */
  readonly bands: string;
  readonly on: string;
  readonly off: string;
  readonly value: string;
  readonly confirm: boolean;
  /** A line each: `Label = value`. */
  readonly options: string;
  readonly text: string;
  readonly heartRate: string;
  readonly spo2: string;
  readonly tag: string;
  readonly severity: string;
  readonly window: string;
}

const EMPTY_LINE: Line = { deviceId: '', metric: '' };

export function newDraft(type: WidgetType, deviceId: string): WidgetDraft {
  return draftOfSpec({ type, name: '', ...(deviceId === '' ? {} : { deviceId }) });
}

export function draftOfSpec(spec: WidgetSpec): WidgetDraft {
  const { type, name, deviceId = '', options = {} } = spec;
  const known = linesOf(spec);
  const { heartRate = '', spo2 = '', unit = '', text = '', tag = '', severity = 'info', window = 'all' } = options;
  return {
    ...{ type, name, unit, text, heartRate, spo2, tag, severity, window },
    lines: known.length > 0 ? known : [{ ...EMPTY_LINE, deviceId, metric: targetOf(spec) ?? '' }],
    decimals: written(options.decimals),
    min: written(options.min ?? (type === 'gauge' ? 0 : undefined)),
    max: written(options.max ?? (type === 'gauge' ? 100 : undefined)),
    step: written(options.step),
    rangeS: written(options.rangeS),
    bands: (options.bands ?? []).map(({ from, to, level }) => `${written(from)}..${written(to)} ${level}`).join('\n'),
    on: written(options.on),
    off: written(options.off),
    value: written(options.value),
    confirm: options.confirm ?? false,
    options: choicesText(options.options),
  };
}

const written = (value: MetricValue | undefined): string => (value === undefined ? '' : String(value));

/** What is still missing or cannot be read. */
export type DraftProblem = 'device' | 'metric' | 'command' | 'number' | 'range' | 'options' | 'bands' | 'text' | 'same';
/** What a command may be called. */
const COMMAND_NAME = /^[A-Za-z0-9_.:-]{1,64}$/;

export function problemIn(draft: WidgetDraft): DraftProblem | undefined {
  const { needs, options } = WIDGET_KINDS[draft.type];
  const needsTarget = needs === 'value' || needs === 'control' || needs === 'lines';
  if (needs !== 'nothing' && draft.lines.some(({ deviceId }) => deviceId === '')) return 'device';
  if (needsTarget && draft.lines.some(({ metric }) => metric === '')) return 'metric';
  if (needs === 'control' && !COMMAND_NAME.test(draft.lines[0]?.metric ?? '')) return 'command';
  const numbers = (['decimals', 'min', 'max', 'step'] as const).filter((name) => options.includes(name));
  if (numbers.some((name) => draft[name] !== '' && numberIn(draft[name]) === undefined)) return 'number';
  return problemInOptions(draft, options);
}

function problemInOptions(draft: WidgetDraft, options: readonly (keyof WidgetOptions)[]): DraftProblem | undefined {
  const [min, max] = [numberIn(draft.min), numberIn(draft.max)];
  if (draft.type === 'gauge' && (min === undefined || max === undefined)) return 'range';
  if (options.includes('min') && min !== undefined && max !== undefined && min >= max) return 'range';
  if (options.includes('bands') && bandsIn(draft.bands) === undefined) return 'bands';
  if (options.includes('options') && choicesIn(draft.options).length === 0) return 'options';
  if (options.includes('text') && draft.text.trim() === '') return 'text';
  const isSwitch = options.includes('on');
  return isSwitch && (valueIn(draft.on) ?? 1) === (valueIn(draft.off) ?? 0) ? 'same' : undefined;
}

/** Only of a draft without a problem. */
export function specOfDraft(draft: WidgetDraft, name: string): WidgetSpec {
  const { needs } = WIDGET_KINDS[draft.type];
  const [first = EMPTY_LINE] = draft.lines;
  const isMany = needs === 'lines' && draft.lines.length > 1;
  const target = isPin(first.metric) ? { pin: first.metric } : { metric: first.metric };
  const options = { ...optionsIn(draft), ...(isMany ? { series: [...draft.lines] } : {}) };
  return {
    type: draft.type,
    name: (draft.name.trim() || name).slice(0, 64),
    ...(needs === 'nothing' || isMany ? {} : { deviceId: first.deviceId }),
    ...(needs === 'nothing' || needs === 'device' || isMany ? {} : target),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
}

function optionsIn(draft: WidgetDraft): WidgetOptions {
  const values: WidgetOptions = {
    ...given('unit', draft.unit.trim() || undefined),
    ...given('decimals', numberIn(draft.decimals)),
    ...given('min', numberIn(draft.min)),
    ...given('max', numberIn(draft.max)),
    ...given('step', numberIn(draft.step)),
    ...given('rangeS', numberIn(draft.rangeS)),
    ...given('bands', draft.bands.trim() === '' ? undefined : bandsIn(draft.bands)),
    ...given('on', valueIn(draft.on)),
    ...given('off', valueIn(draft.off)),
    ...given('value', valueIn(draft.value)),
    ...given('confirm', draft.confirm || undefined),
    ...given('options', choicesIn(draft.options)),
    ...given('text', draft.text),
    ...given('heartRate', draft.heartRate.trim() || undefined),
    ...given('spo2', draft.spo2.trim() || undefined),
    ...given('tag', draft.tag.trim() || undefined),
    ...given(
      'severity',
      SEVERITIES.find((severity) => severity === draft.severity && severity !== 'info'),
    ),
    ...given(
      'window',
      WINDOWS.find((window) => window === draft.window && window !== 'all'),
    ),
  };
  const allowed: readonly string[] = WIDGET_KINDS[draft.type].options;
  return Object.fromEntries(Object.entries(values).filter(([name]) => allowed.includes(name)));
}
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export const WINDOWS = ['all', 'month', 'week'] as const;

const given = <Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } => {
  const part: { [K in Name]?: Value } = {};
  if (value !== undefined) part[name] = value;
  return part;
};

/** Undefined: a line is none. */
export function bandsIn(text: string): NonNullable<WidgetOptions['bands']> | undefined {
  const bands: NonNullable<WidgetOptions['bands']> = [];
  for (const line of linesIn(text)) {
    const {
      from = '',
      to = '',
      level,
    } = /^(?<from>[-\d.,]*?)\.\.(?<to>[-\d.,]*)\s+(?<level>\w+)$/.exec(line)?.groups ?? {};
    const known = LEVELS.find((each) => each === level);
    const isReadable = [from, to].every((end) => end === '' || numberIn(end) !== undefined);
    if (known === undefined || !isReadable) return undefined;
    bands.push({ ...given('from', numberIn(from)), ...given('to', numberIn(to)), level: known });
  }
  return bands;
}
const LEVELS = ['ok', 'warn', 'bad'] as const;
