/** The newest scores, as they come in. */
import { formatClock, formatNumber } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Icon } from '../../parts/icon.tsx';
import { fleet } from '../../state/devices.ts';
import { scores, scoresLoading } from '../../state/scores.ts';

const SHOWN = 5;

export function LatestScores() {
  const latest = scores.value.filter(({ score }) => score > 0).slice(0, SHOWN);
  return (
    <section class="card w3 h4">
      <header>
        <span class="ic" style={{ '--c': 'var(--c2)' }}>
          <Icon name="trophy" />
        </span>
        <h2>{t('overview.latest')}</h2>
        <span class="end">
          <a class="more" href="/scores">
            {t('overview.seeAll')}
          </a>
        </span>
      </header>
      {latest.length === 0 && scoresLoading.value.kind === 'ready' && (
        <div class="empty fill">
          <p>{t('overview.latestEmpty')}</p>
        </div>
      )}
      <ul class="wl start">
        {latest.map((score) => (
          <li class="ev" key={score.id}>
            <b class="pts num">{formatNumber(score.score)}</b>
            <p>
              {score.username === '' ? t('scores.nobody') : score.username}
              <small>{fleet.name(score.deviceId).value}</small>
            </p>
            <time class="num">{formatClock(score.atMs)}</time>
          </li>
        ))}
      </ul>
    </section>
  );
}
