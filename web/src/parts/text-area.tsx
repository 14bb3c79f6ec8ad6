/** A labelled field for several lines, with its hint, or what is wrong with it. */
import { useEffect, useId, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';

export interface TextAreaProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string | undefined;
  /** Takes the place of the hint, and keeps the form from being sent. */
  error?: string | undefined;
  rows?: number | undefined;
  placeholder?: string | undefined;
  maxLength?: number | undefined;
}

export function TextArea({ label, value, onInput, hint, error, rows = 4, placeholder, maxLength }: TextAreaProps) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => area.current?.setCustomValidity(error ?? ''));
  return (
    <div class="fieldset">
      <label for={id}>{label}</label>
      <textarea
        ref={area}
        id={id}
        class={error === undefined ? 'mono area' : 'mono area wrong'}
        rows={rows}
        spellcheck={false}
        autocapitalize="none"
        placeholder={placeholder}
        maxLength={maxLength}
        value={value}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={`${id}-note`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p class={error === undefined ? 'note' : 'note bad'} id={`${id}-note`}>
        {error !== undefined && <Icon name="circle-alert" />}
        {error ?? hint}
      </p>
    </div>
  );
}
