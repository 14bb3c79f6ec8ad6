/** Native modal dialogs: in the middle, or as a sheet from the edge. The browser keeps focus inside and brings it back. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { IconButton } from './button.tsx';

export interface DialogProps {
  title: string;
  open: boolean;
  /** Esc, the cross and a press outside; leave it out for a dialog that must be answered. */
  onClose?: (() => void) | undefined;
  children: ComponentChildren;
  /** Buttons at the foot. */
  actions?: ComponentChildren;
  shape?: 'box' | 'sheet' | undefined;
}

export function Dialog({ title, open, onClose, children, actions, shape = 'box' }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!open || element === null) return undefined;
    const opener = document.activeElement;
    element.showModal();
    // typing comes first where there is something to type; otherwise reading, not the button that closes
    (element.querySelector<HTMLElement>('input:not(:read-only)') ?? element.querySelector('h2'))?.focus();
    return () => {
      element.close();
      // a dialog that has left the page before it was closed does not give the focus back itself
      if (document.activeElement === document.body && opener instanceof HTMLElement) opener.focus();
    };
  }, [open]);
  if (!open) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc is the keyboard's way and the browser's own
    <dialog
      ref={dialog}
      class={shape}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose?.();
      }}
    >
      <div class="dialog-body">
        <header>
          <h2 id={id} tabIndex={-1}>
            {title}
          </h2>
          {onClose !== undefined && (
            <IconButton icon="x" label={t('common.close')} kind="ghost" size="sm" onClick={onClose} />
          )}
        </header>
        {children}
        {actions !== undefined && <footer>{actions}</footer>}
      </div>
    </dialog>
  );
}

/** The same as a drawer: from the right on a desk, from below on a phone. */
export function Sheet(props: Omit<DialogProps, 'shape'>) {
  return <Dialog {...props} shape="sheet" />;
}
