/** The settings page. */
import { t } from '../../i18n/language.ts';
import { PageHead } from '../../parts/card.tsx';

export function SettingsPage() {
  return <PageHead title={t('nav.settings')} />;
}
