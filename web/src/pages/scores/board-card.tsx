/** The leaderboard of a period; pressing a player shows their curve. */
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { LeaderboardEntry } from '../../../../hub/contract/score.ts';
import { t } from '../../i18n/language.ts';
import { SimonMark } from '../../parts/device-icon.tsx';
import { Leaderboard } from '../../parts/leaderboard.tsx';
import { Skeleton, Whenever } from '../../parts/states.tsx';
import type { Resource } from '../../state/loading.ts';

const SHOWN_MAX = 20;

interface BoardCardProps {
  board: Resource<LeaderboardEntry[]>;
  picked: Signal<string>;
  /** The choice of the period. */
  children: ComponentChildren;
}

export function BoardCard({ board, picked, children }: BoardCardProps) {
  const state = board.state.value;
  const leader = state.kind === 'ready' ? state.value[0]?.username : undefined;
  return (
    <section class="card board-card" aria-label={t('scores.leaderboard')}>
      <header>
        <SimonMark />
        <h2>{t('scores.leaderboard')}</h2>
        <span class="end">{children}</span>
      </header>
      <Whenever state={state} onRetry={() => void board.reload()} skeleton={<Skeleton rows={6} height={34} />}>
        {(entries) =>
          entries.length === 0 ? (
            <p class="note">{t('overview.leaderboardEmpty')}</p>
          ) : (
            <Leaderboard
              entries={entries}
              limit={SHOWN_MAX}
              picked={picked.value === '' ? leader : picked.value}
              onPick={(username) => {
                picked.value = username;
              }}
            />
          )
        }
      </Whenever>
    </section>
  );
}
