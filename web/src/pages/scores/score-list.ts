/** The list of latest scores and the leaderboard, kept up to date by what arrives live. Pure. */
import { PAGE_LIMIT_MAX } from '../../../../hub/contract/limits.ts';
import type { LeaderboardEntry, Score } from '../../../../hub/contract/score.ts';

export interface ScoreFilter {
  device: string | null;
  username: string | null;
  /** Games that ended in the first round are shown too. */
  zeros: boolean;
}

/** Newest first, each once, at most as many as any list answers. */
export function withScores(list: readonly Score[], added: readonly Score[], removed: readonly string[]): Score[] {
  const gone = new Set(removed);
  const byId = new Map<string, Score>();
  for (const score of [...added, ...list]) if (!gone.has(score.id) && !byId.has(score.id)) byId.set(score.id, score);
  return [...byId.values()].sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? 1 : -1)).slice(0, PAGE_LIMIT_MAX);
}

export interface FilteredScores {
  shown: Score[];
  /** Zero scores that match the filter and are folded away. */
  folded: number;
}

export function filterScores(list: readonly Score[], filter: ScoreFilter): FilteredScores {
  const matching = list.filter(
    (score) =>
      (filter.device === null || score.deviceId === filter.device) &&
      (filter.username === null || score.username === filter.username),
  );
  const shown = filter.zeros ? matching : matching.filter((score) => score.score > 0);
  return { shown, folded: matching.length - shown.length };
}

/** The leaderboard after a score has come in; games of unpaired devices belong to nobody. */
export function withGame(board: readonly LeaderboardEntry[], score: Score): LeaderboardEntry[] {
  if (score.username === '') return [...board];
  const known = board.find((entry) => entry.username === score.username);
  const isBest = known === undefined || score.score > known.best;
  const entry: LeaderboardEntry = {
    username: score.username,
    best: isBest ? score.score : known.best,
    bestAtMs: isBest ? score.atMs : known.bestAtMs,
    games: (known?.games ?? 0) + 1,
    lastAtMs: Math.max(known?.lastAtMs ?? 0, score.atMs),
  };
  return [...board.filter((other) => other !== known), entry].sort(byBest);
}

export interface Ranked {
  entry: LeaderboardEntry;
  rank: number;
  /** Share of the best score on the board, 0 to 1. */
  share: number;
}

/** Equal scores share a rank and stand in the order in which they were reached. */
export function ranked(board: readonly LeaderboardEntry[]): Ranked[] {
  const top = board[0]?.best ?? 0;
  return board.map((entry) => ({
    entry,
    rank: board.findIndex((other) => other.best === entry.best) + 1,
    share: top === 0 ? 0 : entry.best / top,
  }));
}

const byBest = (a: LeaderboardEntry, b: LeaderboardEntry): number => b.best - a.best || a.bestAtMs - b.bestAtMs;
