/** The demonstration Simon: start it, stop it, and take everything it made away. */
import { useSignal } from '@preact/signals';
import type { DemoState } from '../../../../hub/contract/hub-info.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { attempt } from '../../parts/attempt.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Skeleton, Whenever } from '../../parts/states.tsx';
import { toast } from '../../parts/toast.tsx';
import { type Resource, useResource } from '../../state/loading.ts';

export function DemoCard() {
  const demo = useResource('demo', (signal) => call('GET /api/v1/demo', { signal }));
  const state = demo.state.value;
  const isRunning = state.kind === 'ready' && state.value.running;
  return (
    <Card
      title={t('settings.demo')}
      icon="gamepad-2"
      end={
        state.kind === 'ready' && (
          <span class={`st ${isRunning ? 'ok' : 'off'}`}>
            {t(isRunning ? 'settings.demoRunning' : 'settings.demoStopped')}
          </span>
        )
      }
    >
      <p class="note">{t('settings.demoText')}</p>
      <Whenever state={state} onRetry={() => void demo.reload()} skeleton={<Skeleton rows={1} height={34} />}>
        {(value) => <Actions demo={value} resource={demo} />}
      </Whenever>
    </Card>
  );
}

function Actions({ demo, resource }: { demo: DemoState; resource: Resource<DemoState> }) {
  const isBusy = useSignal(false);
  const act = async (work: () => Promise<DemoState>, done?: string) => {
    isBusy.value = true;
    await attempt(async () => {
      resource.set(await work());
      if (done !== undefined) toast({ kind: 'ok', text: done });
    });
    isBusy.value = false;
  };
  return (
    <div class="card-foot">
      {demo.running ? (
        <Button icon="square" busy={isBusy.value} onClick={() => void act(() => call('DELETE /api/v1/demo'))}>
          {t('settings.demoStop')}
        </Button>
      ) : (
        <Button icon="play" busy={isBusy.value} onClick={() => void act(() => call('POST /api/v1/demo'))}>
          {t('settings.demoStart')}
        </Button>
      )}
      {demo.hasData && (
        <Button
          icon="trash-2"
          busy={isBusy.value}
          onClick={() => void act(() => call('DELETE /api/v1/demo/data'), t('settings.demoRemoved'))}
        >
          {t('settings.demoRemove')}
        </Button>
      )}
    </div>
  );
}
