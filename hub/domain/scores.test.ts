/** Days, windows, tallies and ranking. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALL_DAYS,
  addDays,
  addGame,
  countGames,
  daysOf,
  type Game,
  LAST_DAY,
  makeDayOf,
  mergeTallies,
  rankPlayers,
  type Tally,
} from './scores.ts';

const at = (text: string): number => Date.parse(text);
const game = fc.record({ score: fc.integer({ min: 0, max: 32 }), atMs: fc.integer({ min: 0, max: 50 }) });

describe('the day of a score', () => {
  it('begins at midnight on the clocks of the hub, not at midnight UTC', () => {
    const dayOf = makeDayOf('Europe/Paris');
    expect(dayOf(at('2026-11-20T22:59:59.999Z'))).toBe('2026-11-20');
    expect(dayOf(at('2026-11-20T23:00:00.000Z'))).toBe('2026-11-21');
  });

  it('keeps its name through both changes of summer time', () => {
    const dayOf = makeDayOf('Europe/Paris');
    expect(dayOf(at('2026-03-28T23:00:00Z'))).toBe('2026-03-29');
    expect(dayOf(at('2026-03-29T21:59:59Z'))).toBe('2026-03-29');
    expect(dayOf(at('2026-03-29T22:00:00Z'))).toBe('2026-03-30');
    expect(dayOf(at('2026-10-25T22:59:59Z'))).toBe('2026-10-25');
    expect(dayOf(at('2026-10-25T23:00:00Z'))).toBe('2026-10-26');
  });

  it('never runs backwards when time runs forwards', () => {
    const dayOf = makeDayOf('America/Sao_Paulo');
    const ms = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2099-01-01T00:00:00Z') });
    fc.assert(
      fc.property(ms, fc.nat(200_000_000), (fromMs, laterMs) => {
        expect(dayOf(fromMs) <= dayOf(fromMs + laterMs)).toBe(true);
      }),
    );
  });
});

describe('the windows of a leaderboard', () => {
  it('of a week go from Monday to Sunday, on every day of it and over the end of a year', () => {
    const week = { fromDay: '2026-12-28', toDay: '2027-01-03' };
    for (const day of ['2026-12-28', '2026-12-31', '2027-01-01', '2027-01-03'])
      expect(daysOf('week', day)).toEqual(week);
    expect(daysOf('week', '2027-01-04').fromDay).toBe('2027-01-04');
  });

  it('of a month hold each of its days and none of its neighbours', () => {
    const { fromDay, toDay } = daysOf('month', '2028-02-29');
    expect(fromDay).toBe('2028-02-01');
    expect('2028-02-29' <= toDay && toDay < '2028-03-01').toBe(true);
  });

  it('of all time are one row that no range of days contains', () => {
    expect(daysOf('all', '2026-11-20')).toEqual({ fromDay: ALL_DAYS, toDay: ALL_DAYS });
    expect(ALL_DAYS > LAST_DAY).toBe(true);
  });

  it('count days over leap years and month ends', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
  });
});

describe('a tally', () => {
  it('remembers when the best was reached first, not last', () => {
    const games = [
      { score: 9, atMs: 30 },
      { score: 9, atMs: 10 },
      { score: 4, atMs: 40 },
    ];
    expect(countGames(games)).toEqual({ best: 9, bestAtMs: 10, games: 3, lastAtMs: 40 });
  });

  it('is the same whatever the order and grouping of its games', () => {
    fc.assert(
      fc.property(fc.array(game), fc.nat(), (games, cut) => {
        const at = games.length === 0 ? 0 : cut % games.length;
        const parts = [countGames(games.slice(at).reverse()), countGames(games.slice(0, at))];
        expect(mergeTallies(parts)).toEqual(countGames(games));
      }),
    );
  });

  it('equals a recount from the raw games under any additions, removals and restorations', () => {
    const step = fc.record({ what: fc.constantFrom('add', 'remove', 'restore'), game, pick: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const kept: Game[] = [];
        const removed: Game[] = [];
        let tally: Tally | undefined;
        for (const { what, game, pick } of steps) {
          const from = what === 'remove' ? kept : removed;
          if (what !== 'add' && from.length === 0) continue;
          const [one = game] = what === 'add' ? [game] : from.splice(pick % from.length, 1);
          (what === 'remove' ? removed : kept).push(one);
          tally = what === 'remove' ? countGames(kept) : addGame(tally, one);
          expect(tally).toEqual(countGames(kept));
        }
      }),
    );
  });
});

describe('the ranking', () => {
  it('puts the best first, then who reached it first, then by name, and leaves out games of nobody', () => {
    const row = (username: string, best: number, bestAtMs: number) => ({
      username,
      best,
      bestAtMs,
      games: 1,
      lastAtMs: bestAtMs,
    });
    const ranked = rankPlayers([row('', 30, 1), row('zoe', 7, 5), row('bob', 9, 6), row('amy', 7, 5), row('cy', 7, 4)]);
    expect(ranked.map((entry) => entry.username)).toEqual(['bob', 'cy', 'amy', 'zoe']);
  });

  it('adds up the days of one player', () => {
    const [entry] = rankPlayers([
      { username: 'amy', best: 7, bestAtMs: 10, games: 2, lastAtMs: 12 },
      { username: 'amy', best: 9, bestAtMs: 20, games: 3, lastAtMs: 25 },
    ]);
    expect(entry).toEqual({ username: 'amy', best: 9, bestAtMs: 20, games: 5, lastAtMs: 25 });
  });
});
