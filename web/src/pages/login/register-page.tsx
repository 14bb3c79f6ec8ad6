/** Making an account: open to all, by invitation, or not at all, as the hub is configured. */
import { useSignal } from '@preact/signals';
import { callPublic } from '../../api.ts';
import { language, t } from '../../i18n/language.ts';
import { LinkButton } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { NewPassword } from '../../parts/new-password.tsx';
import { Empty } from '../../parts/states.tsx';
import { toast } from '../../parts/toast.tsx';
import { place } from '../../router.ts';
import { signIn } from '../../session.ts';
import { EntryFrame } from '../../shell/entry-frame.tsx';
import { setupState } from '../../state/setup-state.ts';

export function RegisterPage() {
  const setup = setupState.state.value;
  const registration = setup.kind === 'ready' ? setup.value.registration : 'closed';
  return (
    <EntryFrame title={t('register.title')} lead={registration === 'closed' ? undefined : t('register.lead')}>
      <section class="card" aria-label={t('register.title')}>
        {registration === 'closed' ? (
          <Empty icon="shield" title={t('register.closed')} text={t('register.closedText')}>
            <LinkButton href="/login" kind="primary">
              {t('login.title')}
            </LinkButton>
          </Empty>
        ) : (
          <RegisterForm isInvited={registration === 'invite'} />
        )}
      </section>
      {registration !== 'closed' && (
        <p class="aside">
          {t('register.haveAccount')} <a href="/login">{t('login.title')}</a>
        </p>
      )}
    </EntryFrame>
  );
}

function RegisterForm({ isInvited }: { isInvited: boolean }) {
  const invite = useSignal(place.value.query.get('invite') ?? '');
  const username = useSignal('');
  const password = useSignal('');
  const needsInvite = isInvited || invite.value !== '';

  const register = async () => {
    const account = { username: username.value.trim(), password: password.value };
    const code = invite.value.trim();
    const body = { ...account, language: language.value, ...(code === '' ? {} : { invite: code }) };
    await callPublic('POST /api/v1/auth/register', { body });
    await signIn({ ...account, keep: true });
    toast({ kind: 'ok', text: t('register.done') });
  };

  return (
    <Form submitLabel={t('register.submit')} onSubmit={register}>
      {needsInvite && (
        <Field
          label={t('register.invite')}
          hint={t('register.inviteHint')}
          value={invite.value}
          onInput={(value) => {
            invite.value = value;
          }}
          input={{
            name: 'invite',
            autocomplete: 'one-time-code',
            autocapitalize: 'none',
            spellcheck: false,
            required: true,
          }}
        />
      )}
      <Field
        label={t('login.username')}
        hint={t('register.usernameHint')}
        value={username.value}
        onInput={(value) => {
          username.value = value;
        }}
        input={{ name: 'username', autocomplete: 'username', spellcheck: false, required: true, maxLength: 32 }}
      />
      <NewPassword
        label={t('login.password')}
        value={password.value}
        onInput={(value) => {
          password.value = value;
        }}
      />
    </Form>
  );
}
