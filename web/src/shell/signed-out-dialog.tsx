/** Stands over the page when its session ended; signing in again goes on where it was, with everything typed. */
import { t } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { forget, session } from '../session.ts';
import { SignInForm } from './sign-in-form.tsx';

export function SignedOutDialog() {
  const now = session.value;
  if (now.kind !== 'ended') return null;
  return (
    <Dialog title={t('signedOut.title')} open>
      <p class="sub">{t('signedOut.text')}</p>
      <SignInForm username={now.user.username} />
      <Button kind="ghost" onClick={forget}>
        {t('signedOut.leave')}
      </Button>
    </Dialog>
  );
}
