/** Gets a store that failed to write working again: waits, makes sure that there is room, closes and opens it. */
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BaseLogger } from 'pino';
import type { Clock } from '../../lib/clock.ts';
import type { Database } from './database.ts';
import { meaningOf } from './failures.ts';
import type { Changes } from './group.ts';

/** Waits before an attempt: doubled each time, between these. Attempts go on until one succeeds. */
export const RECOVERY_DELAY_MS_MIN = 250;
export const RECOVERY_DELAY_MS_MAX = 10_000;
/** Opening moves the log, at most one write buffer, into a table: this much must fit on the disk beforehand. */
export const RECOVERY_BYTES_FREE_MIN = 12 * 1024 * 1024;
const PROBE_CHUNK = Buffer.alloc(1024 * 1024);

export interface RecoveryOptions {
  readonly database: Database;
  /** undefined: in memory, no disk to look at. */
  readonly dir: string | undefined;
  readonly clock: Clock;
  readonly log: BaseLogger;
}

/**
 * After a failed write LevelDB must be opened anew before anything else is written: the failed record may lie half
 * written in the log, and what follows it is unreadable later although the write succeeded. Until the disk has room
 * the database stays open as it is, so that reading goes on.
 */
export class Recovery {
  readonly #options: RecoveryOptions;
  #isStopped = false;
  #endPause = () => {};

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** Resolves with true when writing works again and `undo` was written, with false after `stop`. */
  async run(undo: Changes): Promise<boolean> {
    const { database, dir, log } = this.#options;
    for (let attempt = 0; ; attempt++) {
      await this.#pause(Math.min(RECOVERY_DELAY_MS_MIN * 2 ** attempt, RECOVERY_DELAY_MS_MAX));
      if (this.#isStopped) return false;
      try {
        if (dir !== undefined) await assertRoom(dir);
        await database.reopen(undo);
        log.info({ attempt }, 'store works again');
        return true;
      } catch (error) {
        log.warn({ attempt, reason: meaningOf(error) }, 'store still unavailable');
      }
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#endPause();
  }

  async #pause(ms: number): Promise<void> {
    if (this.#isStopped) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** Writes a file as large as what opening may need: asking the file system would not see quotas and broken disks. */
async function assertRoom(dir: string): Promise<void> {
  const path = join(dir, 'room.probe');
  try {
    const file = await open(path, 'w', 0o600);
    try {
      for (let bytes = 0; bytes < RECOVERY_BYTES_FREE_MIN; bytes += PROBE_CHUNK.length)
        await file.writeFile(PROBE_CHUNK);
      await file.sync();
    } finally {
      await file.close();
    }
  } finally {
    await rm(path, { force: true });
  }
}
