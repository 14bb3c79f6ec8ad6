/** Scores and leaderboard as they are kept in the page. */
import { describe, expect, it } from 'vitest';
import type { LeaderboardEntry, Score } from '../../../../hub/contract/score.ts';
import { filterScores, ranked, withGame, withScores } from './score-list.ts';

const score = (id: string, fields: Partial<Score> = {}): Score => ({
  id,
  deviceId: 'AABBCCDDEEFF',
  username: 'lea',
  score: 7,
  atMs: Number(id),
  demo: false,
  ...fields,
});
const entry = (username: string, best: number, bestAtMs: number): LeaderboardEntry => ({
  username,
  best,
  bestAtMs,
  games: 1,
  lastAtMs: bestAtMs,
});
const ids = (list: readonly Score[]) => list.map(({ id }) => id).join(' ');

describe('the latest scores', () => {
  it('take new ones on top, each once, and lose removed ones', () => {
    const list = [score('3'), score('2'), score('1')];
    expect(ids(withScores(list, [score('4'), score('3')], ['2']))).toBe('4 3 1');
  });

  it('put a restored score back where it was', () => {
    expect(ids(withScores([score('3'), score('1')], [score('2')], []))).toBe('3 2 1');
  });

  it('never grow beyond two hundred', () => {
    const many = Array.from({ length: 200 }, (_, at) => score(String(200 - at)));
    const list = withScores(many, [score('999')], []);
    expect(list).toHaveLength(200);
    expect(list[0]?.id).toBe('999');
  });

  it('are filtered by device and player, with zeros folded and counted', () => {
    const list = [score('3', { score: 0 }), score('2', { username: 'tom' }), score('1')];
    const all = { device: null, username: null, zeros: false };
    expect(filterScores(list, all)).toMatchObject({ folded: 1, shown: [{ id: '2' }, { id: '1' }] });
    expect(ids(filterScores(list, { ...all, username: 'lea' }).shown)).toBe('1');
    expect(ids(filterScores(list, { ...all, zeros: true }).shown)).toBe('3 2 1');
    expect(filterScores(list, { ...all, device: 'other' })).toEqual({ shown: [], folded: 0 });
  });
});

describe('the leaderboard', () => {
  const board = [entry('lea', 12, 10), entry('tom', 7, 20)];

  it('moves a player up on a better game and counts every game', () => {
    const after = withGame(board, score('30', { username: 'tom', score: 13 }));
    expect(after[0]).toEqual({ username: 'tom', best: 13, bestAtMs: 30, games: 2, lastAtMs: 30 });
    expect(withGame(board, score('30', { username: 'tom', score: 2 }))[1]).toMatchObject({ best: 7, games: 2 });
  });

  it('lets a newcomer in and ignores games of nobody', () => {
    expect(withGame(board, score('30', { username: 'ali', score: 9 })).map((e) => e.username)).toEqual([
      'lea',
      'ali',
      'tom',
    ]);
    expect(withGame(board, score('30', { username: '' }))).toEqual(board);
  });

  it('gives equal scores the same rank, the earlier first', () => {
    const tied = withGame(board, score('30', { username: 'ali', score: 12 }));
    expect(ranked(tied).map((row) => `${row.rank} ${row.entry.username}`)).toEqual(['1 lea', '1 ali', '3 tom']);
    expect(ranked(tied)[2]?.share).toBeCloseTo(7 / 12);
  });

  it('has no meter when nobody has passed the first round', () => {
    expect(ranked([entry('lea', 0, 1)])[0]?.share).toBe(0);
  });
});
