/** Leaderboard rows: rank, player, best score and a meter that compares with the best of all. */
import type { LeaderboardEntry } from '../../../hub/contract/score.ts';
import { formatNumber } from '../i18n/format.ts';
import { t } from '../i18n/language.ts';
import { ranked } from './ranks.ts';

interface LeaderboardProps {
  entries: readonly LeaderboardEntry[];
  limit: number;
  /** Makes each player a button, pressed for the one whose curve is shown. */
  onPick?: ((username: string) => void) | undefined;
  picked?: string | undefined;
}

export function Leaderboard({ entries, limit, onPick, picked }: LeaderboardProps) {
  return (
    <ol class="ranks">
      {ranked(entries)
        .slice(0, limit)
        .map(({ entry, rank, share }) => (
          <li class="rank" key={entry.username} style={{ '--p': `${share * 100}%` }}>
            <span class={rank === 1 ? 'p g' : 'p'}>
              <span class="vh">{t('scores.rankOf', { rank: '' })}</span>
              {rank}
            </span>
            <span class="who">
              {onPick === undefined ? (
                entry.username
              ) : (
                <button
                  type="button"
                  class="text-btn"
                  aria-pressed={picked === entry.username}
                  onClick={() => onPick(entry.username)}
                >
                  {entry.username}
                </button>
              )}{' '}
              <small class="num">{t('scores.games', { count: entry.games })}</small>
            </span>
            <b class="sc num">{formatNumber(entry.best)}</b>
            <span class="meter" />
          </li>
        ))}
    </ol>
  );
}
