/** A labelled input with its hint and its error; passwords get a button that shows them. */
import type { PartialInputHTMLAttributes, TargetedInputEvent } from 'preact';
import { useId, useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';

export interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  type?: 'text' | 'password' | 'number' | 'datetime-local' | undefined;
  hint?: string | undefined;
  /** Takes the place of the hint, is announced, and marks the input invalid. */
  error?: string | undefined;
  /** Everything else an input may say: name, autocomplete, required, maxLength, spellcheck, … */
  input?: Omit<PartialInputHTMLAttributes<HTMLInputElement>, 'type' | 'role' | 'list'> | undefined;
}

export function Field({ label, value, onInput, type = 'text', hint, error, input }: FieldProps) {
  const id = useId();
  const [isShown, setShown] = useState(false);
  const note = error ?? hint;
  const control = {
    ...input,
    id,
    value,
    'aria-invalid': error === undefined ? undefined : true,
    'aria-describedby': note === undefined ? undefined : `${id}-note`,
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => onInput(event.currentTarget.value),
  };
  return (
    <div class="fieldset">
      <label for={id}>{label}</label>
      <div class={`input ${error === undefined ? '' : 'wrong'}`}>
        {type === 'password' && !isShown ? (
          <input {...control} type="password" />
        ) : type === 'number' ? (
          <input {...control} type="number" />
        ) : type === 'datetime-local' ? (
          <input {...control} type="datetime-local" />
        ) : (
          <input {...control} type="text" />
        )}
        {type === 'password' && (
          <IconButton
            icon={isShown ? 'eye-off' : 'eye'}
            label={t(isShown ? 'password.hide' : 'password.show')}
            kind="ghost"
            size="sm"
            onClick={() => setShown(!isShown)}
          />
        )}
      </div>
      <p
        class={error === undefined ? 'note' : 'note bad'}
        id={`${id}-note`}
        role={error === undefined ? undefined : 'alert'}
      >
        {error !== undefined && <Icon name="circle-alert" />}
        {note}
      </p>
    </div>
  );
}

/** A search box without a visible label; `/` jumps to it. */
export function SearchField({
  label,
  value,
  onInput,
}: {
  label: string;
  value: string;
  onInput: (value: string) => void;
}) {
  return (
    <div class="search">
      <Icon name="search" />
      <input
        type="search"
        data-search
        aria-label={label}
        placeholder={label}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <kbd class="hide-s">/</kbd>
    </div>
  );
}
