/** A disk that is slow or broken when told to be: a database in memory whose writes wait or fail. */
import { MemoryLevel } from 'memory-level';

export type DiskState =
  /** Writes are done at once. */
  | 'well'
  /** Writes wait until it is well again. */
  | 'slow'
  /** Writes fail and leave nothing. */
  | 'failing'
  /** Writes fail although everything was written: a failed fsync. */
  | 'lying';

export interface SimDisk {
  readonly level: MemoryLevel;
  readonly state: DiskState;
  /** Batches that were written. */
  readonly written: number;
  become(state: DiskState): void;
}

const BROKEN = 'EIO: simulated input/output error';

export function makeSimDisk(): SimDisk {
  const level = new MemoryLevel();
  let state: DiskState = 'well';
  let written = 0;
  let waiting: (() => void)[] = [];
  const startBatch = level.batch.bind(level);

  const write = async (really: () => Promise<void>): Promise<void> => {
    while (state === 'slow') await new Promise<void>((resolve) => waiting.push(resolve));
    if (state === 'failing') throw new Error(BROKEN);
    await really();
    if (state === 'lying') throw new Error(BROKEN);
    written++;
  };
  // What the store writes with: `level.batch()`, a chained batch.
  Object.defineProperty(level, 'batch', {
    value: () => {
      const batch = startBatch();
      const writeBatch = batch.write.bind(batch);
      Object.defineProperty(batch, 'write', {
        value: (options: Parameters<typeof writeBatch>[0]) => write(() => writeBatch(options)),
      });
      return batch;
    },
  });
  return {
    level,
    get state() {
      return state;
    },
    get written() {
      return written;
    },
    become(next) {
      state = next;
      const late = waiting;
      waiting = [];
      for (const goOn of late) goOn();
    },
  };
}
