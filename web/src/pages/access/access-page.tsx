/** The access page. */
import { t } from '../../i18n/language.ts';
import { PageHead } from '../../parts/card.tsx';

export function AccessPage() {
  return <PageHead title={t('nav.access')} />;
}
