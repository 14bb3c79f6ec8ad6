/** Theme and language, wherever they can be changed: the account menu, the sign-in pages, the settings. */
import { call } from '../api.ts';
import { LANGUAGE_NAMES, LANGUAGES, type Language, language, speak, t } from '../i18n/language.ts';
import { attempt } from '../parts/attempt.ts';
import { Seg, Select } from '../parts/choice.tsx';
import { session, updateUser } from '../session.ts';
import { chooseTheme, type Theme, theme } from '../theme.ts';

const THEME_OPTIONS = [
  { value: 'auto', icon: 'sun-moon', label: 'theme.auto' },
  { value: 'light', icon: 'sun', label: 'theme.light' },
  { value: 'dark', icon: 'moon', label: 'theme.dark' },
] as const;

export function ThemeSeg({ iconsOnly = true }: { iconsOnly?: boolean }) {
  const options = THEME_OPTIONS.map((option) => ({ ...option, label: t(option.label) }));
  return (
    <Seg<Theme>
      label={t('theme.label')}
      value={theme.value}
      options={options}
      onChange={chooseTheme}
      iconsOnly={iconsOnly}
    />
  );
}

const LANGUAGE_OPTIONS = LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }));

export function LanguageSeg() {
  return (
    <Seg<Language>
      label={t('language.label')}
      value={language.value}
      options={LANGUAGE_OPTIONS}
      onChange={(next) => void chooseLanguage(next)}
    />
  );
}

export function LanguageSelect() {
  return (
    <Select<Language>
      isBare
      label={t('language.label')}
      value={language.value}
      options={LANGUAGE_OPTIONS}
      onChange={(next) => void chooseLanguage(next)}
    />
  );
}

/** Speaks it at once, and remembers it with the account when somebody is signed in. */
async function chooseLanguage(next: Language): Promise<void> {
  await speak(next);
  if (session.value.kind !== 'signed-in') return;
  await attempt(async () => updateUser(await call('PATCH /api/v1/auth/me', { body: { language: next } })));
}
