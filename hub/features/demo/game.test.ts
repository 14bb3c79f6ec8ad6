/** Plausible games. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../lib/random.ts';
import { isRoundWon, roundMs, scoreAfter } from './game.ts';

function playGames(count: number, skill: number): number[] {
  const random = seededRandom(7);
  return Array.from({ length: count }, () => {
    let round = 1;
    while (round < 32 && isRoundWon(round, skill, random)) round += 1;
    return scoreAfter(round, round === 32 && isRoundWon(round, skill, random));
  });
}
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('a virtual game', () => {
  it('ends with scores like those of people: 0 to 32, mostly single digits, better players higher', () => {
    const [worst, best] = [playGames(2000, 0), playGames(2000, 1)];
    for (const score of [...worst, ...best]) expect(score).toSatisfy((it: number) => it >= 0 && it <= 32);
    expect(mean(worst)).toBeGreaterThan(3);
    expect(mean(worst)).toBeLessThan(mean(best));
    expect(mean(best)).toBeLessThan(18);
    expect(new Set(best).size).toBeGreaterThan(15);
  });

  it('takes longer the longer the sequence is', () => {
    const random = seededRandom(1);
    expect(roundMs(1, random)).toBeGreaterThan(1000);
    expect(roundMs(10, random)).toBeGreaterThan(8000);
    expect(roundMs(10, random)).toBeLessThan(15_000);
  });

  it('is the same again for the same seed, and another for another', () => {
    const take = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
    expect(take(3)).toEqual(take(3));
    expect(take(3)).not.toEqual(take(4));
  });
});
