/** Says that a demonstration is running or has left data behind, with the ways to stop and to remove it. */
import { useState } from 'preact/hooks';
import { t } from '../../i18n/language.ts';
import { Button } from '../../parts/button.tsx';
import { ConfirmSentence } from '../../parts/confirm-sentence.tsx';
import { SimonMark } from '../../parts/device-icon.tsx';
import { problemOf, wordsOf } from '../../parts/states.tsx';
import { toast } from '../../parts/toast.tsx';
import { may } from '../../session.ts';
import { demo, removeDemoData, startDemo, stopDemo } from '../../state/demo.ts';

export function DemoBanner() {
  const [isBusy, setBusy] = useState(false);
  const state = demo.value;
  if (state === null || (!state.running && !state.hasData)) return null;
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      toast({ kind: 'bad', text: wordsOf(problemOf(error)).title });
    } finally {
      setBusy(false);
    }
  };
  const remove = (): Promise<void> =>
    attempt(async () => {
      await removeDemoData();
      toast({ kind: 'ok', text: t('overview.demoRemoved') });
    });
  return (
    <section class="card notice" aria-label={t('overview.demoTitle')}>
      <SimonMark />
      <p class="grow">{t(state.running ? 'overview.demoRunning' : 'overview.demoStopped')}</p>
      {may('demo.run') && (
        <>
          <Button
            size="sm"
            icon={state.running ? 'square' : 'play'}
            busy={isBusy}
            onClick={() => void attempt(state.running ? stopDemo : startDemo)}
          >
            {t(state.running ? 'overview.demoStop' : 'overview.demoStart')}
          </Button>
          <ConfirmSentence
            size="sm"
            icon="trash-2"
            label={t('overview.demoRemove')}
            sentence={t('overview.demoRemoveSure')}
            yes={t('overview.demoRemoveYes')}
            onYes={remove}
          />
        </>
      )}
    </section>
  );
}
