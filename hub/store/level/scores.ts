/** Finished games. Removed ones keep their row and are in no index, except that of the demonstration. */
import type { PageRequest, ScoreRow, ScoreStore } from '../store.ts';
import type { Database } from './database.ts';
import { type KeyRange, keyOf, lastPartOf, rangeUnder } from './keys.ts';
import type { IndexEntry } from './level-write.ts';
import { either, isFlag, isNull, isNumber, isText, shapeOf } from './shape.ts';
import { assertLimit, type ListOptions, Table } from './table.ts';

/** With its day, because the entries of a row must follow from the row alone. */
interface StoredScore extends ScoreRow {
  day: string;
}

const shape = shapeOf<StoredScore>('score', {
  id: isText,
  deviceId: isText,
  username: isText,
  score: isNumber,
  atMs: isNumber,
  demo: isFlag,
  removedMs: either(isNumber, isNull),
  day: isText,
});

export function makeScoreStore(database: Database): ScoreStore {
  const table = new Table({ database, shape, name: 'scores', entriesOf });
  return {
    async get(id) {
      const stored = await table.get(id);
      return stored === undefined ? undefined : withoutDay(stored);
    },
    async ids(limit, after) {
      assertLimit(limit);
      const all = rangeUnder('scores');
      const range = after === undefined ? all : { ...all, gte: `${keyOf('scores', after)}\0` };
      return (await database.keysIn(range, limit)).map(lastPartOf);
    },
    async list(request) {
      const page = await table.pageBy(rangeOf(request), request, { reverse: true, ...filterOf(request) });
      return { ...page, items: page.items.map(withoutDay) };
    },
    async ofDay(day, username, limit) {
      return (await table.listBy(rangeUnder('scoresByDay', day, username), limit)).map(withoutDay);
    },
    async demo(limit) {
      return (await table.listBy(rangeUnder('scoresOfDemo'), limit)).map(withoutDay);
    },
    put: (score, day) => table.put({ ...score, day }, score.id),
    add: (score, day) => table.add({ ...score, day }, score.id),
    remove: (score) => table.remove(score.id),
  };
}

function entriesOf({ id, deviceId, username, atMs, day, demo, removedMs }: StoredScore): IndexEntry[] {
  const entries: IndexEntry[] = [];
  if (demo) entries.push([keyOf('scoresOfDemo', atMs, id), '']);
  if (removedMs !== null) return entries;
  entries.push([keyOf('scoresByTime', atMs, id), '']);
  entries.push([keyOf('scoresByDevice', deviceId, atMs, id), '']);
  entries.push([keyOf('scoresByUser', username, atMs, id), deviceId]);
  entries.push([keyOf('scoresByDay', day, username, atMs, id), '']);
  return entries;
}

type ScoreRequest = PageRequest & { deviceId?: string | undefined; username?: string | undefined };

function rangeOf({ deviceId, username }: ScoreRequest): KeyRange {
  if (username !== undefined) return rangeUnder('scoresByUser', username);
  return deviceId === undefined ? rangeUnder('scoresByTime') : rangeUnder('scoresByDevice', deviceId);
}

/** Person and device together: the person's entries say which device it was. */
function filterOf({ deviceId, username }: ScoreRequest): ListOptions {
  if (deviceId === undefined || username === undefined) return {};
  return { accept: (entryDeviceId) => entryDeviceId === deviceId };
}

function withoutDay({ day: _day, ...score }: StoredScore): ScoreRow {
  return score;
}
