/** Broker health: is it keeping up, who holds it up, and how long the disk will do. */
import { useEffect, useState } from 'preact/hooks';
import type { LiveHealth } from '../../../../hub/contract/live.ts';
import { LIVE_HEALTH } from '../../../../hub/contract/topics.ts';
import { sentenceOf, t } from '../../i18n/language.ts';
import { link, retryNow } from '../../live/connection.ts';
import { useLive } from '../../live/subscribe.ts';
import { Button } from '../../parts/button.tsx';
import { PageHead } from '../../parts/card.tsx';
import { Empty } from '../../parts/states.tsx';
import { may } from '../../session.ts';
import { AlertsCard } from './alerts-card.tsx';
import { LimitsCard, ListenersCard } from './doors-card.tsx';
import { Figures } from './figures.tsx';
import { healthAfter, type KnownHealth } from './latest-health.ts';
import { RateCard } from './rate-chart.tsx';
import { RoomCard } from './room-card.tsx';
import { SlowCard } from './slow-card.tsx';

/** The first numbers come at once; a hub that has sent none by then sends none. */
const SILENCE_MAX_MS = 5_000;

export function HealthPage() {
  const isAllowed = may('health.read');
  const [health, setHealth] = useState<KnownHealth | null>(null);
  useLive<LiveHealth>(isAllowed ? LIVE_HEALTH : null, (message) => setHealth((known) => healthAfter(known, message)));
  return (
    <>
      <PageHead title={t('nav.health')}>
        <span class="grow" />
        {health !== null && <Verdict alerts={health.alerts.length} />}
      </PageHead>
      {!isAllowed ? <Forbidden /> : health === null ? <Waiting /> : <Content health={health} />}
    </>
  );
}

function Verdict({ alerts }: { alerts: number }) {
  return <span class={`st ${alerts > 0 ? 'warn' : 'ok'}`}>{t('health.verdict', { count: alerts })}</span>;
}

function Content({ health }: { health: KnownHealth }) {
  return (
    <div class="stack health">
      <Figures health={health} />
      <div class="cols">
        <div class="stack">
          <RateCard minutes={health.minutes} />
          <SlowCard slow={health.slow} />
          <LimitsCard limits={health.limits} />
        </div>
        <div class="stack">
          <AlertsCard alerts={health.alerts} />
          <RoomCard health={health} />
          <ListenersCard listeners={health.listeners} />
        </div>
      </div>
    </div>
  );
}

/** The same boxes, empty; or why nothing comes. */
function Waiting() {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), SILENCE_MAX_MS);
    return () => clearTimeout(timer);
  }, []);
  if (isLate) {
    const isLive = link.value.state === 'live';
    return (
      <Empty
        icon="cloud-off"
        title={t(isLive ? 'health.silent' : 'unreachable.title')}
        text={t(isLive ? 'health.silentText' : 'unreachable.hint')}
      >
        <Button kind="primary" icon="refresh-cw" onClick={() => (isLive ? location.reload() : retryNow())}>
          {t('common.retry')}
        </Button>
      </Empty>
    );
  }
  return (
    <div class="stack skeleton" aria-busy="true">
      <span class="vh">{t('common.loading')}</span>
      <i style={{ height: '92px' }} />
      <i style={{ height: '330px' }} />
      <i style={{ height: '120px' }} />
    </div>
  );
}

function Forbidden() {
  const { title = '', hint } = sentenceOf('FORBIDDEN') ?? {};
  return <Empty icon="shield-alert" title={title} text={hint} />;
}
