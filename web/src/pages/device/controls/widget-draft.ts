/** A widget as it is typed, and as the hub takes it. Pure. */
import type { Widget, WidgetOptions, WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { isPin } from '../../../parts/metric.ts';
import { valueIn } from './control-state.ts';

export const CONTROL_KINDS = ['switch', 'slider', 'button', 'select'] as const;
export const SHOWN_KINDS = ['value', 'gauge'] as const;
export type Kind = (typeof CONTROL_KINDS)[number] | (typeof SHOWN_KINDS)[number];

export interface WidgetDraft {
  kind: Kind;
  name: string;
  target: string;
  unit: string;
  min: string;
  max: string;
  step: string;
  on: string;
  off: string;
  value: string;
  /** A line each: label = value. */
  choices: string;
  confirm: boolean;
}

export function draftOf(widget: Widget | null, target: string): WidgetDraft {
  const { type = 'switch', name = '', pin, metric, options = {} } = widget ?? {};
  const text = (value: unknown): string => (value === undefined ? '' : String(value));
  return {
    kind: [...CONTROL_KINDS, ...SHOWN_KINDS].find((kind) => kind === type) ?? 'value',
    name,
    target: pin ?? metric ?? target,
    unit: text(options.unit),
    min: text(options.min ?? 0),
    max: text(options.max ?? 100),
    step: text(options.step ?? 1),
    on: text(options.on ?? 1),
    off: text(options.off ?? 0),
    value: text(options.value ?? 1),
    choices: (options.options ?? []).map(({ label, value }) => `${label} = ${value}`).join('\n'),
    confirm: options.confirm ?? false,
  };
}

/** What the hub may still refuse, it says in words. */
export function specOf(draft: WidgetDraft, deviceId: string): WidgetSpec {
  const { kind, name } = draft;
  const target = draft.target.trim();
  const named = isPin(target) ? { pin: target } : { metric: target };
  return { type: kind, name: name.trim() || target, deviceId, ...named, options: optionsOf(draft) };
}

function optionsOf({ kind, unit, min, max, step, on, off, value, choices, confirm }: WidgetDraft): WidgetOptions {
  const sure = confirm ? { confirm } : {};
  const shown = unit.trim() === '' ? {} : { unit: unit.trim() };
  switch (kind) {
    case 'switch':
      return { on: valueIn(on) ?? 1, off: valueIn(off) ?? 0, ...sure };
    case 'slider':
      return { min: Number(min), max: Number(max), step: Number(step), ...shown };
    case 'button':
      return { value: valueIn(value) ?? 1, ...sure };
    case 'select':
      return { options: choicesIn(choices), ...sure };
    case 'gauge':
      return { min: Number(min), max: Number(max), ...shown };
    default:
      return shown;
  }
}

/** `Night = 2`, or one word that is both. */
export function choicesIn(text: string): NonNullable<WidgetOptions['options']> {
  return text.split('\n').flatMap((line) => {
    const at = line.lastIndexOf('=');
    const label = (at === -1 ? line : line.slice(0, at)).trim();
    const value = valueIn(at === -1 ? line : line.slice(at + 1));
    return label === '' || value === undefined ? [] : [{ label, value }];
  });
}
