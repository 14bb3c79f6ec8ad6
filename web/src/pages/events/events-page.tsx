/** Events: what needs somebody now, what happened, the mode, and the rules that decide what is worth an alert. */
import { t } from '../../i18n/language.ts';
import { AlertRules } from '../../parts/alerts/alert-rules.tsx';
import { StandingAlerts } from '../../parts/alerts/standing-alerts.tsx';
import { PageHead, Tabs } from '../../parts/card.tsx';
import type { PageProps } from '../../routes.ts';
import { FeedCard } from './feed-card.tsx';
import { ModeCard } from './mode-card.tsx';

export function EventsPage({ params }: PageProps) {
  const isRules = params['tab'] === 'rules';
  return (
    <>
      <PageHead title={t('nav.events')} />
      <Tabs
        label={t('events.tabs')}
        tabs={[
          { href: '/events', label: t('events.now'), isCurrent: !isRules },
          { href: '/events/rules', label: t('rules.title'), isCurrent: isRules },
        ]}
      />
      {isRules ? <AlertRules /> : <Now />}
    </>
  );
}

function Now() {
  return (
    <div class="cols events">
      <div class="stack">
        <StandingAlerts />
        <FeedCard />
      </div>
      <div class="stack">
        <ModeCard />
      </div>
    </div>
  );
}
