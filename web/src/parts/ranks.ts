/** Ranks and meters of a leaderboard. Pure. */
import type { LeaderboardEntry } from '../../../hub/contract/score.ts';

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
