/** How much room a directory takes, asked of the file system only now and then. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';

/** An answer serves for this long. */
export const DISK_USAGE_AGE_MS_MAX = 10_000;

export class DiskUsage {
  readonly #dir: string;
  readonly #clock: Clock;
  #known: { atMs: number; bytes: Promise<number> } | undefined;

  constructor(dir: string, clock: Clock) {
    this.#dir = dir;
    this.#clock = clock;
  }

  /** The sum of the sizes of its files. */
  bytes(): Promise<number> {
    const nowMs = this.#clock.nowMs();
    if (this.#known === undefined || nowMs - this.#known.atMs >= DISK_USAGE_AGE_MS_MAX) {
      this.#known = { atMs: nowMs, bytes: bytesIn(this.#dir) };
    }
    return this.#known.bytes;
  }
}

async function bytesIn(dir: string): Promise<number> {
  // Files come and go while LevelDB compacts, and the disk itself may be gone: what cannot be seen counts nothing.
  const names = await readdir(dir).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(dir, name)).then(
      (file) => file.size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
