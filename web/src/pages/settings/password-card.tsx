/** Changing one's own password; the hub ends every other session with it. */
import { useSignal } from '@preact/signals';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { Card } from '../../parts/card.tsx';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { NewPassword } from '../../parts/new-password.tsx';
import { toast } from '../../parts/toast.tsx';
import { currentUser } from '../../session.ts';

export function PasswordCard() {
  const current = useSignal('');
  const next = useSignal('');
  const change = async () => {
    await call('PATCH /api/v1/auth/me', { body: { currentPassword: current.value, password: next.value } });
    current.value = '';
    next.value = '';
    toast({ kind: 'ok', text: t('settings.passwordChanged') });
  };
  return (
    <Card title={t('settings.password')} icon="key-round">
      <p class="note spaced">{t('settings.passwordLead')}</p>
      <Form submitLabel={t('settings.changePassword')} onSubmit={change}>
        {/* password managers ask which account a new password belongs to */}
        <input
          class="vh"
          type="text"
          autocomplete="username"
          value={currentUser.value?.username}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <Field
          label={t('settings.currentPassword')}
          type="password"
          value={current.value}
          onInput={(value) => {
            current.value = value;
          }}
          input={{ name: 'current-password', autocomplete: 'current-password', required: true }}
        />
        <NewPassword
          label={t('settings.newPassword')}
          value={next.value}
          onInput={(value) => {
            next.value = value;
          }}
        />
      </Form>
    </Card>
  );
}
