/**
 * The tallies that arriving scores are added to, in memory: adding must not wait for the store.
 *
 * A game is pending from the moment its writes are handed out until its commit is known to have succeeded or failed.
 * `current` counts pending games, so that of two scores in flight the second one's tally contains both.
 */
import { ALL_DAYS, addDays, addGame, countGames, LAST_DAY, type Tally } from '../../domain/scores.ts';
import type { ScoreRow, Store, TallyRow, TallyStore, Write } from '../../store/store.ts';

/** People with scores, times the days loaded at start: more than a hub has, by orders of magnitude. */
const TALLIES_LOADED_MAX = 100_000;
/** Days kept at hand before the last one with games; a clock set back further than that costs a recount. */
export const DAYS_KEPT = 7;

interface Entry {
  /** What the store holds for certain. */
  stored: Tally | undefined;
  /** `stored` and everything pending; ask `currentOf`. */
  current: Tally | undefined;
  /** Something pending failed: `current` is put together anew when it is needed, once for many failures. */
  isStale: boolean;
  readonly pending: Map<string, ScoreRow>;
  /** Games stored since a recount began to read; undefined: no recount is going on. */
  arrived: Map<string, ScoreRow> | undefined;
}

/** A tally counted from its games, and the write that makes the store agree. */
export interface Recount {
  readonly stored: Tally | undefined;
  readonly write: Write;
}

export async function loadTallyBook({ tallies }: Pick<Store, 'tallies'>, today: string): Promise<TallyBook> {
  const firstDay = addDays(today, -DAYS_KEPT);
  const ofAllDays = await tallies.range(ALL_DAYS, ALL_DAYS, TALLIES_LOADED_MAX);
  // Open-ended: a hub that starts with a stale clock must know the days its clock is going to jump to.
  const ofLastDays = await tallies.range(firstDay, LAST_DAY, TALLIES_LOADED_MAX);
  return new TallyBook(tallies, firstDay, [...ofAllDays, ...ofLastDays]);
}

export class TallyBook {
  readonly #tallies: TallyStore;
  /** Day → user name → entry. */
  readonly #days = new Map<string, Map<string, Entry>>();
  #firstDay: string;
  /** The day of the last game that came. */
  #lastDay = '';

  constructor(tallies: TallyStore, firstDay: string, rows: readonly TallyRow[]) {
    this.#tallies = tallies;
    this.#firstDay = firstDay;
    for (const { day, username, ...tally } of rows) {
      const entry = this.#entry(day, username);
      entry.stored = tally;
      entry.current = tally;
    }
  }

  /** The first known day. */
  get firstDay(): string {
    return this.#firstDay;
  }

  /** False: only the store has the tallies of this day. */
  knows(day: string): boolean {
    return day >= this.#firstDay;
  }

  /** Counts a game on its way to the store: what must be committed together with the score. */
  add(row: ScoreRow, day: string): Write[] {
    this.#forgetDaysLongBefore(day);
    for (const [, entry] of this.#entriesOf(row.username, day)) {
      entry.current = addGame(currentOf(entry), row);
      entry.pending.set(row.id, row);
    }
    return this.again(row, day);
  }

  /** The same writes again, for a repeated message whose first copy is still on its way. */
  again(row: ScoreRow, day: string): Write[] {
    const entries = this.#entriesOf(row.username, day);
    return entries.map(([key, entry]) => this.#write(row.username, key, currentOf(entry)));
  }

  /** The commit of a game succeeded or failed. False: its tallies must be counted again. */
  settle(row: ScoreRow, day: string, isStored: boolean): boolean {
    for (const [, entry] of this.#entriesOf(row.username, day)) {
      if (!entry.pending.delete(row.id)) continue;
      if (isStored) {
        entry.stored = addGame(entry.stored, row);
        entry.arrived?.set(row.id, row);
      } else entry.isStale = true;
    }
    return isStored && this.knows(day);
  }

  /** The person's stored tallies of the known days. */
  known(username: string): Map<string, Tally> {
    const found = new Map<string, Tally>();
    for (const [day, people] of this.#days) {
      const stored = people.get(username)?.stored;
      if (stored !== undefined && day !== ALL_DAYS) found.set(day, stored);
    }
    return found;
  }

  /** From now on games that arrive are remembered, so that a recount that reads slowly does not miss them. */
  startRecount(username: string, day: string): void {
    if (this.knows(day)) this.#entry(day, username).arrived = new Map();
  }

  /** Counts what was read from the store and what arrived meanwhile, without the games that are being taken out. */
  finishRecount(username: string, day: string, read: readonly ScoreRow[], taken: ReadonlySet<string>): Recount {
    const games = new Map(read.map((row) => [row.id, row]));
    const entry = this.#days.get(day)?.get(username);
    for (const [id, row] of entry?.arrived ?? []) games.set(id, row);
    for (const id of [...taken, ...(entry?.pending.keys() ?? [])]) games.delete(id);
    return this.replace(username, day, countGames(games.values()), taken);
  }

  stopRecount(username: string, day: string): void {
    const entry = this.#days.get(day)?.get(username);
    if (entry !== undefined) entry.arrived = undefined;
  }

  /** From now on this is what the store holds; pending games stay on top of it. */
  replace(username: string, day: string, stored: Tally | undefined, taken: ReadonlySet<string>): Recount {
    if (!this.knows(day)) return { stored, write: this.#write(username, day, stored) };
    const entry = this.#entry(day, username);
    // One that is taken out was read from the store, so it is not on its way there any more.
    for (const id of taken) entry.pending.delete(id);
    entry.stored = stored;
    entry.isStale = true;
    return { stored, write: this.#write(username, day, currentOf(entry)) };
  }

  #entry(day: string, username: string): Entry {
    const people = this.#days.get(day) ?? new Map<string, Entry>();
    this.#days.set(day, people);
    const entry = people.get(username);
    if (entry !== undefined) return entry;
    const empty: Entry = {
      stored: undefined,
      current: undefined,
      isStale: false,
      pending: new Map(),
      arrived: undefined,
    };
    people.set(username, empty);
    return empty;
  }

  /** Where a game counts: all time, and its day when that is known; else the day is counted again after the commit. */
  #entriesOf(username: string, day: string): [string, Entry][] {
    const days = this.knows(day) ? [ALL_DAYS, day] : [ALL_DAYS];
    return days.map((key) => [key, this.#entry(key, username)]);
  }

  #write(username: string, day: string, tally: Tally | undefined): Write {
    return tally === undefined ? this.#tallies.remove(day, username) : this.#tallies.put({ day, username, ...tally });
  }

  #forgetDaysLongBefore(day: string): void {
    if (day === this.#lastDay) return;
    this.#lastDay = day;
    const firstDay = addDays(day, -DAYS_KEPT);
    if (firstDay <= this.#firstDay) return;
    this.#firstDay = firstDay;
    for (const key of this.#days.keys()) if (!this.knows(key)) this.#days.delete(key);
  }
}

function currentOf(entry: Entry): Tally | undefined {
  if (!entry.isStale) return entry.current;
  let tally = entry.stored;
  for (const row of entry.pending.values()) tally = addGame(tally, row);
  entry.current = tally;
  entry.isStale = false;
  return tally;
}
