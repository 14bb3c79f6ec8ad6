/** Which scores are shown. */
import { describe, expect, it } from 'vitest';
import type { Score } from '../../../../hub/contract/score.ts';
import { filterScores } from './score-view.ts';

const score = (id: string, fields: Partial<Score> = {}): Score => ({
  id,
  deviceId: 'AABBCCDDEEFF',
  username: 'lea',
  score: 7,
  atMs: Number(id),
  demo: false,
  ...fields,
});
const ids = (list: readonly Score[]) => list.map(({ id }) => id).join(' ');

describe('the latest scores', () => {
  it('are filtered by device and player, with zeros folded and counted', () => {
    const list = [score('3', { score: 0 }), score('2', { username: 'tom' }), score('1')];
    const all = { device: null, username: null, zeros: false };
    expect(filterScores(list, all)).toMatchObject({ folded: 1, shown: [{ id: '2' }, { id: '1' }] });
    expect(ids(filterScores(list, { ...all, username: 'lea' }).shown)).toBe('1');
    expect(ids(filterScores(list, { ...all, zeros: true }).shown)).toBe('3 2 1');
    expect(filterScores(list, { ...all, device: 'other' })).toEqual({ shown: [], folded: 0 });
  });
});
