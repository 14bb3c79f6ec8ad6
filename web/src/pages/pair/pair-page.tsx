/** The pair page. */
import { t } from '../../i18n/language.ts';
import { PageHead } from '../../parts/card.tsx';

export function PairPage() {
  return <PageHead title={t('nav.pair')} />;
}
