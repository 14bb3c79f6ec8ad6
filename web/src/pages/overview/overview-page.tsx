/** Overview: is everything well, who leads, and what has just happened. */
import { useSignalEffect } from '@preact/signals';
import { t } from '../../i18n/language.ts';
import { LinkButton } from '../../parts/button.tsx';
import { PageHead } from '../../parts/card.tsx';
import { Icon } from '../../parts/icon.tsx';
import { WhenReady } from '../../parts/states.tsx';
import { may } from '../../session.ts';
import { demo, loadDemo } from '../../state/demo.ts';
import { devicesLoading, fleet, loadDevices } from '../../state/devices.ts';
import { useScores } from '../../state/scores.ts';
import { waitingDevices } from '../../state/waiting.ts';
import { Beginnings } from './beginnings.tsx';
import { DemoBanner } from './demo-banner.tsx';
import { DeviceTiles } from './device-tiles.tsx';
import { Glance } from './glance.tsx';
import { LatestScores } from './latest-scores.tsx';
import { PulseWall } from './pulse-wall.tsx';
import { SimonCard } from './simon-card.tsx';

export function OverviewPage() {
  useScores();
  useSignalEffect(() => {
    fleet.ids.value; // a demonstration that has just been paired has made data
    // without an answer the banner is simply not there; the devices say what is wrong
    if (may('demo.run')) loadDemo().catch(() => undefined);
  });
  return (
    <>
      <PageHead title={t('overview.title')}>
        <span class="grow" />
        {may('pairing.self') && (
          <LinkButton href="/pair" icon="link">
            {t('overview.pairAction')}
          </LinkButton>
        )}
      </PageHead>
      <WaitingNotice />
      <WhenReady loading={devicesLoading.value} onRetry={() => void loadDevices()} skeleton={<OverviewSkeleton />}>
        <Content />
      </WhenReady>
    </>
  );
}

function Content() {
  if (fleet.ids.value.length === 0 && !demo.value?.hasData) {
    return (
      <>
        <DemoBanner />
        <Beginnings />
      </>
    );
  }
  return (
    <>
      <DemoBanner />
      <div class="grid">
        <Glance />
        <DeviceTiles />
        <SimonCard />
        <LatestScores />
        <PulseWall />
      </div>
    </>
  );
}

function WaitingNotice() {
  // the demonstration speaks for itself in its own banner
  const count = waitingDevices.value.filter((device) => !device.demo).length;
  if (count === 0) return null;
  return (
    <p class="card notice">
      <Icon name="plug" />
      <span class="grow">{t('overview.waiting', { count })}</span>
      <LinkButton size="sm" href="/devices">
        {t('overview.waitingShow')}
      </LinkButton>
    </p>
  );
}

/** The same boxes, empty: nothing moves when the values arrive. */
function OverviewSkeleton() {
  return (
    <div class="grid skeleton" aria-busy="true">
      <span class="vh">{t('common.loading')}</span>
      <i class="w12 h1" />
      <i class="w6 h4" />
      <i class="w3 h4" />
      <i class="w3 h4" />
      <i class="w12 h2" />
    </div>
  );
}
