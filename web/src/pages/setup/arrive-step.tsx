/** Step 3: watches the door. Turns green when something connects, and lets it in. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { WaitingDevice } from '../../../../hub/contract/device.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { attempt } from '../../parts/attempt.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Time } from '../../parts/time.tsx';
import { toast } from '../../parts/toast.tsx';
import { demo, startDemo } from '../../state/demo.ts';
import { fleet } from '../../state/devices.ts';
import { hubInfo, wantHubInfo } from '../../state/hub-info.ts';
import { hostsOf } from '../../state/reach.ts';
import { waitingDevices } from '../../state/waiting.ts';
import { StepFoot, StepHead } from './step-head.tsx';

/** A page of the setup is not the device list. */
const ROWS_MAX = 6;

export function ArriveStep({ onNext }: { onNext: () => void }) {
  useEffect(wantHubInfo, []);
  const waiting = waitingDevices.value;
  const known = fleet.ids.value;
  // a device that was only registered is on the list, but has not arrived
  const count = waiting.length + known.length - fleet.counts.value.never;
  return (
    <>
      <StepHead title={t('setup.arriveTitle')} lead={t('setup.arriveLead')} />
      <div class={count > 0 ? 'arrive here' : 'arrive'} role="status">
        <span class="beacon">
          <Icon name={count > 0 ? 'circle-check' : 'radio'} />
        </span>
        <b>{count > 0 ? t('setup.arrived', { count }) : t('setup.waitingFor', { address: listeningOn() })}</b>
        <p class="sub">{t(count > 0 ? 'setup.arrivedText' : 'setup.waitingText')}</p>
      </div>
      <ul class="rows">
        {waiting.slice(0, ROWS_MAX).map((device) => (
          <WaitingRow key={device.id} device={device} />
        ))}
        {known.slice(0, Math.max(0, ROWS_MAX - waiting.length)).map((id) => (
          <KnownRow key={id} id={id} />
        ))}
      </ul>
      <Demo />
      <StepFoot onNext={onNext} back="/setup?step=connect" />
    </>
  );
}

function WaitingRow({ device }: { device: WaitingDevice }) {
  const isBusy = useSignal(false);
  const adopt = async () => {
    isBusy.value = true;
    await attempt(async () => {
      const adopted = await call('POST /api/v1/devices/waiting/:id/adopt', { params: { id: device.id }, body: {} });
      toast({ kind: 'ok', text: t('setup.adopted', { name: adopted.name }) });
    });
    isBusy.value = false;
  };
  return (
    <li>
      <span class="ic">
        <Icon name="plug-zap" />
      </span>
      <span class="nm">
        {device.deviceId ?? device.clientId}
        <small>
          {t('setup.waits')} · {device.address} · <Time atMs={device.lastSeenMs} />
        </small>
      </span>
      <Button size="sm" icon="plus" busy={isBusy.value} onClick={() => void adopt()}>
        {t('setup.adopt')}
      </Button>
    </li>
  );
}

function KnownRow({ id }: { id: string }) {
  const device = fleet.device(id).value;
  if (device === undefined) return null;
  return (
    <li>
      <span class="ic">
        <Icon name="cpu" />
      </span>
      <span class="nm">
        {device.name}
        <small>{device.address ?? device.id}</small>
      </span>
      <span class={`st ${device.status === 'online' ? 'ok' : 'off'}`}>{t(`status.${device.status}`)}</span>
    </li>
  );
}

/** A Simon inside the hub, for whoever has no hardware at hand. */
function Demo() {
  const isBusy = useSignal(false);
  const isRunning = demo.value?.running ?? false;
  const start = async () => {
    isBusy.value = true;
    await attempt(startDemo);
    isBusy.value = false;
  };
  return (
    <div class="row wrap demo">
      {isRunning ? (
        <span class="st ok">{t('setup.demoRunning')}</span>
      ) : (
        <Button icon="gamepad-2" busy={isBusy.value} onClick={() => void start()}>
          {t('setup.demo')}
        </Button>
      )}
      <p class="note">{t(isRunning ? 'setup.demoMarked' : 'setup.demoHint')}</p>
    </div>
  );
}

function listeningOn(): string {
  const hub = hubInfo.state.value;
  if (hub.kind !== 'ready') return location.hostname;
  return `${hostsOf(hub.value, location.hostname)[0]}:${hub.value.mqttPort ?? '–'}`;
}
