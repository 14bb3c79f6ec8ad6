/** Turns the writes of one group commit into changes of single keys, each write seeing what those before it did. */
import type { Database } from './database.ts';
import type { KeyRange } from './keys.ts';
import type { Late, LevelWrite, Step, Value } from './level-write.ts';

/** Key → its new value; undefined: the key goes. */
export type Changes = Map<string, Value | Late | undefined>;

type RowStep = Extract<Step, { kind: 'row' }>;

/**
 * Reads what the steps depend on (replaced rows, keys of cleared ranges) and applies them in order. Nothing else may be
 * written between this call and the write of its result. Most groups only set keys: they need no read and no wait.
 */
export function changesOf(writes: readonly LevelWrite[], database: Database): Changes | Promise<Changes> {
  const rows = new Set<string>();
  const ranges: KeyRange[] = [];
  for (const { steps } of writes) {
    for (const step of steps) {
      if (step.kind === 'row') rows.add(step.key);
      else if (step.kind === 'clear') ranges.push(step.range);
    }
  }
  if (rows.size === 0 && ranges.length === 0) return apply(writes, NOTHING);
  return read(rows, ranges, database).then((stored) => apply(writes, stored));
}

function apply(writes: readonly LevelWrite[], stored: Stored): Changes {
  const changes: Changes = new Map();
  for (const { steps } of writes) {
    for (const step of steps) {
      if (step.kind === 'set') changes.set(step.key, step.value);
      else if (step.kind === 'clear') clear(step.range, stored.keys.get(step.range) ?? [], changes);
      else replaceRow(step, changes.has(step.key) ? changes.get(step.key) : stored.rows.get(step.key), changes);
    }
  }
  return changes;
}

/** What the steps depend on. */
interface Stored {
  /** The rows that are about to be replaced. */
  readonly rows: ReadonlyMap<string, string>;
  readonly keys: ReadonlyMap<KeyRange, readonly string[]>;
}
const NOTHING: Stored = { rows: new Map(), keys: new Map() };

/** The rows in one read for the whole group. */
async function read(rows: ReadonlySet<string>, ranges: readonly KeyRange[], database: Database): Promise<Stored> {
  const [found, keys] = await Promise.all([database.getMany([...rows]), keysOf(ranges, database)]);
  return { rows: found, keys };
}

async function keysOf(ranges: readonly KeyRange[], database: Database): Promise<Map<KeyRange, string[]>> {
  const found = new Map<KeyRange, string[]>();
  for (const range of ranges) found.set(range, await database.keysIn(range));
  return found;
}

function replaceRow(step: RowStep, replaced: Value | Late | undefined, changes: Changes): void {
  if (typeof replaced === 'string') for (const [key] of step.entriesOf(replaced)) changes.set(key, undefined);
  changes.set(step.key, step.value);
  for (const [key, value] of step.entries) changes.set(key, value);
}

function clear(range: KeyRange, stored: readonly string[], changes: Changes): void {
  for (const key of stored) changes.set(key, undefined);
  for (const key of changes.keys()) if (key >= range.gte && key < range.lt) changes.set(key, undefined);
}
