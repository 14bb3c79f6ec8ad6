/** The waiting room: devices that connected without credentials, each with Adopt, and Pair for a Simon. */
import { useState } from 'preact/hooks';
import type { WaitingDevice } from '../../../../hub/contract/device.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { SimonMark } from '../../parts/device-icon.tsx';
import { Icon } from '../../parts/icon.tsx';
import { problemOf, wordsOf } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { toast } from '../../parts/toast.tsx';
import { href } from '../../router.ts';
import { may } from '../../session.ts';
import { fleet } from '../../state/devices.ts';
import { setWaiting, waitingDevices } from '../../state/waiting.ts';

/** A room full of strangers must not push the fleet off the page; the rest follows as these are adopted. */
const SHOWN_MAX = 8;

export function NewDevices() {
  const waiting = waitingDevices.value;
  if (waiting.length === 0) return null;
  return (
    <section class="card new-devices" aria-label={t('devices.newTitle')}>
      <header>
        <Icon name="plug" />
        <h2>{t('devices.newTitle')}</h2>
        <span class="tag num">{t('devices.newCount', { count: waiting.length })}</span>
      </header>
      <p class="sub">{t('devices.newText')}</p>
      <ul>
        {waiting.slice(0, SHOWN_MAX).map((device) => (
          <NewDevice key={device.id} device={device} />
        ))}
      </ul>
    </section>
  );
}

function NewDevice({ device }: { device: WaitingDevice }) {
  const [isBusy, setBusy] = useState(false);
  const name = device.deviceId ?? device.clientId;
  const adopt = async (): Promise<void> => {
    setBusy(true);
    try {
      const adopted = await call('POST /api/v1/devices/waiting/:id/adopt', { params: { id: device.id }, body: {} });
      fleet.put(adopted);
      setWaiting(waitingDevices.peek().filter(({ id }) => id !== device.id));
      toast({ kind: 'ok', text: t('devices.adopted', { name: adopted.name }) });
    } catch (error) {
      toast({ kind: 'bad', text: `${t('devices.adoptFailed', { name })} ${wordsOf(problemOf(error)).title}` });
      setBusy(false);
    }
  };
  return (
    <li class="wr">
      {device.dialect === 'simon' ? <SimonMark /> : <Icon name="microchip" />}
      <span class="nm">
        <span class="cut">{name}</span>
        <small class="cut">
          {device.clientId} · {device.address} · <Time atMs={device.lastSeenMs} />
        </small>
      </span>
      <span class="row end">
        {device.dialect === 'simon' && may('pairing.self') && (
          <LinkButton size="sm" icon="link" href={href('/pair', {}, { device: name })}>
            {t('devices.pair')}
          </LinkButton>
        )}
        <Button
          size="sm"
          kind={device.dialect === 'simon' ? 'ghost' : 'plain'}
          busy={isBusy}
          disabled={!may('devices.adopt')}
          onClick={() => void adopt()}
          more={{ 'aria-label': `${t('devices.adopt')} ${name}` }}
        >
          {t('devices.adopt')}
        </Button>
      </span>
    </li>
  );
}
