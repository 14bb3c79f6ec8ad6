/** Step 2: the lines that connect what people already own, with this hub's address, port and a token filled in. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { HubInfo } from '../../../../hub/contract/hub-info.ts';
import { t } from '../../i18n/language.ts';
import { Seg, Select } from '../../parts/choice.tsx';
import { CopyCode } from '../../parts/copy-field.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Qr } from '../../parts/qr.tsx';
import { Whenever } from '../../parts/states.tsx';
import { hubInfo, wantHubInfo } from '../../state/hub-info.ts';
import { hostsOf, isLoopback, originFor } from '../../state/reach.ts';
import { Credentials } from './credentials.tsx';
import { PLATFORMS, type Platform, type Target } from './snippets.ts';
import { StepFoot, StepHead } from './step-head.tsx';

export function ConnectStep({ onNext }: { onNext: () => void }) {
  useEffect(wantHubInfo, []);
  return (
    <>
      <StepHead title={t('setup.connectTitle')} lead={t('setup.connectLead')} />
      <Whenever state={hubInfo.state.value} onRetry={() => void hubInfo.reload()}>
        {(hub) => <Connect hub={hub} />}
      </Whenever>
      <StepFoot onNext={onNext} />
    </>
  );
}

function Connect({ hub }: { hub: HubInfo }) {
  const hosts = hostsOf(hub, location.hostname);
  const host = useSignal(hosts[0] ?? location.hostname);
  const credentials = useSignal<Target['credentials']>(null);
  return (
    <div class="connect">
      <div>
        {hub.mqttPort === null ? (
          <p class="err">
            <Icon name="triangle-alert" />
            <span>{t('setup.portOff')}</span>
          </p>
        ) : (
          <Lines target={{ host: host.value, port: hub.mqttPort, credentials: credentials.value }} />
        )}
        <Credentials
          anonymous={hub.anonymous}
          onChange={(chosen) => {
            credentials.value = chosen;
          }}
        />
      </div>
      <div>
        <Select
          label={t('setup.host')}
          value={host.value}
          options={hosts.map((value) => ({ value, label: value }))}
          onChange={(value) => {
            host.value = value;
          }}
        />
        {isLoopback(location.hostname) && hosts[0] !== location.hostname && (
          <p class="note">{t('setup.hostNote', { name: location.hostname })}</p>
        )}
        <div class="phone hide-s">
          <Qr text={originFor(host.value, location)} label={t('setup.phone')} />
          {t('setup.phone')}
        </div>
      </div>
    </div>
  );
}

function Lines({ target }: { target: Target }) {
  const chosen = useSignal<Platform['id']>('esp32');
  const platform = PLATFORMS.find(({ id }) => id === chosen.value);
  return (
    <>
      <Seg<Platform['id']>
        class="scroll"
        label={t('setup.platform')}
        value={chosen.value}
        options={PLATFORMS.map(({ id, name }) => ({ value: id, label: typeof name === 'string' ? name : t(name.key) }))}
        onChange={(id) => {
          chosen.value = id;
        }}
      />
      {platform !== undefined && (
        <div class="fieldset">
          <p class="sub">{t(platform.where)}</p>
          <CopyCode label={t(platform.where)} code={platform.lines(target)} />
        </div>
      )}
    </>
  );
}
