/** The overview page. */
import { t } from '../../i18n/language.ts';
import { PageHead } from '../../parts/card.tsx';

export function OverviewPage() {
  return <PageHead title={t('nav.overview')} />;
}
