/** A directory for the user of this process alone. */
import { mkdir } from 'node:fs/promises';

/** Makes it with its parents where it is missing; fails with the reason that is true. */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    // Node calls a read-only file system ENOENT when it makes parents as well; without them the reason is the true one.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    await mkdir(path, { mode: 0o700 });
  }
}
