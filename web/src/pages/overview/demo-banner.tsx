/** Says that a demonstration is running or has left data behind, with the ways to stop and to remove it. */
import { useState } from 'preact/hooks';
import { t } from '../../i18n/language.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { ConfirmSentence } from '../../parts/confirm-sentence.tsx';
import { SimonMark } from '../../parts/device-icon.tsx';
import { problemOf, wordsOf } from '../../parts/states.tsx';
import { toast } from '../../parts/toast.tsx';
import { href } from '../../router.ts';
import { may } from '../../session.ts';
import { demo, removeDemoData, startDemo, stopDemo } from '../../state/demo.ts';
import { fleet } from '../../state/devices.ts';

export function DemoBanner() {
  const [isBusy, setBusy] = useState(false);
  const state = demo.value;
  if (state === null || (!state.running && !state.hasData)) return null;
  // it plays for somebody or not at all, like the real one
  const player = state.deviceId === null ? null : fleet.device(state.deviceId).value?.player;
  const waits = state.running && (player === null || player === undefined);
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
      <p class="grow">
        {t(waits ? 'overview.demoWaits' : state.running ? 'overview.demoRunning' : 'overview.demoStopped')}
      </p>
      {may('demo.run') && (
        <>
          {waits && state.deviceId !== null && (
            <LinkButton size="sm" kind="primary" icon="link" href={href('/pair', {}, { device: state.deviceId })}>
              {t('overview.demoPair')}
            </LinkButton>
          )}
          <Button
            size="sm"
            icon={state.running ? 'square' : 'play'}
            busy={isBusy}
            onClick={() => void attempt(state.running ? stopDemo : startDemo)}
          >
            {t(state.running ? 'overview.demoStop' : 'overview.demoStart')}
          </Button>
          {state.hasData && (
            <ConfirmSentence
              size="sm"
              icon="trash-2"
              label={t('overview.demoRemove')}
              sentence={t('overview.demoRemoveSure')}
              yes={t('overview.demoRemoveYes')}
              onYes={remove}
            />
          )}
        </>
      )}
    </section>
  );
}
