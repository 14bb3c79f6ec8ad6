/** The signed-in person: name, role, theme, language, sign out; a menu on a desk, part of "More" on a phone. */
import { ApiProblem } from '../http.ts';
import { t } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { Menu, MenuItem } from '../parts/menu.tsx';
import { toast } from '../parts/toast.tsx';
import { currentUser, signOut } from '../session.ts';
import { keysOpen } from './keys.ts';
import { LanguageSeg, ThemeSeg } from './preferences.tsx';

export function AccountMenu() {
  const user = currentUser.value;
  if (user === null) return null;
  return (
    <Menu
      buttonClass="account"
      button={
        <>
          <Avatar name={user.username} />
          <span class="who">
            <span class="vh">{t('account.label')}:</span> {user.username} <small>{t(`role.${user.role}`)}</small>
          </span>
          <Icon name="chevron-up" />
        </>
      }
    >
      <PreferenceRows />
      <hr />
      <AccountItems />
    </Menu>
  );
}

/** Who is signed in, where there is no menu that says so. */
export function AccountName() {
  const user = currentUser.value;
  return (
    user !== null && (
      <p class="menu-row account-name">
        <Avatar name={user.username} />
        <b class="cut">{user.username}</b>
        <small class="muted">{t(`role.${user.role}`)}</small>
      </p>
    )
  );
}

export function PreferenceRows() {
  return (
    <>
      <div class="menu-row">
        <span>{t('theme.label')}</span>
        <ThemeSeg />
      </div>
      <div class="menu-row">
        <span>{t('language.label')}</span>
        <LanguageSeg />
      </div>
    </>
  );
}

export function AccountItems() {
  return (
    <>
      <MenuItem
        icon="keyboard"
        onClick={() => {
          keysOpen.value = true;
        }}
      >
        {t('keys.open')}
      </MenuItem>
      <MenuItem icon="log-out" onClick={() => void leave()}>
        {t('account.signOut')}
      </MenuItem>
    </>
  );
}

export function Avatar({ name }: { name: string }) {
  return (
    <span class="avatar" aria-hidden="true">
      {[...name][0]?.toUpperCase()}
    </span>
  );
}

async function leave(): Promise<void> {
  try {
    await signOut();
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    toast({ kind: 'bad', text: t('account.signOutFailed') });
  }
}
