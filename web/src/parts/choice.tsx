/** Choosing: a native select, an on/off switch, and a segmented row of a few. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';

export interface Option<Value extends string> {
  value: Value;
  label: string;
  icon?: IconName | undefined;
}

interface Choice<Value extends string> {
  label: string;
  value: Value;
  options: readonly Option<Value>[];
  onChange: (value: Value) => void;
}

/** A native select; `isBare` keeps the label for screen readers only. */
export function Select<Value extends string>(props: Choice<Value> & { isBare?: boolean; disabled?: boolean }) {
  const { label, value, options, onChange, isBare = false, disabled = false } = props;
  const id = useId();
  const choose = (raw: string) => {
    const chosen = options.find((option) => option.value === raw);
    if (chosen !== undefined) onChange(chosen.value);
  };
  return (
    <div class={isBare ? 'select' : 'fieldset select'}>
      <label for={id} class={isBare ? 'vh' : ''}>
        {label}
      </label>
      <span class="select-box">
        <select id={id} value={value} disabled={disabled} onChange={(event) => choose(event.currentTarget.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="chevron-down" />
      </span>
    </div>
  );
}

/** A few exclusive choices side by side. */
export function Seg<Value extends string>(props: Choice<Value> & { iconsOnly?: boolean; class?: string }) {
  const { label, value, options, onChange, iconsOnly = false } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out inline in every browser we support
    <div class={`seg ${props.class ?? ''}`} role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          aria-label={iconsOnly ? option.label : undefined}
          data-tip={iconsOnly ? option.label : undefined}
          onClick={() => onChange(option.value)}
        >
          {option.icon !== undefined && <Icon name={option.icon} />}
          {!iconsOnly && option.label}
        </button>
      ))}
    </div>
  );
}

/** On or off, at once. The words stand beside it and name it. */
export function Switch({
  label,
  hint,
  checked,
  onChange,
}: {
  label: ComponentChildren;
  hint?: string | undefined;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div class="switch">
      <span>
        <span id={id}>{label}</span>
        {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
      </span>
      <button
        type="button"
        class="sw"
        role="switch"
        aria-checked={checked}
        aria-labelledby={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onClick={() => onChange(!checked)}
      />
    </div>
  );
}

/** A tick box inside a form. */
export function Checkbox({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}
