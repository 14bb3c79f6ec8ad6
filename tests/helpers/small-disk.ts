/** A disk of a given size for one test: a tmpfs, where this machine lets us mount one. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface SmallDisk {
  readonly dir: string;
  /** Takes this much room away, all that is left when not given. */
  fill(bytes?: number): Promise<void>;
  /** Gives back what `fill` took. */
  free(): Promise<void>;
  makeReadOnly(): Promise<void>;
  remove(): Promise<void>;
}

/** undefined, with a line that says why, where nothing can be mounted. */
export async function makeSmallDisk(bytes: number): Promise<SmallDisk | undefined> {
  const dir = await mkdtemp(join(tmpdir(), 'ruche-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', dir]);
  } catch (error) {
    console.warn(
      `skipped: no disk of its own for this test (${error instanceof Error ? error.message.trim() : error})`,
    );
    await rm(dir, { recursive: true });
    return undefined;
  }
  const ballast = join(dir, 'ballast');
  return {
    dir,
    fill: (size) => (size === undefined ? fillUp(ballast) : writeFile(ballast, Buffer.alloc(size))),
    free: () => rm(ballast, { force: true }),
    async makeReadOnly() {
      await run('mount', ['-o', 'remount,ro', dir]);
    },
    async remove() {
      await run('umount', [dir]);
      await rm(dir, { recursive: true });
    },
  };
}

async function fillUp(path: string): Promise<void> {
  const chunk = Buffer.alloc(64 * 1024);
  try {
    for (;;) await writeFile(path, chunk, { flag: 'a' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}
