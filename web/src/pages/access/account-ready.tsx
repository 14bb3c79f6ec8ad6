/** The password of an account, shown once, with the lines that bring it into the program it is for. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n/language.ts';
import { Button } from '../../parts/button.tsx';
import { Seg } from '../../parts/choice.tsx';
import { CopyCode, CopyField } from '../../parts/copy-field.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { mqttAddress, wantHubInfo } from '../../state/hub-info.ts';
import { PLATFORMS, type Platform } from '../setup/snippets.ts';

const OFFERED = ['zigbee2mqtt', 'homeassistant', 'tasmota', 'esphome'] as const satisfies readonly Platform['id'][];
type Offered = (typeof OFFERED)[number];

export function AccountReady({ name, password, onClose }: { name: string; password: string; onClose: () => void }) {
  useEffect(wantHubInfo, []);
  const lower = name.toLowerCase();
  const chosen = useSignal<Offered>(OFFERED.find((id) => lower.includes(id)) ?? 'zigbee2mqtt');
  const platform = PLATFORMS.find(({ id }) => id === chosen.value);
  return (
    <Dialog
      open
      title={t('accounts.readyTitle', { name })}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          {t('common.done')}
        </Button>
      }
    >
      <p class="sub">{t('accounts.readyText')}</p>
      <CopyField label={t('accounts.name')} value={name} />
      <CopyField label={t('accounts.password')} value={password} isSecret />
      <Seg<Offered>
        class="scroll"
        label={t('accounts.program')}
        value={chosen.value}
        options={PLATFORMS.flatMap(({ id, name: label }) =>
          OFFERED.filter((offered) => offered === id).map((value) => ({ value, label: String(label) })),
        )}
        onChange={(id) => {
          chosen.value = id;
        }}
      />
      {platform !== undefined && (
        <div class="fieldset">
          <p class="sub">{t(platform.where)}</p>
          <CopyCode
            label={t(platform.where)}
            code={platform.lines({ ...mqttAddress(), credentials: { user: name, password } })}
          />
        </div>
      )}
    </Dialog>
  );
}
