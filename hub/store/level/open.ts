/** Opens the store on LevelDB, in a directory or in memory: lock, rights, version, and the parts put together. */
import { access, constants } from 'node:fs/promises';
import { Level as DiskLevel } from 'level';
import type { BaseLogger } from 'pino';
import { RucheError } from '../../contract/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { makeDirectory } from '../../lib/make-directory.ts';
import { makeSlot, type Slot } from '../../lib/slot.ts';
import type { Store, Write } from '../store.ts';
import { makeAccountStore } from './accounts.ts';
import { makeAlertRuleStore } from './alert-rules.ts';
import { makeAlertStore } from './alerts.ts';
import { makeBoardStore, makeWidgetStore } from './boards.ts';
import { makeBulkStore, makeCommandStore } from './commands.ts';
import { Committer } from './commit.ts';
import { Database, type Level } from './database.ts';
import { makeDeviceStore } from './devices.ts';
import { DiskUsage } from './disk-usage.ts';
import { makeEventStore } from './events.ts';
import { isLocked, unavailable } from './failures.ts';
import { makeDeadLetterStore, makeDestinationStore, makeOutboxStore } from './forwarding.ts';
import { makeInviteStore } from './invites.ts';
import { makeLatestStore } from './latest.ts';
import { LevelWrite } from './level-write.ts';
import { MIGRATIONS, type MigrationStep, migrate } from './migrate.ts';
import { makeModeStore } from './mode.ts';
import { MqttLevel } from './mqtt-level.ts';
import { makePairingStore } from './pairings.ts';
import { makePulseStore } from './pulses.ts';
import { makeReceiptStore } from './receipts.ts';
import { Recovery } from './recover.ts';
import { makeRetainedTrashStore } from './retained-trash.ts';
import { makeSavedPublishStore } from './saved-publishes.ts';
import { makeScoreStore } from './scores.ts';
import { makeSessionStore } from './sessions.ts';
import type { Durability } from './sync-pace.ts';
import { makeTallyStore } from './tallies.ts';
import { type OpenedTelemetry, openTelemetry } from './telemetry.ts';
import { makeUserStore } from './users.ts';

/** What LevelDB collects before it makes a table: fewer, larger tables, and a log of at most this size to read at start. */
const WRITE_BUFFER_BYTES = 8 * 1024 * 1024;

/** A directory for this store alone, or a maker of a database in memory. */
export type Place =
  | { readonly dir: string; readonly memory?: undefined }
  | { readonly dir: undefined; readonly memory: () => Level };

export type OpenLevelOptions = Place & {
  readonly durability: Durability;
  readonly log: BaseLogger;
  readonly clock: Clock;
  /** For tests of the migration. */
  readonly migrations?: readonly MigrationStep[];
};

export interface OpenedLevel {
  readonly store: Store;
  /** For aedes-persistence-level: same database, same group commit, own range of keys. */
  readonly mqtt: MqttLevel;
  /** A group of commits was written, in so many milliseconds. */
  readonly onWritten: Slot<[number]>;
}

/** Throws STORE_LOCKED, STORE_NEWER or STORE_UNAVAILABLE with a sentence that names the directory. */
export async function openLevel(options: OpenLevelOptions): Promise<OpenedLevel> {
  const { log, migrations = MIGRATIONS } = options;
  const level = options.dir === undefined ? await openMemory(options.memory()) : await openDisk(options.dir);
  try {
    await migrate(level, migrations, log);
    return await assemble(level, options);
  } catch (error) {
    await level.close();
    throw error instanceof RucheError ? error : unavailable(error, options.dir);
  }
}

async function openMemory(level: Level): Promise<Level> {
  await level.open();
  return level;
}

async function openDisk(dir: string): Promise<Level> {
  try {
    await makeDirectory(dir);
    await access(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    const level: Level = new DiskLevel(dir, { writeBufferSize: WRITE_BUFFER_BYTES });
    await level.open();
    return level;
  } catch (error) {
    if (isLocked(error)) throw new RucheError('STORE_LOCKED', `Another hub uses ${dir}.`, { cause: error });
    throw unavailable(error, dir);
  }
}

async function assemble(level: Level, options: OpenLevelOptions): Promise<OpenedLevel> {
  const { dir, clock, log } = options;
  const database = new Database(level);
  const recovery = new Recovery({ database, dir, clock, log });
  // Memory has nothing to sync later.
  const durability = dir === undefined ? 'sync' : options.durability;
  const written = makeSlot<[number]>((error) => log.error({ err: error }, 'a listener of the store failed'));
  const onWritten = written.fire;
  const committer = new Committer({ database, recovery, durability, clock, log, onWritten });
  const commit = (writes: readonly Write[]): Promise<void> => commitAndTell(committer, writes);
  const telemetry = await openTelemetry(database, commit);
  const usage = dir === undefined ? undefined : new DiskUsage(dir, clock);
  return {
    store: makeStore({ database, committer, commit, telemetry, usage }),
    mqtt: new MqttLevel({ database, commit: (writes) => committer.commit(writes), log }),
    onWritten: written.slot,
  };
}

interface Parts {
  readonly database: Database;
  readonly committer: Committer;
  readonly commit: Store['commit'];
  readonly telemetry: OpenedTelemetry;
  readonly usage: DiskUsage | undefined;
}

/** Writes that want to know are told when they are stored, in the order of the commits, before the caller is. */
function commitAndTell(committer: Committer, writes: readonly Write[]): Promise<void> {
  const stored = committer.commit(writes);
  const listeners: (() => void)[] = [];
  for (const write of writes) if (write instanceof LevelWrite && write.onStored) listeners.push(write.onStored);
  if (listeners.length === 0) return stored;
  return stored.then(() => {
    for (const listener of listeners) listener();
  });
}

function makeStore({ database, committer, commit, telemetry, usage }: Parts): Store {
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await committer.close();
    await database.close();
  };
  return {
    users: makeUserStore(database),
    sessions: makeSessionStore(database),
    invites: makeInviteStore(database),
    accounts: makeAccountStore(database),
    devices: makeDeviceStore(database, telemetry.removal),
    pulses: makePulseStore(database),
    latest: makeLatestStore(database),
    telemetry: telemetry.store,
    pairings: makePairingStore(database),
    scores: makeScoreStore(database),
    tallies: makeTallyStore(database),
    receipts: makeReceiptStore(database),
    events: makeEventStore(database),
    alertRules: makeAlertRuleStore(database),
    alerts: makeAlertStore(database),
    mode: makeModeStore(database),
    savedPublishes: makeSavedPublishStore(database),
    retainedTrash: makeRetainedTrashStore(database),
    commands: makeCommandStore(database),
    bulks: makeBulkStore(database),
    widgets: makeWidgetStore(database),
    boards: makeBoardStore(database),
    destinations: makeDestinationStore(database),
    outbox: makeOutboxStore(database),
    deadLetters: makeDeadLetterStore(database),
    get healthy() {
      return committer.isHealthy;
    },
    commit,
    stats: async () => ({ ...committer.counts, bytes: (await usage?.bytes()) ?? null }),
    close() {
      closing ??= close();
      return closing;
    },
  };
}
