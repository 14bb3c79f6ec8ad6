/** Scores: from a device's report to a stored game with its tallies, taken out and put back by an owner. */
import { RucheError } from '../../contract/errors.ts';
import type { Score } from '../../contract/score.ts';
import type { ScoreReport } from '../../domain/report.ts';
import { makeDayOf } from '../../domain/scores.ts';
import { idOfParts, makeSortableIds } from '../../lib/ids.ts';
import { type InTurn, makeInTurn } from '../../lib/in-turn.ts';
import { makeSlot, type Slot } from '../../lib/slot.ts';
import type { ScoreRow, Write } from '../../store/store.ts';
import { makeRecounts, type Recounts, SCORES_LINE } from './recounts.ts';
import { SeenGames } from './seen-games.ts';
import type { SimonDeps } from './simon-deps.ts';
import { loadTallyBook, type TallyBook } from './tally-book.ts';

/** Removals and restorations that may wait for each other. */
const CHANGES_WAITING_MAX = 100;
/** Ids of scores read at a time, at the start. */
const IDS_READ_MAX = 10_000;
/** Ids of games with an event id; the others are longer. */
const EVENT_ID_LENGTH = 20;
/** Demonstration scores removed in one commit. */
const DEMO_BATCH = 1000;

export interface ScoreSender {
  readonly deviceId: string;
  /** The paired person; '' while there is none. */
  readonly username: string;
  readonly demo: boolean;
  readonly receivedMs: number;
}

/** A game whose commit is not known to have succeeded yet. */
interface InFlight {
  readonly row: ScoreRow;
  readonly day: string;
  /** Messages on their way that carry it: more than one when it is repeated. */
  carriers: number;
}

export interface Scores {
  writesFor(report: ScoreReport, sender: ScoreSender): Write[];
  /** What became of the writes handed out for this report. */
  settle(report: ScoreReport, isStored: boolean): void;
  remove(id: string): Promise<void>;
  restore(id: string): Promise<Score>;
  removeDemo(): Promise<void>;
  readonly onAdded: Slot<[Score]>;
  readonly onRemoved: Slot<[id: string]>;
  close(): void;
}

type Deps = Pick<SimonDeps, 'store' | 'clock' | 'log' | 'timeZone'>;

export async function loadScores(deps: Deps, onError: (error: unknown) => void): Promise<Scores> {
  const dayOf = makeDayOf(deps.timeZone);
  const book = await loadTallyBook(deps.store, dayOf(deps.clock.nowMs()));
  const inTurn = makeInTurn({ jobsMax: CHANGES_WAITING_MAX, whenFull: () => new RucheError('STORE_BUSY') });
  const recounts = makeRecounts({ deps, book, inTurn, dayOf });
  const added = makeSlot<[Score]>(onError);
  const removed = makeSlot<[string]>(onError);
  const arrivals = makeArrivals({ deps, book, recounts, dayOf, added: added.fire, seen: await loadSeenGames(deps) });
  const changes = makeChanges({ deps, book, recounts, inTurn, dayOf, added: added.fire, removed: removed.fire });
  return { ...arrivals, ...changes, onAdded: added.slot, onRemoved: removed.slot, close: recounts.close };
}

/** Also of games that were removed: what an owner took out does not come back by being sent again. */
async function loadSeenGames({ store }: Deps): Promise<SeenGames> {
  const seen = new SeenGames();
  let ids: string[];
  let last: string | undefined;
  do {
    ids = await store.scores.ids(IDS_READ_MAX, last);
    for (const id of ids) if (id.length === EVENT_ID_LENGTH) seen.add(id);
    last = ids.at(-1);
  } while (ids.length === IDS_READ_MAX);
  return seen;
}

interface Parts {
  readonly deps: Deps;
  readonly book: TallyBook;
  readonly recounts: Recounts;
  dayOf(atMs: number): string;
  added(score: Score): void;
}

/** The synchronous path of arriving scores. */
function makeArrivals(parts: Parts & { seen: SeenGames }): Pick<Scores, 'writesFor' | 'settle'> {
  const { deps, book, recounts, dayOf, seen } = parts;
  const { scores } = deps.store;
  const inFlight = new Map<string, InFlight>();
  const byReport = new WeakMap<ScoreReport, InFlight>();
  const nextId = makeSortableIds();

  return {
    writesFor(report, sender) {
      const { eventId, score } = report;
      const { deviceId, username, demo, receivedMs } = sender;
      // The same game of the same device always has the same id.
      const id = eventId === undefined ? nextId(receivedMs) : idOfParts(deviceId, eventId);
      const game = inFlight.get(id);
      if (game !== undefined) {
        // Nothing is acknowledged on the strength of another message's commit: that one may still fail.
        game.carriers += 1;
        byReport.set(report, game);
        return [scores.put(game.row, game.day), ...book.again(game.row, game.day)];
      }
      if (eventId !== undefined && seen.has(id)) return [];
      const row: ScoreRow = { id, deviceId, username, score, atMs: receivedMs, demo, removedMs: null };
      const fresh: InFlight = { row, day: dayOf(receivedMs), carriers: 1 };
      if (eventId !== undefined) seen.add(id);
      inFlight.set(id, fresh);
      byReport.set(report, fresh);
      const stored = eventId === undefined ? scores.add(row, fresh.day) : scores.put(row, fresh.day);
      return [stored, ...book.add(row, fresh.day)];
    },
    settle(report, isStored) {
      const game = byReport.get(report);
      byReport.delete(report);
      if (game === undefined || inFlight.get(game.row.id) !== game) return;
      game.carriers -= 1;
      if (!isStored && game.carriers > 0) return;
      const { row, day } = game;
      inFlight.delete(row.id);
      if (!isStored && row.id.length === EVENT_ID_LENGTH) seen.delete(row.id);
      if (!book.settle(row, day, isStored)) recounts.later(row.username, day);
      if (isStored) parts.added(scoreOf(row));
    },
  };
}

type ChangeParts = Parts & { inTurn: InTurn; removed(id: string): void };

/** What an owner does to stored scores: one change after the other. */
function makeChanges(parts: ChangeParts): Pick<Scores, 'remove' | 'restore' | 'removeDemo'> {
  const { deps, recounts, inTurn, dayOf } = parts;
  const { store, clock } = deps;

  async function remove(id: string): Promise<void> {
    const row = await store.scores.get(id);
    if (row === undefined || row.removedMs !== null) throw new RucheError('SCORE_UNKNOWN');
    const hidden = store.scores.put({ ...row, removedMs: clock.nowMs() }, dayOf(row.atMs));
    await recounts.takeOut([row], [hidden]);
    parts.removed(id);
  }

  async function restore(id: string): Promise<Score> {
    const found = await store.scores.get(id);
    if (found === undefined) throw new RucheError('SCORE_UNKNOWN');
    if (found.removedMs === null) return scoreOf(found);
    const row = { ...found, removedMs: null };
    await putBack(parts, row, dayOf(row.atMs));
    parts.added(scoreOf(row));
    return scoreOf(row);
  }

  async function removeDemo(): Promise<void> {
    for (let rows = await store.scores.demo(DEMO_BATCH); rows.length > 0; rows = await store.scores.demo(DEMO_BATCH)) {
      const writes = rows.map((row) => store.scores.remove(row, dayOf(row.atMs)));
      const counted = rows.filter((row) => row.removedMs === null);
      await recounts.takeOut(counted, writes);
      for (const row of counted) parts.removed(row.id);
    }
  }

  return {
    remove: (id) => inTurn(SCORES_LINE, () => remove(id)),
    restore: (id) => inTurn(SCORES_LINE, () => restore(id)),
    removeDemo: () => inTurn(SCORES_LINE, removeDemo),
  };
}

async function putBack({ deps, book, recounts }: Parts, row: ScoreRow, day: string): Promise<void> {
  let isStored = false;
  try {
    await deps.store.commit([deps.store.scores.put(row, day), ...book.add(row, day)]);
    isStored = true;
  } finally {
    if (!book.settle(row, day, isStored)) recounts.later(row.username, day);
  }
}

export function scoreOf({ id, deviceId, username, score, atMs, demo }: ScoreRow): Score {
  return { id, deviceId, username, score, atMs, demo };
}
