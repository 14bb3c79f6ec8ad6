/** The device's token: made, renewed, revoked; shown once with everything needed to use it. */
import { useState } from 'preact/hooks';
import type { Device, DeviceSecrets } from '../../../../hub/contract/device.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmSentence } from '../../parts/confirm-sentence.tsx';
import { problemOf, wordsOf } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { toast } from '../../parts/toast.tsx';
import { mayManage } from '../../session.ts';
import { SecretsOnce } from './secrets-once.tsx';

export function TokenCard({ device }: { device: Device }) {
  const [secrets, setSecrets] = useState<DeviceSecrets | null>(null);
  const params = { id: device.id };
  const create = (): Promise<void> =>
    attempt(async () => setSecrets(await call('POST /api/v1/devices/:id/token', { params })));
  const revoke = (): Promise<void> =>
    attempt(async () => {
      await call('DELETE /api/v1/devices/:id/token', { params });
      setSecrets(null);
      toast({ kind: 'ok', text: t('device.tokenRevoked') });
    });
  return (
    <Card icon="key-round" title={t('device.token')} end={<TokenAge createdMs={device.tokenCreatedMs} />}>
      {secrets === null ? (
        <p class="sub">{t(device.tokenCreatedMs === null ? 'device.tokenNoneText' : 'device.tokenText')}</p>
      ) : (
        <SecretsOnce device={device} secrets={secrets} onDone={() => setSecrets(null)} />
      )}
      {!mayManage(device) && <p class="note">{t('device.tokenDenied')}</p>}
      {mayManage(device) && secrets === null && (
        <div class="row wrap foot">
          {device.tokenCreatedMs === null ? (
            <CreateButton onCreate={create} />
          ) : (
            <>
              <ConfirmSentence
                size="sm"
                icon="refresh-cw"
                label={t('device.tokenRotate')}
                sentence={t('device.tokenRotateSure')}
                yes={t('device.tokenRotateYes')}
                onYes={create}
              />
              <ConfirmSentence
                size="sm"
                kind="ghost"
                icon="ban"
                label={t('device.tokenRevoke')}
                sentence={t('device.tokenRevokeSure')}
                yes={t('device.tokenRevokeYes')}
                onYes={revoke}
              />
            </>
          )}
        </div>
      )}
    </Card>
  );
}

function CreateButton({ onCreate }: { onCreate: () => Promise<void> }) {
  const [isBusy, setBusy] = useState(false);
  return (
    <Button
      kind="primary"
      icon="key-round"
      busy={isBusy}
      onClick={() => {
        setBusy(true);
        void onCreate().finally(() => setBusy(false));
      }}
    >
      {t('device.tokenCreate')}
    </Button>
  );
}

function TokenAge({ createdMs }: { createdMs: number | null }) {
  if (createdMs === null) return <>{t('device.tokenNone')}</>;
  return <Time atMs={createdMs} />;
}

async function attempt(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    toast({ kind: 'bad', text: `${t('device.tokenFailed')} ${wordsOf(problemOf(error)).title}` });
  }
}
