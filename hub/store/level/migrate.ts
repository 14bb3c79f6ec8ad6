/** The version of the data's form, and the numbered steps that bring older data up to it. */
import type { BaseLogger } from 'pino';
import { RucheError } from '../../contract/errors.ts';
import type { Level } from './database.ts';
import { keyOf } from './keys.ts';

/** Brings data of version `to - 1` to `to`. It may be cut off and run again: doing it twice must change nothing. */
export interface MigrationStep {
  readonly to: number;
  /** What changes, for the log. */
  readonly what: string;
  run(level: Level): Promise<void>;
}

const VERSION_FIRST = 1;
/** Numbered from 2 without gaps; a step that was released is never changed. */
export const MIGRATIONS: readonly MigrationStep[] = [];

/** Throws STORE_NEWER for data of a later version, STORE_UNAVAILABLE for a database that is not ours. */
export async function migrate(level: Level, steps: readonly MigrationStep[], log: BaseLogger): Promise<void> {
  const target = VERSION_FIRST + steps.length;
  const found = await versionOf(level);
  if (found === undefined) return writeVersion(level, target);
  if (found > target) {
    throw new RucheError('STORE_NEWER', `The data has version ${found}; this hub knows versions up to ${target}.`);
  }
  for (const step of steps.slice(found - VERSION_FIRST)) {
    log.info({ version: step.to, what: step.what }, 'store migrates');
    await step.run(level);
    await writeVersion(level, step.to);
  }
}

/** undefined: a new, empty database. */
async function versionOf(level: Level): Promise<number | undefined> {
  const text = await level.get(keyOf('meta', 'schema'));
  if (text === undefined) {
    const [key] = await level.keys({ limit: 1 }).all();
    if (key === undefined) return undefined;
  }
  const version = Number(text);
  if (Number.isSafeInteger(version) && version >= VERSION_FIRST) return version;
  throw new RucheError('STORE_UNAVAILABLE', 'The data directory holds a database that is not of this hub.');
}

async function writeVersion(level: Level, version: number): Promise<void> {
  const batch = level.batch();
  batch.put(keyOf('meta', 'schema'), String(version));
  const durable = { sync: true };
  await batch.write(durable);
}
