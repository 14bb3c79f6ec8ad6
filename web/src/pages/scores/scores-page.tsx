/** Scores: who leads, who plays now, every game as it ends, and how a player has grown; also on a TV. */
import { type Signal, useSignal } from '@preact/signals';
import type { LeaderboardWindow } from '../../../../hub/contract/score.ts';
import { t } from '../../i18n/language.ts';
import { LinkButton } from '../../parts/button.tsx';
import { PageHead } from '../../parts/card.tsx';
import { Seg } from '../../parts/choice.tsx';
import { Empty, Skeleton, WhenReady } from '../../parts/states.tsx';
import { href, place, setQuery } from '../../router.ts';
import { useLeaderboard } from '../../state/leaderboard.ts';
import { loadScores, rounds, scores, scoresLoading, useScores } from '../../state/scores.ts';
import { BoardCard } from './board-card.tsx';
import { CurveCard } from './curve-card.tsx';
import { LatestCard } from './latest-card.tsx';
import { PlayingCard } from './playing-card.tsx';
import { TvScreen } from './tv-screen.tsx';

const WINDOWS: readonly LeaderboardWindow[] = ['all', 'month', 'week'];
const PLACES_MAX = 20;

export function ScoresPage() {
  useScores();
  const window = WINDOWS.find((known) => known === place.value.query.get('window')) ?? 'all';
  const isTv = place.value.query.get('tv') === '1';
  if (isTv) return <TvScreen window={window} />;
  return (
    <>
      <PageHead title={t('scores.title')}>
        <span class="grow" />
        <LinkButton icon="tv" href={href('/scores', {}, { tv: '1', window: window === 'all' ? undefined : window })}>
          {t('scores.tv')}
        </LinkButton>
      </PageHead>
      <WhenReady
        loading={scoresLoading.value}
        onRetry={() => void loadScores()}
        skeleton={<Skeleton rows={2} height={300} />}
      >
        <Content window={window} />
      </WhenReady>
    </>
  );
}

function Content({ window }: { window: LeaderboardWindow }) {
  const board = useLeaderboard(window, PLACES_MAX);
  const picked = useSignal('');
  const state = board.state.value;
  const isEmpty = scores.value.length === 0 && (state.kind !== 'ready' || state.value.length === 0);
  if (isEmpty && window === 'all') return <NoScore />;
  return (
    <div class="scores">
      <div class="stack">
        <BoardCard board={board} picked={picked}>
          <WindowSeg window={window} />
        </BoardCard>
        <PlayingCard />
      </div>
      <div class="stack">
        <CurveFor picked={picked} leader={state.kind === 'ready' ? state.value[0]?.username : undefined} />
        <LatestCard />
      </div>
    </div>
  );
}

/** The curve of whoever was pressed, else of the leader. */
function CurveFor({ picked, leader }: { picked: Signal<string>; leader: string | undefined }) {
  const player = picked.value === '' ? leader : picked.value;
  return player === undefined ? null : <CurveCard player={player} />;
}

function WindowSeg({ window }: { window: LeaderboardWindow }) {
  return (
    <Seg
      label={t('scores.window')}
      value={window}
      options={WINDOWS.map((value) => ({ value, label: t(`scores.window.${value}`) }))}
      onChange={(value) => setQuery({ window: value === 'all' ? undefined : value })}
    />
  );
}

/** Somebody may be playing the first game at this moment. */
function NoScore() {
  return (
    <div class="stack">
      {rounds.value.length > 0 && <PlayingCard />}
      <section class="card">
        <Empty icon="trophy" title={t('scores.emptyTitle')} text={t('scores.emptyText')}>
          <LinkButton kind="primary" icon="link" href="/pair">
            {t('scores.emptyAction')}
          </LinkButton>
        </Empty>
      </section>
    </div>
  );
}
