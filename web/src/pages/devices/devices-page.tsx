/** The devices page. */
import { t } from '../../i18n/language.ts';
import { PageHead } from '../../parts/card.tsx';

export function DevicesPage() {
  return <PageHead title={t('nav.devices')} />;
}
