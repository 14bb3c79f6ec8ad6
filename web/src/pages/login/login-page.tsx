/** Sign in. Where to go next is decided by the gate, so that a link opened while signed out still leads there. */
import { t } from '../../i18n/language.ts';
import { EntryFrame } from '../../shell/entry-frame.tsx';
import { SignInForm } from '../../shell/sign-in-form.tsx';
import { setupState } from '../../state/setup-state.ts';

export function LoginPage() {
  const setup = setupState.state.value;
  const registration = setup.kind === 'ready' ? setup.value.registration : 'closed';
  return (
    <EntryFrame title={t('login.title')} lead={t('login.lead')}>
      <section class="card" aria-label={t('login.title')}>
        <SignInForm />
      </section>
      {registration === 'open' && (
        <p class="aside">
          {t('login.noAccount')} <a href="/register">{t('login.register')}</a>
        </p>
      )}
      {registration === 'invite' && (
        <p class="aside">
          <a href="/register">{t('login.hasInvite')}</a>
        </p>
      )}
    </EntryFrame>
  );
}
