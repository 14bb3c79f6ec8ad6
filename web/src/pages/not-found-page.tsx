/** No such page: says so and offers two ways on. */
import { t } from '../i18n/language.ts';
import { LinkButton } from '../parts/button.tsx';
import { PageHead } from '../parts/card.tsx';
import { Empty } from '../parts/states.tsx';
import { place } from '../router.ts';

export function NotFoundPage() {
  return (
    <>
      <PageHead title={t('notFound.title')} />
      <section class="card">
        <Empty icon="compass" title="404" text={t('notFound.text', { path: place.value.path })}>
          <LinkButton kind="primary" icon="layout-dashboard" href="/">
            {t('notFound.home')}
          </LinkButton>
          <LinkButton icon="search" href="/devices">
            {t('notFound.devices')}
          </LinkButton>
        </Empty>
      </section>
    </>
  );
}
