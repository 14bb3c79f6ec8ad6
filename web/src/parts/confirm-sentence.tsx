/** A press that asks once more in words, in place: for what cannot be undone by a notice. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { Button, type ButtonProps } from './button.tsx';

interface ConfirmSentenceProps extends Pick<ButtonProps, 'icon' | 'size' | 'kind' | 'disabled'> {
  /** The button. */
  label: string;
  /** What will happen. */
  sentence: string;
  /** The button that does it. */
  yes: string;
  onYes: () => Promise<void>;
}

export function ConfirmSentence({ label, sentence, yes, onYes, ...look }: ConfirmSentenceProps) {
  const [step, setStep] = useState<'idle' | 'asking' | 'doing'>('idle');
  const question = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLSpanElement>(null);
  const wasAsking = useRef(false);
  // the focus goes to the harmless answer, and back to the button after it
  useEffect(() => {
    if (step === 'asking') question.current?.querySelector<HTMLElement>('button:last-of-type')?.focus();
    else if (step === 'idle' && wasAsking.current) opener.current?.querySelector('button')?.focus();
    wasAsking.current = step !== 'idle';
  }, [step]);
  if (step === 'idle') {
    return (
      <span ref={opener}>
        <Button {...look} onClick={() => setStep('asking')}>
          {label}
        </Button>
      </span>
    );
  }
  const act = async (): Promise<void> => {
    setStep('doing');
    try {
      await onYes();
    } finally {
      setStep('idle');
    }
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a question with two answers, not a form's fieldset
    <div class="sure" role="group" aria-label={label} ref={question}>
      <p>{sentence}</p>
      <div class="row wrap">
        <Button size="sm" kind="danger" busy={step === 'doing'} onClick={() => void act()}>
          {yes}
        </Button>
        <Button size="sm" kind="ghost" disabled={step === 'doing'} onClick={() => setStep('idle')}>
          {t('common.cancel')}
        </Button>
      </div>
    </div>
  );
}
