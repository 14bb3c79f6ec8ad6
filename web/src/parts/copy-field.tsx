/** A value to take along: shown in mono, copied by a button, masked when it is a secret. */
import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { Button, IconButton } from './button.tsx';
import { copyText } from './clipboard.ts';
import { highlight } from './highlight.ts';

type CopyState = 'idle' | 'copied' | 'byHand';
const SAID_MS = 2500;

function useCopy(text: string) {
  const source = useRef<HTMLElement>(null);
  const [state, setState] = useState<CopyState>('idle');
  const copy = async () => {
    setState((await copyText(text, source.current)) ? 'copied' : 'byHand');
    setTimeout(() => setState('idle'), SAID_MS);
  };
  return { source, state, copy: () => void copy() };
}

export function CopyField({ label, value, isSecret = false }: { label: string; value: string; isSecret?: boolean }) {
  const { source, state, copy } = useCopy(value);
  const [isShown, setShown] = useState(!isSecret);
  return (
    <div class="copy-field">
      <span class="label">{label}</span>
      <div class="field">
        <code ref={source} class="grow">
          {isShown ? value : '•'.repeat(12)}
        </code>
        {isSecret && (
          <IconButton
            icon={isShown ? 'eye-off' : 'eye'}
            label={t(isShown ? 'common.hide' : 'common.show')}
            kind="ghost"
            size="sm"
            onClick={() => setShown(!isShown)}
          />
        )}
        <IconButton
          icon={state === 'copied' ? 'check' : 'copy'}
          label={t('common.labelled', { label: t('common.copy'), text: label })}
          kind="ghost"
          size="sm"
          onClick={() => {
            if (!isShown && !isSecureContext) setShown(true);
            copy();
          }}
        />
      </div>
      <CopySaid state={state} />
    </div>
  );
}

/** Several lines of code with a copy button. */
export function CopyCode({ label, code }: { label: string; code: string }) {
  const { source, state, copy } = useCopy(code);
  return (
    <figure class="copy-code" aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls sideways must be reachable by keyboard */}
      <pre class="code" tabIndex={0}>
        <code ref={source}>
          {highlight(code).map(({ text, look }, index) =>
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never move
            look === null ? (
              text
            ) : (
              <span key={index} class={look}>
                {text}
              </span>
            ),
          )}
        </code>
      </pre>
      <figcaption class="row">
        <Button size="sm" icon={state === 'copied' ? 'check' : 'copy'} onClick={copy}>
          {t('common.copy')}
        </Button>
        <CopySaid state={state} />
      </figcaption>
    </figure>
  );
}

function CopySaid({ state }: { state: CopyState }) {
  return (
    <span class="said" role="status">
      {state === 'copied' && t('common.copied')}
      {state === 'byHand' && t('common.copyByHand')}
    </span>
  );
}
