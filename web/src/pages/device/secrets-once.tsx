/** Secrets shown once: to copy, to scan, and to try at once from a terminal with the real host and port. */
import { useEffect } from 'preact/hooks';
import type { Device, DeviceSecrets } from '../../../../hub/contract/device.ts';
import { ownTopic } from '../../../../hub/contract/topics.ts';
import { t } from '../../i18n/language.ts';
import { Button } from '../../parts/button.tsx';
import { CopyCode, CopyField } from '../../parts/copy-field.tsx';
import { Qr } from '../../parts/qr.tsx';
import { mqttAddress, wantHubInfo } from '../../state/hub-info.ts';

interface SecretsOnceProps {
  device: Device;
  secrets: DeviceSecrets;
  onDone: () => void;
}

export function SecretsOnce({ device, secrets, onDone }: SecretsOnceProps) {
  useEffect(wantHubInfo, []);
  const { host, port } = mqttAddress();
  return (
    <section class="stack secrets" aria-label={t('device.secretTitle')}>
      <div class="err">
        <div>
          <b>{t('device.secretTitle')}.</b> {t('device.secretText')}
        </div>
      </div>
      <div class="secret-row">
        <div class="stack">
          <CopyField label={t('device.secretToken')} value={secrets.token} />
          <CopyField label={t('device.secretSigning')} value={secrets.secret} isSecret />
          <p class="note">{t('device.secretSigningText')}</p>
        </div>
        <Qr label={t('device.secretQr')} text={connectionUrl(device.id, secrets.token, `${host}:${port}`)} />
      </div>
      <CopyCode label={t('device.secretTry')} code={tryLine(device.id, secrets.token, host, port)} />
      <Button icon="check" onClick={onDone}>
        {t('device.secretDone')}
      </Button>
    </section>
  );
}

function connectionUrl(id: string, token: string, address: string): string {
  return `mqtt://${encodeURIComponent(id)}:${encodeURIComponent(token)}@${address}`;
}

function tryLine(id: string, token: string, host: string, port: number): string {
  return [
    `mosquitto_pub -h ${host} -p ${port} -i '${id}' \\`,
    `  -u '${id}' -P '${token}' \\`,
    `  -q 1 -t '${ownTopic(id, 'telemetry')}' -m '{"v":{"temperature":21.5}}'`,
  ].join('\n');
}
