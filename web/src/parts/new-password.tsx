/** Choosing a password: length is what counts, and how much is missing is said while typing. */
import { useState } from 'preact/hooks';
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from '../../../hub/contract/limits.ts';
import { t } from '../i18n/language.ts';
import { Field } from './field.tsx';

/** From here on more length is called good. */
const GOOD_LENGTH = 16;

export function NewPassword({
  label,
  value,
  onInput,
}: {
  label: string;
  value: string;
  onInput: (value: string) => void;
}) {
  const [isWrong, setWrong] = useState(false);
  const words = wordsFor(value.length);
  return (
    <div class="new-password">
      <Field
        label={label}
        type="password"
        value={value}
        onInput={onInput}
        hint={words}
        error={isWrong && value.length < PASSWORD_LENGTH_MIN ? words : undefined}
        input={{
          name: 'new-password',
          autocomplete: 'new-password',
          required: true,
          minLength: PASSWORD_LENGTH_MIN,
          maxLength: PASSWORD_LENGTH_MAX,
          // the browser's own bubble would cover our words
          onInvalid(event) {
            event.preventDefault();
            const { currentTarget } = event;
            if (currentTarget.form?.querySelector('input:invalid') === currentTarget) currentTarget.focus();
            setWrong(true);
          },
        }}
      />
      <div class="strength" data-level={levelOf(value.length)} aria-hidden="true">
        <i />
        <i />
        <i />
      </div>
    </div>
  );
}

function wordsFor(length: number): string {
  if (length < PASSWORD_LENGTH_MIN) return t('password.tooShort', { count: PASSWORD_LENGTH_MIN - length });
  return t(length < GOOD_LENGTH ? 'password.fair' : 'password.good');
}

function levelOf(length: number): number {
  if (length === 0) return 0;
  if (length < PASSWORD_LENGTH_MIN) return 1;
  return length < GOOD_LENGTH ? 2 : 3;
}
