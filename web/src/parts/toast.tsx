/** Short notices at the foot of the page; an undo stays long enough to be read, reached and pressed. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { Button, IconButton } from './button.tsx';
import { Icon } from './icon.tsx';

export interface Toast {
  text: string;
  kind?: 'ok' | 'bad' | 'plain' | undefined;
  /** Offered as "Undo" (or `undoLabel`) until the notice goes. */
  undo?: (() => void) | undefined;
  undoLabel?: string | undefined;
}

const SHOWN_MS = 8000;
/** Older notices give way. */
const SHOWN_MAX = 3;

interface Shown extends Toast {
  id: number;
}
const shown = signal<readonly Shown[]>([]);
let lastId = 0;

export function toast(notice: Toast): void {
  lastId += 1;
  shown.value = [...shown.value, { ...notice, id: lastId }].slice(-SHOWN_MAX);
}

export function ToastRegion() {
  return (
    <section class="toasts" aria-label={t('toast.region')} role="status">
      {shown.value.map((notice) => (
        <Notice key={notice.id} notice={notice} />
      ))}
    </section>
  );
}

function Notice({ notice }: { notice: Shown }) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const hide = () => {
    shown.value = shown.value.filter(({ id }) => id !== notice.id);
  };
  const hold = () => clearTimeout(timer.current);
  const release = () => {
    hold();
    timer.current = setTimeout(hide, SHOWN_MS);
  };
  useEffect(() => {
    release();
    return hold;
  }, []);
  const { kind = 'plain', text, undo } = notice;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: being looked at only stops the clock
    <div class={`toast ${kind}`} onPointerEnter={hold} onPointerLeave={release} onFocusIn={hold} onFocusOut={release}>
      <Icon name={kind === 'bad' ? 'circle-alert' : 'circle-check'} />
      <p>{text}</p>
      {undo !== undefined && (
        <Button
          size="sm"
          icon="undo-2"
          onClick={() => {
            hide();
            undo();
          }}
        >
          {notice.undoLabel ?? t('common.undo')}
        </Button>
      )}
      <IconButton icon="x" label={t('common.close')} kind="ghost" size="sm" onClick={hide} />
    </div>
  );
}
