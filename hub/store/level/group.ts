/** Turns the writes of one group commit into changes of single keys, each write seeing what those before it did. */
import type { Database } from './database.ts';
import type { KeyRange } from './keys.ts';
import type { LevelWrite, Step, Value } from './level-write.ts';

/** Key → its new value; undefined: the key goes. */
export type Changes = Map<string, Value | undefined>;

type RowStep = Extract<Step, { kind: 'row' }>;

/**
 * Reads what the steps depend on (replaced rows, keys of cleared ranges) and applies them in order. Nothing else may be
 * written between this call and the write of its result.
 */
export async function changesOf(writes: readonly LevelWrite[], database: Database): Promise<Changes> {
  const steps = writes.flatMap((write) => write.steps);
  const [rows, ranges] = await Promise.all([storedRows(steps, database), storedKeys(steps, database)]);
  const changes: Changes = new Map();
  for (const step of steps) {
    if (step.kind === 'set') changes.set(step.key, step.value);
    else if (step.kind === 'clear') clear(step.range, ranges.get(step.range) ?? [], changes);
    else replaceRow(step, changes.has(step.key) ? changes.get(step.key) : rows.get(step.key), changes);
  }
  return changes;
}

function replaceRow(step: RowStep, replaced: Value | undefined, changes: Changes): void {
  if (typeof replaced === 'string') for (const [key] of step.entriesOf(replaced)) changes.set(key, undefined);
  changes.set(step.key, step.value);
  for (const [key, value] of step.entries) changes.set(key, value);
}

function clear(range: KeyRange, stored: readonly string[], changes: Changes): void {
  for (const key of stored) changes.set(key, undefined);
  for (const key of changes.keys()) if (key >= range.gte && key < range.lt) changes.set(key, undefined);
}

/** The rows that are about to be replaced, in one read for the whole group. */
async function storedRows(steps: readonly Step[], database: Database): Promise<Map<string, string>> {
  const keys = new Set<string>();
  for (const step of steps) if (step.kind === 'row') keys.add(step.key);
  return database.getMany([...keys]);
}

async function storedKeys(steps: readonly Step[], database: Database): Promise<Map<KeyRange, string[]>> {
  const found = new Map<KeyRange, string[]>();
  for (const step of steps) if (step.kind === 'clear') found.set(step.range, await database.keysIn(step.range));
  return found;
}
