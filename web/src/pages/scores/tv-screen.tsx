/** Scores for a wall: large, nothing to press, a new best said once; Esc leaves. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LeaderboardEntry, LeaderboardWindow } from '../../../../hub/contract/score.ts';
import { formatClock, formatNumber } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { IconButton } from '../../parts/button.tsx';
import { SimonMark } from '../../parts/device-icon.tsx';
import { Leaderboard } from '../../parts/leaderboard.tsx';
import { navigate } from '../../router.ts';
import { useLeaderboard } from '../../state/leaderboard.ts';
import { rounds, scores } from '../../state/scores.ts';
import { byDevice } from './score-view.ts';

const PLACES = 8;
const LATEST = 6;
const CELEBRATED_MS = 6000;

export function TvScreen({ window }: { window: LeaderboardWindow }) {
  const board = useLeaderboard(window, PLACES).state.value;
  const entries = board.kind === 'ready' ? board.value : [];
  const latest = scores.value.filter(({ score }) => score > 0).slice(0, LATEST);
  const playing = byDevice(rounds.value);
  const leave = (): void => navigate('/scores');
  useChromeless(leave);
  return (
    <div class="tv">
      <header class="row">
        <SimonMark size={44} />
        <h1>
          {t('scores.leaderboard')} <small>{t(`scores.window.${window}`)}</small>
        </h1>
        <NewBest entries={entries} isReady={board.kind === 'ready'} />
        <span class="grow" />
        <span class="muted hide-s">{t('scores.tvHint')}</span>
        <IconButton icon="minimize" label={t('scores.tvLeave')} kind="ghost" onClick={leave} />
      </header>
      <div class="tv-board">
        {entries.length === 0 ? (
          <p class="muted">{t('overview.leaderboardEmpty')}</p>
        ) : (
          <Leaderboard entries={entries} limit={PLACES} />
        )}
      </div>
      <aside>
        <h2 class="muted">{t('scores.nowPlaying')}</h2>
        <ul>
          {playing.slice(0, LATEST).map((round) => (
            <li class="row" key={round.deviceId}>
              <span class="cut">{round.username === '' ? t('scores.nobody') : round.username}</span>
              <span class="st ok num">{t('scores.nowRound', { round: round.round })}</span>
            </li>
          ))}
          {playing.length === 0 && <li class="muted">{t('scores.nowNobody')}</li>}
        </ul>
        <h2 class="muted">{t('scores.latest')}</h2>
        <ul>
          {latest.map((score) => (
            <li class="row" key={score.id}>
              <span class="cut">{score.username === '' ? t('scores.nobody') : score.username}</span>
              <b class="num">{formatNumber(score.score)}</b>
              <time class="num muted">{formatClock(score.atMs)}</time>
            </li>
          ))}
        </ul>
      </aside>
    </div>
  );
}

/** A new best on the whole board is celebrated for a moment; where motion is unwelcome it simply stands there. */
function NewBest({ entries, isReady }: { entries: readonly LeaderboardEntry[]; isReady: boolean }) {
  const [shown, setShown] = useState<LeaderboardEntry | null>(null);
  const best = useRef<number | null>(null);
  const leader = entries[0];
  useEffect(() => {
    if (!isReady) return undefined;
    const before = best.current;
    best.current = leader?.best ?? 0;
    if (before === null || leader === undefined || leader.best <= before) return undefined;
    setShown(leader);
    const timer = setTimeout(() => setShown(null), CELEBRATED_MS);
    return () => clearTimeout(timer);
  }, [isReady, leader]);
  return (
    <p class="new-best" role="status">
      {shown && <b>{t('scores.newBest', { player: shown.username, score: shown.best })}</b>}
    </p>
  );
}

/** Hides navigation while shown; Esc leaves, also when single-key shortcuts are off. */
function useChromeless(leave: () => void): void {
  const latest = useRef(leave);
  latest.current = leave;
  useEffect(() => {
    document.documentElement.classList.add('on-tv');
    const follow = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') latest.current();
    };
    addEventListener('keydown', follow);
    return () => {
      document.documentElement.classList.remove('on-tv');
      removeEventListener('keydown', follow);
    };
  }, []);
}
