/** Name and password: the heart of the sign-in page and of the dialog that stands over a page whose session ended. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatDuration } from '../i18n/format.ts';
import { t } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Checkbox } from '../parts/choice.tsx';
import { ErrorLine } from '../parts/error-line.tsx';
import { Field } from '../parts/field.tsx';
import { problemOf, wordsOf } from '../parts/states.tsx';
import { signIn } from '../session.ts';
import { now } from '../state/now.ts';

/** The wait when the hub refuses without saying how long. */
const WAIT_DEFAULT_S = 30;

export function SignInForm({ username: fixedName }: { username?: string | undefined }) {
  const username = useSignal(fixedName ?? '');
  const password = useSignal('');
  const keep = useSignal(true);
  const isBusy = useSignal(false);
  const error = useSignal<string | null>(null);
  const waitUntilMs = useSignal(0);
  const waitMs = Math.max(0, waitUntilMs.value - now.value);
  useEffect(() => {
    if (waitMs === 0 && waitUntilMs.peek() > 0) error.value = null;
  }, [waitMs === 0]);

  const submit = async () => {
    if (isBusy.value || waitMs > 0) return;
    isBusy.value = true;
    error.value = null;
    try {
      await signIn({ username: username.value.trim(), password: password.value, keep: keep.value });
    } catch (thrown) {
      const problem = problemOf(thrown);
      if (problem.status === 429) waitUntilMs.value = Date.now() + (problem.retryAfterS ?? WAIT_DEFAULT_S) * 1000;
      const { title, hint } = wordsOf(problem);
      error.value = problem.status === 429 ? title : `${title} ${hint}`;
      password.value = problem.status === 401 ? '' : password.value;
    }
    isBusy.value = false;
  };

  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field
        label={t('login.username')}
        value={username.value}
        onInput={(value) => {
          username.value = value;
        }}
        input={{
          name: 'username',
          autocomplete: 'username',
          autocapitalize: 'none',
          spellcheck: false,
          required: true,
          readOnly: fixedName !== undefined,
        }}
      />
      <Field
        label={t('login.password')}
        type="password"
        value={password.value}
        onInput={(value) => {
          password.value = value;
        }}
        input={{ name: 'password', autocomplete: 'current-password', required: true }}
      />
      <Checkbox
        label={t('login.keep')}
        checked={keep.value}
        onChange={(checked) => {
          keep.value = checked;
        }}
      />
      <ErrorLine text={error.value} />
      <Button kind="primary" size="lg" type="submit" busy={isBusy.value} disabled={waitMs > 0}>
        {waitMs > 0 ? t('login.wait', { time: formatDuration(waitMs) }) : t('login.submit')}
      </Button>
    </form>
  );
}
