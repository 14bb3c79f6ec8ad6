/** What a destination said it will never take: why, and whether to send it again or let it go. */
import type { ComponentChildren } from 'preact';
import type { DeadLetter, Destination } from '../../../../hub/contract/destination.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { attempt } from '../../parts/attempt.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { Sheet } from '../../parts/dialog.tsx';
import { Empty, Whenever } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { toast } from '../../parts/toast.tsx';
import { may } from '../../session.ts';
import { useResource } from '../../state/loading.ts';
import { failureWords } from './failure-words.ts';

const SHOWN_MAX = 200;

interface DeadLettersSheetProps {
  destination: Destination;
  onClose: () => void;
}

export function DeadLettersSheet({ destination: { id, name }, onClose }: DeadLettersSheetProps) {
  const letters = useResource(id, async (signal) => {
    const query = { limit: SHOWN_MAX };
    return (await call('GET /api/v1/destinations/:id/dead-letters', { params: { id }, query, signal })).items;
  });
  const resend = (ids?: string[]) =>
    attempt(async () => {
      const body = ids === undefined ? {} : { ids };
      const { count } = await call('POST /api/v1/destinations/:id/dead-letters/resend', { params: { id }, body });
      toast({ kind: 'ok', text: t('forwarding.resent', { count }) });
      await letters.reload();
    });
  const discard = (ids?: string[]) =>
    attempt(async () => {
      const body = ids === undefined ? {} : { ids };
      const { count } = await call('POST /api/v1/destinations/:id/dead-letters/discard', { params: { id }, body });
      toast({ kind: 'ok', text: t('forwarding.discarded', { count }) });
      await letters.reload();
    });
  const mayAct = may('forwarding.manage');
  return (
    <Sheet title={t('forwarding.letters', { name })} open onClose={onClose}>
      <p class="sub">{t('forwarding.lettersText')}</p>
      <Whenever state={letters.state.value} onRetry={() => void letters.reload()}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="check" title={t('forwarding.lettersNone')} />
          ) : (
            <>
              <ul class="rows letters">
                {items.map((letter) => (
                  <Row
                    key={letter.id}
                    letter={letter}
                    actions={
                      mayAct && (
                        <>
                          <Button size="sm" icon="send" onClick={() => void resend([letter.id])}>
                            {t('forwarding.resend')}
                          </Button>
                          <IconButton
                            icon="trash-2"
                            label={t('forwarding.discardOne')}
                            kind="ghost"
                            size="sm"
                            onClick={() => void discard([letter.id])}
                          />
                        </>
                      )
                    }
                  />
                ))}
              </ul>
              {mayAct && (
                <div class="card-foot row">
                  <Button kind="primary" icon="send" onClick={() => void resend()}>
                    {t('forwarding.resendAll')}
                  </Button>
                  <Button kind="danger" icon="trash-2" onClick={() => void discard()}>
                    {t('forwarding.discardAll')}
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Whenever>
    </Sheet>
  );
}

function Row({ letter, actions }: { letter: DeadLetter; actions: ComponentChildren }) {
  const { topic, type, deviceId, preview, deadMs } = letter;
  const title = type === null ? (topic ?? '') : t('forwarding.letterOf', { type, device: deviceId ?? '' });
  return (
    <li>
      <span class="nm">
        <span class="mono">{title}</span>
        <small class="mono muted tval">{preview}</small>
        <small>
          {failureWords(letter)} · <Time atMs={deadMs} />
        </small>
      </span>
      {actions}
    </li>
  );
}
