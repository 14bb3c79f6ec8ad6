/** Jobs on the same thing one after the other, in the order they asked; jobs on different things side by side. */

export interface InTurnOptions {
  /** Jobs that may wait or run for one key. */
  readonly jobsMax: number;
  /** What a caller gets when the line is full. */
  readonly whenFull: () => Error;
}

/** Runs the job when its turn comes; settles as the job does. One job's failure does not touch the next. */
export type InTurn = <Result>(key: string, job: () => Promise<Result>) => Promise<Result>;

export function makeInTurn({ jobsMax, whenFull }: InTurnOptions): InTurn {
  const lines = new Map<string, { jobs: number; last: Promise<unknown> }>();

  return async (key, job) => {
    const line = lines.get(key) ?? { jobs: 0, last: Promise.resolve() };
    if (line.jobs >= jobsMax) throw whenFull();
    const result = line.last.then(job, job);
    lines.set(key, line);
    line.jobs += 1;
    line.last = result;
    try {
      return await result;
    } finally {
      line.jobs -= 1;
      if (line.jobs === 0) lines.delete(key);
    }
  };
}
