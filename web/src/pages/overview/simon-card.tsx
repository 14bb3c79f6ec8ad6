/** Simon on the Overview: who leads, and whose round is being played now. */
import { t } from '../../i18n/language.ts';
import { SimonMark } from '../../parts/device-icon.tsx';
import { Leaderboard } from '../../parts/leaderboard.tsx';
import { useLeaderboard } from '../../state/leaderboard.ts';
import { rounds } from '../../state/scores.ts';

const PLACES = 5;

export function SimonCard() {
  const board = useLeaderboard('all', PLACES).state.value;
  const entries = board.kind === 'ready' ? board.value : [];
  return (
    <section class="card w3 h4">
      <header>
        <SimonMark />
        <h2>{t('overview.simon')}</h2>
        <span class="end">
          <NowPlaying />
        </span>
      </header>
      {board.kind === 'ready' && entries.length === 0 ? (
        <div class="empty fill">
          <b>{t('overview.leaderboardEmpty')}</b>
          <p>{t('overview.leaderboardEmptyText')}</p>
        </div>
      ) : (
        <Leaderboard entries={entries} limit={PLACES} />
      )}
      <a class="more foot" href="/scores">
        {t('overview.seeAll')}
      </a>
    </section>
  );
}

function NowPlaying() {
  const playing = rounds.value;
  const latest = playing.reduce((last, round) => (round.atMs > (last?.atMs ?? 0) ? round : last), playing[0]);
  if (latest === undefined) return null;
  const player = latest.username === '' ? t('scores.nobody') : latest.username;
  return (
    <span class="st ok">
      <span class="cut">
        {playing.length === 1
          ? t('overview.round', { player, round: latest.round })
          : t('overview.roundsMore', { player, count: playing.length - 1 })}
      </span>
    </span>
  );
}
