/** Counting tallies again from the stored games: when games are taken out, and when memory and store may disagree. */
import { ALL_DAYS, addDays, FIRST_DAY, mergeTallies, type Tally } from '../../domain/scores.ts';
import type { InTurn } from '../../lib/in-turn.ts';
import type { ScoreRow, Write } from '../../store/store.ts';
import type { SimonDeps } from './simon-deps.ts';
import type { Recount, TallyBook } from './tally-book.ts';

/** A day of one person with more games than this is counted only so far: one a second, all day long. */
export const GAMES_A_DAY_MAX = 86_400;
/** How long after a failure the tallies are counted again, and again after the next. */
export const RECOUNT_DELAY_MS = 1000;
const DAYS_READ_AT_ONCE = 64;
/** All changes of stored games wait in this one line. */
export const SCORES_LINE = 'scores';

export interface Recounts {
  /** Commits `writes` together with the tallies of these games' players and days as they are without the games. */
  takeOut(rows: readonly ScoreRow[], writes: readonly Write[]): Promise<void>;
  /** Counts this day of this person, and all their time, again soon; retried until it succeeds. */
  later(username: string, day: string): void;
  close(): void;
}

/** User name → day → ids of the games that leave. */
type Affected = Map<string, Map<string, Set<string>>>;

interface Parts {
  readonly deps: Pick<SimonDeps, 'store' | 'clock' | 'log'>;
  readonly book: TallyBook;
  readonly inTurn: InTurn;
  dayOf(atMs: number): string;
}

export function makeRecounts({ deps, book, inTurn, dayOf }: Parts): Recounts {
  const { store, clock, log } = deps;
  let overdue: Affected = new Map();
  let cancelRetry: (() => void) | undefined;
  let isClosed = false;

  async function recount(affected: Affected, writes: readonly Write[]): Promise<void> {
    try {
      const read = await readGames(store, book, affected);
      const tallies = [...affected].flatMap(([username, days]) => apply(book, username, days, read));
      // No await between reading memory and handing over the writes: what arrives next builds on them.
      await store.commit([...writes, ...tallies]);
    } catch (error) {
      for (const [username, days] of affected) for (const day of days.keys()) later(username, day);
      throw error;
    } finally {
      for (const [username, days] of affected) for (const day of days.keys()) book.stopRecount(username, day);
    }
  }

  function later(username: string, day: string): void {
    mark(overdue, username, day);
    if (isClosed || cancelRetry !== undefined) return;
    cancelRetry = clock.after(RECOUNT_DELAY_MS, () => {
      cancelRetry = undefined;
      const due = overdue;
      overdue = new Map();
      inTurn(SCORES_LINE, () => recount(due, [])).catch((error: unknown) => log.warn({ err: error }, 'recount failed'));
    });
  }

  return {
    takeOut(rows, writes) {
      const affected: Affected = new Map();
      for (const row of rows) mark(affected, row.username, dayOf(row.atMs)).add(row.id);
      return recount(affected, writes);
    },
    later,
    close() {
      isClosed = true;
      cancelRetry?.();
    },
  };
}

function mark(affected: Affected, username: string, day: string): Set<string> {
  const days = affected.get(username) ?? new Map<string, Set<string>>();
  const ids = days.get(day) ?? new Set<string>();
  affected.set(username, days.set(day, ids));
  return ids;
}

interface GamesRead {
  /** By `key(username, day)`. */
  readonly games: Map<string, ScoreRow[]>;
  /** User name → day → tally, of all days as they were before the reading began. */
  readonly byDay: Map<string, Map<string, Tally>>;
}
const key = (username: string, day: string): string => `${day} ${username}`;

async function readGames(store: SimonDeps['store'], book: TallyBook, affected: Affected): Promise<GamesRead> {
  const read: GamesRead = { games: new Map(), byDay: new Map() };
  for (const [username, days] of affected) {
    // Taken down first: at midnight the oldest known day is forgotten, and must not be lost while we read.
    const { firstDay } = book;
    const known = book.known(username);
    for (const day of days.keys()) {
      book.startRecount(username, day);
      read.games.set(key(username, day), await store.scores.ofDay(day, username, GAMES_A_DAY_MAX));
    }
    read.byDay.set(username, new Map([...known, ...(await readDaysBefore(store, firstDay, username))]));
  }
  return read;
}

async function readDaysBefore(store: SimonDeps['store'], day: string, username: string): Promise<Map<string, Tally>> {
  const [first] = await store.tallies.range(FIRST_DAY, addDays(day, -1), 1);
  const found = new Map<string, Tally>();
  for (let from = first?.day ?? day; from < day; from = addDays(from, DAYS_READ_AT_ONCE)) {
    const some = Array.from({ length: DAYS_READ_AT_ONCE }, (_, index) => addDays(from, index)).filter((it) => it < day);
    const rows = await Promise.all(some.map((it) => store.tallies.get(it, username)));
    for (const row of rows) if (row !== undefined) found.set(row.day, row);
  }
  return found;
}

/** Changes the book and says what the store must be told; synchronous, so that nothing arrives in between. */
function apply(book: TallyBook, username: string, days: Map<string, Set<string>>, read: GamesRead): Write[] {
  const writes: Write[] = [];
  const byDay = new Map<string, Tally | undefined>([...(read.byDay.get(username) ?? []), ...book.known(username)]);
  const allTaken = new Set<string>();
  const note = ({ stored, write }: Recount): Tally | undefined => {
    writes.push(write);
    return stored;
  };
  for (const [day, taken] of days) {
    for (const id of taken) allTaken.add(id);
    byDay.set(day, note(book.finishRecount(username, day, read.games.get(key(username, day)) ?? [], taken)));
  }
  note(book.replace(username, ALL_DAYS, mergeTallies(byDay.values()), allTaken));
  return writes;
}
