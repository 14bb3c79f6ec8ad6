/** Retained messages that were deleted in the last thirty days, and the way back. */
import { TRASH_KEPT_DAYS } from '../../../../hub/contract/limits.ts';
import type { TrashedRetained } from '../../../../hub/contract/topic.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { attempt } from '../../parts/attempt.ts';
import { Button } from '../../parts/button.tsx';
import { Sheet } from '../../parts/dialog.tsx';
import { Empty, Whenever } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { useResource } from '../../state/loading.ts';
import { sayRestored } from './delete-retained.tsx';

const SHOWN_MAX = 200;

export function TrashSheet({ onClose }: { onClose: () => void }) {
  const trash = useResource('trash', async (signal) => {
    return (await call('GET /api/v1/retained/trash', { query: { limit: SHOWN_MAX }, signal })).items;
  });
  const restore = (id: string) =>
    attempt(async () => {
      sayRestored(await call('POST /api/v1/retained/trash/restore', { body: { ids: [id] } }));
      await trash.reload();
    });
  return (
    <Sheet title={t('explorer.trash')} open onClose={onClose}>
      <p class="sub">{t('explorer.trashText', { days: TRASH_KEPT_DAYS })}</p>
      <Whenever state={trash.state.value} onRetry={() => void trash.reload()}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="trash-2" title={t('explorer.trashEmpty')} />
          ) : (
            <ul class="rows trash">
              {items.map((item) => (
                <Row key={item.id} item={item} onRestore={() => void restore(item.id)} />
              ))}
            </ul>
          )
        }
      </Whenever>
    </Sheet>
  );
}

function Row({ item, onRestore }: { item: TrashedRetained; onRestore: () => void }) {
  const { topic, preview, deletedMs, deletedBy } = item;
  return (
    <li>
      <span class="nm">
        <span class="mono">{topic}</span>
        <small class="mono muted tval">{preview}</small>
        <small class="muted">
          {deletedBy} · <Time atMs={deletedMs} />
        </small>
      </span>
      <Button size="sm" icon="undo-2" onClick={onRestore}>
        {t('explorer.restore')}
      </Button>
    </li>
  );
}
