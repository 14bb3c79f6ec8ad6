/** Somebody else has changed the board meanwhile: who, when, and which of the two shall stay. */
import type { Board } from '../../../../../hub/contract/board.ts';
import { t } from '../../../i18n/language.ts';
import { Button } from '../../../parts/button.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { Time } from '../../../parts/time.tsx';

interface StaleDialogProps {
  theirs: Board;
  onReload: () => void;
  onOverwrite: (theirs: Board) => Promise<void>;
  onClose: () => void;
}

export function StaleDialog({ theirs, onReload, onOverwrite, onClose }: StaleDialogProps) {
  return (
    <Dialog
      open
      title={t('board.staleTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('board.staleKeep')}</Button>
          <Button onClick={onReload}>{t('board.staleReload')}</Button>
          <Button kind="danger" onClick={() => void onOverwrite(theirs)}>
            {t('board.staleOverwrite')}
          </Button>
        </>
      }
    >
      <p class="sub">
        {t('board.staleText', { who: theirs.changedBy ?? t('board.somebody') })} <Time atMs={theirs.changedMs} />.
      </p>
    </Dialog>
  );
}
