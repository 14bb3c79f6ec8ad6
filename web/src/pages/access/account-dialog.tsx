/** Making an account, or changing one: its name, a password that the hub keeps only as a hash, and its rules. */
import { useSignal } from '@preact/signals';
import type { Account } from '../../../../hub/contract/account.ts';
import { ACCOUNT_NAME_LENGTH_MAX, PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from '../../../../hub/contract/limits.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { Button } from '../../parts/button.tsx';
import { Checkbox, Seg } from '../../parts/choice.tsx';
import { Sheet } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { makePassword } from './make-password.ts';
import { rulesOf } from './rule-lines.ts';
import { RulesField } from './rules-field.tsx';

/** The letters of the contract's AccountName, in the form of an input's pattern. */
const NAME = '[\\p{L}\\p{N}_](?:[\\p{L}\\p{N} ._@\\-]*[\\p{L}\\p{N}._@\\-])?';

/** What well-known programs need. */
const STARTS = [
  { id: 'zigbee2mqtt', name: 'Zigbee2MQTT', rules: 'topic readwrite zigbee2mqtt/#\ntopic readwrite homeassistant/#' },
  { id: 'homeassistant', name: 'Home Assistant', rules: 'topic readwrite #' },
  {
    id: 'tasmota',
    name: 'Tasmota',
    rules: 'topic readwrite cmnd/#\ntopic readwrite stat/#\ntopic readwrite tele/#\ntopic write tasmota/discovery/#',
  },
] as const;
type Start = (typeof STARTS)[number]['id'];

export interface Saved {
  account: Account;
  /** When it is a new one: it is shown now or never. */
  password: string | null;
}

export function AccountDialog({
  account,
  onSaved,
  onClose,
}: {
  /** Null: a new one. */
  account: Account | null;
  onSaved: (saved: Saved) => void;
  onClose: () => void;
}) {
  const name = useSignal(account?.name ?? '');
  const password = useSignal(account === null ? makePassword() : '');
  const rules = useSignal(account?.rules.join('\n') ?? '');
  const save = async () => {
    const body = { rules: rulesOf(rules.value) };
    const secret = password.value;
    const saved =
      account === null
        ? await call('POST /api/v1/accounts', { body: { ...body, name: name.value.trim(), password: secret } })
        : await call('PATCH /api/v1/accounts/:name', {
            params: { name: account.name },
            body: secret === '' ? body : { ...body, password: secret },
          });
    onSaved({ account: saved, password: secret === '' ? null : secret });
  };
  return (
    <Sheet
      open
      title={account === null ? t('accounts.create') : t('accounts.editOf', { name: account.name })}
      onClose={onClose}
    >
      <Form submitLabel={t(account === null ? 'accounts.submit' : 'accounts.save')} onSubmit={save}>
        {account === null && (
          <Field
            label={t('accounts.name')}
            hint={t('accounts.nameHint')}
            value={name.value}
            onInput={(value) => {
              name.value = value;
            }}
            input={{
              name: 'account',
              autocomplete: 'off',
              autocapitalize: 'none',
              spellcheck: false,
              required: true,
              maxLength: ACCOUNT_NAME_LENGTH_MAX,
              pattern: NAME,
            }}
          />
        )}
        <Password
          isNew={account === null}
          value={password.value}
          onInput={(value) => {
            password.value = value;
          }}
        />
        {account === null && (
          <RulesToStart
            value={rules.value}
            onChange={(value) => {
              rules.value = value;
            }}
          />
        )}
        <RulesField
          value={rules.value}
          onInput={(value) => {
            rules.value = value;
          }}
        />
      </Form>
    </Sheet>
  );
}

function RulesToStart({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <div class="fieldset">
      <p class="note">{t('accounts.start')}</p>
      <Seg<Start | ''>
        class="scroll"
        label={t('accounts.start')}
        value={STARTS.find(({ rules }) => rules === value)?.id ?? ''}
        options={STARTS.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(chosen) => onChange(STARTS.find(({ id }) => id === chosen)?.rules ?? '')}
      />
    </div>
  );
}

function Password({ isNew, value, onInput }: { isNew: boolean; value: string; onInput: (value: string) => void }) {
  const isChanging = useSignal(isNew);
  if (!isChanging.value) {
    return (
      <Checkbox
        label={t('accounts.newPassword')}
        checked={false}
        onChange={() => {
          isChanging.value = true;
          onInput(makePassword());
        }}
      />
    );
  }
  return (
    <div class="password-row">
      <Field
        label={t('accounts.password')}
        hint={t(isNew ? 'accounts.passwordHint' : 'accounts.newPasswordHint')}
        value={value}
        onInput={onInput}
        input={{
          autocomplete: 'off',
          autocapitalize: 'none',
          spellcheck: false,
          required: true,
          minLength: PASSWORD_LENGTH_MIN,
          maxLength: PASSWORD_LENGTH_MAX,
        }}
      />
      <Button icon="refresh-cw" onClick={() => onInput(makePassword())}>
        {t('accounts.generate')}
      </Button>
    </div>
  );
}
