/** Ranks. */
import { describe, expect, it } from 'vitest';
import type { LeaderboardEntry } from '../../../hub/contract/score.ts';
import { ranked } from './ranks.ts';

const entry = (username: string, best: number, bestAtMs: number): LeaderboardEntry => ({
  username,
  best,
  bestAtMs,
  games: 1,
  lastAtMs: bestAtMs,
});

describe('the leaderboard', () => {
  it('gives equal scores the same rank, the earlier first', () => {
    const tied = [entry('lea', 12, 10), entry('ali', 12, 30), entry('tom', 7, 20)];
    expect(ranked(tied).map((row) => `${row.rank} ${row.entry.username}`)).toEqual(['1 lea', '1 ali', '3 tom']);
    expect(ranked(tied)[2]?.share).toBeCloseTo(7 / 12);
  });

  it('has no meter when nobody has passed the first round', () => {
    expect(ranked([entry('lea', 0, 1)])[0]?.share).toBe(0);
  });
});
