/** With or without a token: without, the device waits to be let in; with one, it is registered here and now. */
import { useSignal } from '@preact/signals';
import type { HubInfo } from '../../../../hub/contract/hub-info.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { Seg } from '../../parts/choice.tsx';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { Icon } from '../../parts/icon.tsx';
import type { Target } from './snippets.ts';

/** The same letters as the contract's DeviceId, in the form of an input's pattern (v flag: the hyphen is escaped). */
const DEVICE_ID = '[A-Za-z0-9._:\\-]+';

type Way = 'without' | 'with';

export function Credentials({
  anonymous,
  onChange,
}: {
  anonymous: HubInfo['anonymous'];
  onChange: (credentials: Target['credentials']) => void;
}) {
  const way = useSignal<Way>(anonymous === 'refuse' ? 'with' : 'without');
  return (
    <>
      {anonymous === 'refuse' ? (
        <Hint text={t('setup.refuseHint')} />
      ) : (
        <div class="fieldset">
          <Seg<Way>
            label={t('setup.credentials')}
            value={way.value}
            options={[
              { value: 'without', label: t('setup.withoutToken'), icon: 'unplug' },
              { value: 'with', label: t('setup.withToken'), icon: 'key-round' },
            ]}
            onChange={(chosen) => {
              way.value = chosen;
              onChange(null);
            }}
          />
          {way.value === 'without' && (
            <Hint text={t(anonymous === 'open' ? 'setup.openHint' : 'setup.withoutTokenHint')} />
          )}
        </div>
      )}
      {way.value === 'with' && <TokenForm onChange={onChange} />}
    </>
  );
}

function TokenForm({ onChange }: { onChange: (credentials: Target['credentials']) => void }) {
  const id = useSignal('');
  const isMade = useSignal(false);
  if (isMade.value) return <Hint text={t('setup.tokenOnce')} />;
  const make = async () => {
    const { device, token } = await call('POST /api/v1/devices', { body: { id: id.value.trim() } });
    onChange({ user: device.id, password: token });
    isMade.value = true;
  };
  return (
    <div class="narrow">
      <Form submitLabel={t('setup.makeToken')} submitIcon="key-round" onSubmit={make}>
        <Field
          label={t('setup.deviceId')}
          hint={t('setup.deviceIdHint')}
          value={id.value}
          onInput={(value) => {
            id.value = value;
            onChange(value.trim() === '' ? null : { user: value.trim(), password: t('setup.placeholderToken') });
          }}
          input={{
            name: 'device',
            autocomplete: 'off',
            autocapitalize: 'none',
            spellcheck: false,
            required: true,
            maxLength: 64,
            pattern: DEVICE_ID,
          }}
        />
      </Form>
    </div>
  );
}

function Hint({ text }: { text: string }) {
  return (
    <p class="hint">
      <Icon name="info" />
      <span>{text}</span>
    </p>
  );
}
