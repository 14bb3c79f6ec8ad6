/** Any command, by its name: for what has no widget. */
import { useState } from 'preact/hooks';
import type { Device } from '../../../../../hub/contract/device.ts';
import { COMMAND_NAME_LENGTH_MAX } from '../../../../../hub/contract/limits.ts';
import { t } from '../../../i18n/language.ts';
import { Card } from '../../../parts/card.tsx';
import { Select } from '../../../parts/choice.tsx';
import { maySend, sendCommand } from '../../../parts/controls/send-command.ts';
import { valueIn } from '../../../parts/controls/typed-value.ts';
import { Field } from '../../../parts/field.tsx';
import { Form } from '../../../parts/form.tsx';

const TTLS_S = { minute: 60, hour: 3600, day: 86_400, week: 604_800 } as const;
type Ttl = keyof typeof TTLS_S;
const TTLS = ['minute', 'hour', 'day', 'week'] as const satisfies readonly Ttl[];
const PLAIN = { autocomplete: 'off', autocapitalize: 'none', spellcheck: false, class: 'mono' } as const;

export function CommandForm({ device }: { device: Device }) {
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const [ttl, setTtl] = useState<Ttl>('day');
  const value = valueIn(text);
  const send = async (): Promise<void> => {
    const ttlS = TTLS_S[ttl];
    await sendCommand(device.id, value === undefined ? { name, ttlS } : { name, value, ttlS });
  };
  return (
    <Card icon="send" title={t('control.raw')}>
      {maySend(device) ? (
        <Form submitLabel={t('control.send')} submitIcon="send" onSubmit={send}>
          <Field
            label={t('control.rawName')}
            value={name}
            onInput={setName}
            input={{ ...PLAIN, required: true, maxLength: COMMAND_NAME_LENGTH_MAX, pattern: '[A-Za-z0-9_.:\\-]+' }}
          />
          <Field
            label={t('control.rawValue')}
            hint={t(`control.as.${value === undefined ? 'nothing' : typeofValue(value)}`)}
            value={text}
            onInput={setText}
            input={{ ...PLAIN, maxLength: 256 }}
          />
          <Select
            label={t('control.ttl')}
            value={ttl}
            options={TTLS.map((one) => ({ value: one, label: t(`control.ttl.${one}`) }))}
            onChange={setTtl}
          />
        </Form>
      ) : (
        <p class="note">{t('control.denied')}</p>
      )}
    </Card>
  );
}

const typeofValue = (value: number | boolean | string): 'number' | 'boolean' | 'text' =>
  typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'text';
