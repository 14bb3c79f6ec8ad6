/** Scores: the last two hundred and the rounds being played, while a page that shows them is open. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { LiveRound, LiveScores } from '../../../hub/contract/live.ts';
import type { Score } from '../../../hub/contract/score.ts';
import { LIVE_SCORES } from '../../../hub/contract/topics.ts';
import { call } from '../api.ts';
import { ApiProblem } from '../http.ts';
import { onLive } from '../live/subscribe.ts';
import type { Loading } from './loading.ts';
import { applyRounds, applyScores, SCORES_SHOWN_MAX } from './score-list.ts';

/** Newest first. */
export const scores = signal<readonly Score[]>([]);
export const rounds = signal<readonly LiveRound[]>([]);
export const scoresLoading = signal<Loading>({ kind: 'loading' });
/** Counts every change, so that a leaderboard fetched by REST knows when it is old. */
export const scoresVersion = signal(0);

let users = 0;
let stopListening: (() => void) | undefined;

/** Keeps the scores live while the component is shown. */
export function useScores(): void {
  useEffect(() => {
    users += 1;
    if (users === 1) start();
    return () => {
      users -= 1;
      if (users === 0) stop();
    };
  }, []);
}

/** After a removal or its undo, without waiting for the live message. */
export function changeScores(change: Partial<Pick<LiveScores, 'added' | 'removed'>>): void {
  scores.value = applyScores(scores.value, { added: [], removed: [], ...change });
  scoresVersion.value += 1;
}

export async function loadScores(): Promise<void> {
  if (scoresLoading.peek().kind === 'failed') scoresLoading.value = { kind: 'loading' };
  try {
    const page = await call('GET /api/v1/scores', { query: { limit: SCORES_SHOWN_MAX } });
    scores.value = applyScores(scores.value, { added: page.items, removed: [] });
    scoresLoading.value = { kind: 'ready' };
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    scoresLoading.value = { kind: 'failed', problem: error };
  }
}

function start(): void {
  stopListening = onLive<LiveScores>(LIVE_SCORES, (message) => {
    rounds.value = applyRounds(rounds.value, message);
    // a snapshot says nothing about scores missed while away: those come from the API
    if (message.snapshot) void loadScores();
    if (message.added.length > 0 || message.removed.length > 0) changeScores(message);
  });
  void loadScores();
}

function stop(): void {
  stopListening?.();
  stopListening = undefined;
  scores.value = [];
  rounds.value = [];
  scoresLoading.value = { kind: 'loading' };
}
