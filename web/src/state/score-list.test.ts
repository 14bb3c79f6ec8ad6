import { describe, expect, it } from 'vitest';
import type { Score } from '../../../hub/contract/score.ts';
import { applyRounds, applyScores, SCORES_SHOWN_MAX } from './score-list.ts';

const score = (id: string, atMs: number): Score => ({
  id,
  deviceId: 'd',
  username: 'lea',
  score: 3,
  atMs,
  demo: false,
});
const round = (deviceId: string, n: number) => ({ deviceId, username: 'lea', round: n, atMs: n });

describe('applyScores', () => {
  it('puts the newest first and each score once', () => {
    const scores = applyScores([score('a', 1), score('b', 2)], {
      added: [score('c', 3), score('b', 2)],
      removed: ['a'],
    });
    expect(scores.map(({ id }) => id)).toEqual(['c', 'b']);
  });

  it('puts a restored score back where it was', () => {
    const scores = applyScores([score('c', 3), score('a', 1)], { added: [score('b', 2)], removed: [] });
    expect(scores.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  it('keeps no more than are shown', () => {
    const many = Array.from({ length: SCORES_SHOWN_MAX }, (_, index) => score(`s${index}`, index));
    const scores = applyScores(many, { added: [score('new', 1e6)], removed: [] });
    expect([scores.length, scores[0]?.id, scores.at(-1)?.id]).toEqual([SCORES_SHOWN_MAX, 'new', 's1']);
  });
});

describe('applyRounds', () => {
  it('keeps one round per device and ends it with the score', () => {
    const playing = applyRounds([round('d', 1), round('e', 4)], {
      snapshot: false,
      added: [],
      removed: [],
      rounds: [round('d', 2)],
    });
    expect(playing).toEqual([round('d', 2), round('e', 4)]);
    const ended = applyRounds(playing, { snapshot: false, added: [score('s', 9)], removed: [], rounds: [] });
    expect(ended).toEqual([round('e', 4)]);
  });

  it('forgets everything older at a snapshot', () => {
    expect(applyRounds([round('d', 1)], { snapshot: true, added: [], removed: [], rounds: [] })).toEqual([]);
  });
});
