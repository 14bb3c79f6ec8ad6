/** Scores: the last two hundred and the rounds being played, while a page that shows them is open. */
import { batch, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { LiveRound, LiveScores } from '../../../hub/contract/live.ts';
import type { Score } from '../../../hub/contract/score.ts';
import { LIVE_SCORES } from '../../../hub/contract/topics.ts';
import { call } from '../api.ts';
import { ApiProblem } from '../http.ts';
import { onLive } from '../live/subscribe.ts';
import { coalesce } from './coalesce.ts';
import type { Loading } from './loading.ts';
import { applyRounds, applyScores, SCORES_SHOWN_MAX } from './score-list.ts';

/** A hundred Simons report more rounds than anybody can read, and each score moves two hundred rows. */
const SHOWN_EVERY_MS = 400;

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
  const live = coalesce<LiveScores>(SHOWN_EVERY_MS, (messages) => batch(() => messages.forEach(take)));
  const stopLive = onLive<LiveScores>(LIVE_SCORES, live.push);
  stopListening = () => {
    stopLive();
    live.stop();
  };
  void loadScores();
}

function take(message: LiveScores): void {
  rounds.value = applyRounds(rounds.value, message);
  // a snapshot says nothing about scores missed while away: those, and the boards, come from the API
  if (message.snapshot) {
    scoresVersion.value += 1;
    void loadScores();
  }
  if (message.added.length > 0 || message.removed.length > 0) changeScores(message);
}

function stop(): void {
  stopListening?.();
  stopListening = undefined;
  scores.value = [];
  rounds.value = [];
  scoresLoading.value = { kind: 'loading' };
}
