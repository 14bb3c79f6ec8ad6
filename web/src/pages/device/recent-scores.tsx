/** The latest games on this Simon, as they come in. */
import { formatClockSeconds, formatDay, formatFull, formatNumber } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Card } from '../../parts/card.tsx';
import { Empty, WhenReady } from '../../parts/states.tsx';
import { href } from '../../router.ts';
import { loadScores, scores, scoresLoading, useScores } from '../../state/scores.ts';

const SHOWN = 8;

export function RecentScores({ deviceId }: { deviceId: string }) {
  useScores();
  const own = scores.value.filter((score) => score.deviceId === deviceId).slice(0, SHOWN);
  return (
    <Card
      icon="trophy"
      title={t('scores.latest')}
      end={
        <a class="more" href={href('/scores', {}, { device: deviceId })}>
          {t('overview.seeAll')}
        </a>
      }
    >
      <WhenReady loading={scoresLoading.value} onRetry={() => void loadScores()}>
        {own.length === 0 ? (
          <Empty icon="trophy" title={t('scores.emptyTitle')} text={t('overview.leaderboardEmptyText')} />
        ) : (
          <table class="tbl">
            <thead>
              <tr>
                <th>{t('scores.column.username')}</th>
                <th class="r">{t('scores.column.score')}</th>
                <th class="r">{t('scores.column.time')}</th>
              </tr>
            </thead>
            <tbody>
              {own.map((score) => (
                <tr key={score.id}>
                  <td>{score.username === '' ? <span class="muted">{t('scores.nobody')}</span> : score.username}</td>
                  <td class="r num">
                    <b>{formatNumber(score.score)}</b>
                  </td>
                  <td class="r num muted" data-tip={formatFull(score.atMs)}>
                    {formatDay(score.atMs, Date.now())}, {formatClockSeconds(score.atMs)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </WhenReady>
    </Card>
  );
}
