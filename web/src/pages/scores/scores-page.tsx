/** The scores page. */
import { t } from '../../i18n/language.ts';
import { PageHead } from '../../parts/card.tsx';

export function ScoresPage() {
  return <PageHead title={t('nav.scores')} />;
}
