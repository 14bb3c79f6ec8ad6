/** A form sent once at a time. The browser checks what it can (required, length); the hub's refusal is one sentence. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { ApiProblem } from '../http.ts';
import { Button } from './button.tsx';
import { ErrorLine } from './error-line.tsx';
import type { IconName } from './icon.tsx';
import { wordsOf } from './states.tsx';

export function Form({
  children,
  submitLabel,
  submitIcon,
  onSubmit,
}: {
  children: ComponentChildren;
  submitLabel: string;
  submitIcon?: IconName | undefined;
  /** Throws ApiProblem when the hub says no. */
  onSubmit: () => Promise<void>;
}) {
  const isBusy = useSignal(false);
  const error = useSignal<string | null>(null);
  const send = async () => {
    if (isBusy.value) return;
    isBusy.value = true;
    error.value = null;
    try {
      await onSubmit();
    } catch (thrown) {
      if (!(thrown instanceof ApiProblem)) throw thrown;
      error.value = sentenceFor(thrown);
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {children}
      <ErrorLine text={error.value} />
      <Button kind="primary" size="lg" type="submit" icon={submitIcon} busy={isBusy.value}>
        {submitLabel}
      </Button>
    </form>
  );
}

/** The cause and the cure; the hub's own detail where it names the field or counts attempts. */
function sentenceFor(problem: ApiProblem): string {
  const { title, hint } = wordsOf(problem);
  return problem.detail === undefined ? `${title} ${hint}` : `${title} ${problem.detail}`;
}
