/** Deletes retained messages: what a filter takes is listed first, many are confirmed by their number, all can come back. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { RETAINED_DELETE_UNASKED_MAX, TRASH_KEPT_DAYS } from '../../../../hub/contract/limits.ts';
import { call } from '../../api.ts';
import { formatBytes } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { attempt } from '../../parts/attempt.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Empty, Skeleton, Whenever } from '../../parts/states.tsx';
import { toast } from '../../parts/toast.tsx';
import { useResource } from '../../state/loading.ts';

const TYPING_MS = 300;

export function DeleteRetained({ start, onClose }: { start: string; onClose: () => void }) {
  const typed = useSignal(start);
  const filter = useSignal(start);
  const number = useSignal('');
  const isBusy = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      filter.value = typed.value;
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed.value]);
  const preview = useResource(filter.value, async (signal) => {
    if (filter.value.trim() === '') return { count: 0, topics: [], batch: null };
    return call('POST /api/v1/retained/delete', { body: { filter: filter.value, dryRun: true }, signal });
  });
  const state = preview.state.value;
  const count = state.kind === 'ready' && typed.value === filter.value ? state.value.count : 0;
  const isAsked = count > RETAINED_DELETE_UNASKED_MAX;
  const mayDelete = count > 0 && (!isAsked || number.value === String(count));
  const remove = async () => {
    isBusy.value = true;
    const isDone = await attempt(async () => {
      const { count: deleted, batch } = await call('POST /api/v1/retained/delete', { body: { filter: filter.value } });
      toast({
        kind: 'ok',
        text: t('explorer.deleted', { count: deleted }),
        undo: batch === null ? undefined : () => void restore(batch),
      });
    });
    isBusy.value = false;
    if (isDone) onClose();
  };
  return (
    <Dialog
      open
      title={t('explorer.deleteRetained')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="danger" icon="trash-2" busy={isBusy.value} disabled={!mayDelete} onClick={() => void remove()}>
            {t('explorer.deleteCount', { count })}
          </Button>
        </>
      }
    >
      <p class="sub">{t('explorer.deleteText', { days: TRASH_KEPT_DAYS })}</p>
      <Field
        label={t('explorer.filter')}
        hint={t('explorer.filterHelp')}
        value={typed.value}
        onInput={(text) => {
          typed.value = text;
        }}
        input={{ spellcheck: false, autocomplete: 'off', class: 'mono' }}
      />
      <Whenever state={state} onRetry={() => void preview.reload()} skeleton={<Skeleton rows={3} height={22} />}>
        {({ count: found, topics }) =>
          found === 0 ? (
            <Empty icon="search" title={t('explorer.nothingRetained')} />
          ) : (
            <ul class="preview-list mono">
              {topics.map(({ topic, bytes }) => (
                <li key={topic}>
                  <span class="tval">{topic}</span> <span class="num muted">{formatBytes(bytes)}</span>
                </li>
              ))}
              {found > topics.length && (
                <li class="muted">{t('explorer.andMore', { count: found - topics.length })}</li>
              )}
            </ul>
          )
        }
      </Whenever>
      {isAsked && (
        <Field
          label={t('explorer.typeNumber', { count })}
          value={number.value}
          onInput={(text) => {
            number.value = text.trim();
          }}
          input={{ inputMode: 'numeric', autocomplete: 'off' }}
        />
      )}
    </Dialog>
  );
}

/** Brings back everything one deletion took. */
export async function restore(batch: string): Promise<void> {
  await attempt(async () => sayRestored(await call('POST /api/v1/retained/trash/restore', { body: { batch } })));
}

export function sayRestored({ restored, skipped }: { restored: number; skipped: number }): void {
  const text = t('explorer.restored', { count: restored });
  toast({ kind: 'ok', text: skipped === 0 ? text : `${text} ${t('explorer.skipped', { count: skipped })}` });
}
