/** The newest scores, as they come in. */
import { formatClock, formatNumber } from '../../../i18n/format.ts';
import { t } from '../../../i18n/language.ts';
import { DeviceName } from '../../../parts/device-name.tsx';
import { fleet } from '../../../state/devices.ts';
import { scores, scoresLoading } from '../../../state/scores.ts';

const SHOWN = 5;

export function LatestScores({ deviceId }: { deviceId: string | undefined }) {
  const mine = scores.value.filter(
    ({ score, deviceId: of }) => score > 0 && (deviceId === undefined || of === deviceId),
  );
  const latest = mine.slice(0, SHOWN);
  return (
    <div class="latest-half">
      <h3 class="muted">{t('overview.latest')}</h3>
      {latest.length === 0 && scoresLoading.value.kind === 'ready' && <p class="muted">{t('overview.latestEmpty')}</p>}
      <ul class="wl start">
        {latest.map((score) => (
          <li class="ev" key={score.id}>
            <b class="pts num">{formatNumber(score.score)}</b>
            <p>
              {score.username === '' ? t('scores.nobody') : score.username}
              <small>
                <DeviceName name={fleet.name(score.deviceId).value} />
              </small>
            </p>
            <time class="num">{formatClock(score.atMs)}</time>
          </li>
        ))}
      </ul>
    </div>
  );
}
