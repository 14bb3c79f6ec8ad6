/** The demonstration Simon: start it, stop it, and take everything it made away. */
import { useSignal } from '@preact/signals';
import type { DemoState } from '../../../../hub/contract/hub-info.ts';
import { t } from '../../i18n/language.ts';
import { attempt } from '../../parts/attempt.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Skeleton, Whenever } from '../../parts/states.tsx';
import { toast } from '../../parts/toast.tsx';
import { demo, loadDemo, removeDemoData, startDemo, stopDemo } from '../../state/demo.ts';
import { useResource } from '../../state/loading.ts';

export function DemoCard() {
  const asked = useResource('demo', loadDemo);
  const state = demo.value;
  return (
    <Card
      title={t('settings.demo')}
      icon="gamepad-2"
      end={
        state !== null && (
          <span class={`st ${state.running ? 'ok' : 'off'}`}>
            {t(state.running ? 'settings.demoRunning' : 'settings.demoStopped')}
          </span>
        )
      }
    >
      <p class="note">{t('settings.demoText')}</p>
      <Whenever
        state={asked.state.value}
        onRetry={() => void asked.reload()}
        skeleton={<Skeleton rows={1} height={34} />}
      >
        {() => state !== null && <Actions state={state} />}
      </Whenever>
    </Card>
  );
}

function Actions({ state }: { state: DemoState }) {
  const isBusy = useSignal(false);
  const act = async (work: () => Promise<void>, done?: string) => {
    isBusy.value = true;
    const isDone = await attempt(work);
    isBusy.value = false;
    if (isDone && done !== undefined) toast({ kind: 'ok', text: done });
  };
  return (
    <div class="card-foot">
      {state.running ? (
        <Button icon="square" busy={isBusy.value} onClick={() => void act(stopDemo)}>
          {t('settings.demoStop')}
        </Button>
      ) : (
        <Button icon="play" busy={isBusy.value} onClick={() => void act(startDemo)}>
          {t('settings.demoStart')}
        </Button>
      )}
      {state.hasData && (
        <Button icon="trash-2" busy={isBusy.value} onClick={() => void act(removeDemoData, t('settings.demoRemoved'))}>
          {t('settings.demoRemove')}
        </Button>
      )}
    </div>
  );
}
