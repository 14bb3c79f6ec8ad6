/** A widget as it is typed, and as the hub takes it. Pure. */
import type { Widget, WidgetOptions, WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { choicesIn, choicesText, valueIn } from '../../../parts/controls/typed-value.ts';
import { isPin } from '../../../parts/metric.ts';

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
    choices: choicesText(options.options),
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

/** The first virtual pin that is not taken. */
export function freePin(taken: ReadonlySet<string>): string {
  for (let pin = 0; pin < 1000; pin++) if (!taken.has(`v${pin}`)) return `v${pin}`;
  return '';
}
