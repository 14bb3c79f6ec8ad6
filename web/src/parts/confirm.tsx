/** Asks once more before something that cannot be undone. */
import { useSignal } from '@preact/signals';
import { t } from '../i18n/language.ts';
import { attempt } from './attempt.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

export function Confirm({
  title,
  text,
  confirmLabel,
  onConfirm,
  onClose,
}: {
  title: string;
  text: string;
  confirmLabel: string;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}) {
  const isBusy = useSignal(false);
  const confirm = async () => {
    isBusy.value = true;
    const isDone = await attempt(onConfirm);
    isBusy.value = false;
    if (isDone) onClose();
  };
  return (
    <Dialog
      open
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="danger" busy={isBusy.value} onClick={() => void confirm()}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <p class="sub">{text}</p>
    </Dialog>
  );
}
