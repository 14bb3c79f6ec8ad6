/** Step 1: the owner's account, proved by the code from the log unless the browser is on the hub's own machine. */
import { useSignal } from '@preact/signals';
import { language, t } from '../../i18n/language.ts';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { NewPassword } from '../../parts/new-password.tsx';
import { createOwner } from '../../session.ts';
import { setupState } from '../../state/setup-state.ts';
import { StepHead } from './step-head.tsx';

export function OwnerStep({ onNext }: { onNext: () => void }) {
  const setup = setupState.state.value;
  const needsCode = setup.kind !== 'ready' || setup.value.codeRequired;
  const code = useSignal('');
  const username = useSignal('');
  const password = useSignal('');

  const create = async () => {
    const account = { username: username.value.trim(), password: password.value, language: language.value };
    await createOwner(needsCode ? { ...account, code: code.value.trim() } : account);
    if (setup.kind === 'ready') setupState.set({ ...setup.value, required: false });
    onNext();
  };

  return (
    <>
      <StepHead title={t('setup.ownerTitle')} lead={t('setup.ownerLead')} />
      <div class="narrow">
        <Form submitLabel={t('setup.create')} submitIcon="crown" onSubmit={create}>
          {needsCode && (
            <Field
              label={t('setup.code')}
              hint={t('setup.codeHint')}
              value={code.value}
              onInput={(value) => {
                code.value = value;
              }}
              input={{
                name: 'code',
                autocomplete: 'one-time-code',
                autocapitalize: 'none',
                spellcheck: false,
                required: true,
              }}
            />
          )}
          <Field
            label={t('setup.username')}
            hint={t('setup.usernameHint')}
            value={username.value}
            onInput={(value) => {
              username.value = value;
            }}
            input={{ name: 'username', autocomplete: 'username', spellcheck: false, required: true, maxLength: 32 }}
          />
          <NewPassword
            label={t('setup.password')}
            value={password.value}
            onInput={(value) => {
              password.value = value;
            }}
          />
        </Form>
      </div>
    </>
  );
}
