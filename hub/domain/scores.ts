/** Scores as arithmetic: calendar days, leaderboard windows, tallies and their order. */
import type { LeaderboardEntry, LeaderboardWindow } from '../contract/score.ts';

/** What one finished game adds to a tally. */
export interface Game {
  readonly score: number;
  /** Unix ms. */
  readonly atMs: number;
}

/** What is known about a number of games without looking at each. */
export interface Tally {
  readonly best: number;
  /** When `best` was reached first. */
  readonly bestAtMs: number;
  readonly games: number;
  readonly lastAtMs: number;
}

/** The day under which the tally of all days is kept; sorts after every calendar day. */
export const ALL_DAYS = 'all';
/** No calendar day sorts before the first or after the last of these. */
export const FIRST_DAY = '0000-01-01';
export const LAST_DAY = '9999-12-31';

/** Unix ms → calendar day YYYY-MM-DD on the clocks of `timeZone`, summer time included. */
export function makeDayOf(timeZone: string): (atMs: number) => string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  let known = { quarter: Number.NaN, day: '' };
  return (atMs) => {
    const quarter = Math.floor(atMs / QUARTER_MS);
    if (quarter !== known.quarter) known = { quarter, day: dayIn(format, atMs) };
    return known.day;
  };
}

/** Clocks of all zones differ from UTC by whole quarters of an hour: within one, the day does not change. */
const QUARTER_MS = 900_000;

function dayIn(format: Intl.DateTimeFormat, atMs: number): string {
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`;
}

/** The days a leaderboard counts, both included: everything, this calendar month, or this week from Monday. */
export function daysOf(window: LeaderboardWindow, today: string): { fromDay: string; toDay: string } {
  if (window === 'all') return { fromDay: ALL_DAYS, toDay: ALL_DAYS };
  if (window === 'month') return { fromDay: `${today.slice(0, 7)}-01`, toDay: `${today.slice(0, 7)}-31` };
  const sinceMonday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
  return { fromDay: addDays(today, -sinceMonday), toDay: addDays(today, 6 - sinceMonday) };
}

/** The calendar day `count` days later (earlier when negative). */
export function addDays(day: string, count: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

/** The tally with one game more. The order in which games are added does not matter. */
export function addGame(tally: Tally | undefined, { score, atMs }: Game): Tally {
  return joinTallies(tally, { best: score, bestAtMs: atMs, games: 1, lastAtMs: atMs });
}

/** `undefined` when there is no game. */
export function countGames(games: Iterable<Game>): Tally | undefined {
  let tally: Tally | undefined;
  for (const game of games) tally = addGame(tally, game);
  return tally;
}

/** The tally of several days together. */
export function mergeTallies(tallies: Iterable<Tally | undefined>): Tally | undefined {
  let merged: Tally | undefined;
  for (const tally of tallies) if (tally !== undefined) merged = joinTallies(merged, tally);
  return merged;
}

function joinTallies(a: Tally | undefined, b: Tally): Tally {
  if (a === undefined) return { best: b.best, bestAtMs: b.bestAtMs, games: b.games, lastAtMs: b.lastAtMs };
  const first = isAhead(b, a) ? b : a;
  return {
    best: first.best,
    bestAtMs: first.bestAtMs,
    games: a.games + b.games,
    lastAtMs: Math.max(a.lastAtMs, b.lastAtMs),
  };
}

const isAhead = (a: Tally, b: Tally): boolean => a.best > b.best || (a.best === b.best && a.bestAtMs < b.bestAtMs);

/** Best first; of equals the one who reached it first, then by name. Games of nobody ('') do not compete. */
export function rankPlayers(rows: Iterable<Tally & { readonly username: string }>): LeaderboardEntry[] {
  const players = new Map<string, Tally>();
  for (const row of rows) {
    if (row.username !== '') players.set(row.username, joinTallies(players.get(row.username), row));
  }
  return [...players]
    .map(([username, tally]) => ({ username, ...tally }))
    .sort((a, b) => b.best - a.best || a.bestAtMs - b.bestAtMs || compareText(a.username, b.username));
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
