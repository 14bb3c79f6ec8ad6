/** A turnstile: at most `concurrency` jobs run at once, a bounded number waits in line, the rest are turned away. */

export interface TurnstileOptions {
  readonly concurrency: number;
  readonly waitingMax: number;
  /** What a caller gets when the line is full. */
  readonly whenFull: () => Error;
}

/** Runs a job when its turn comes, in the order of the calls; settles as the job does. */
export type Turnstile = <Result>(job: () => Promise<Result>) => Promise<Result>;

export function makeTurnstile({ concurrency, waitingMax, whenFull }: TurnstileOptions): Turnstile {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function enter(): Promise<void> {
    if (running < concurrency) {
      running += 1;
      return;
    }
    if (waiting.length >= waitingMax) throw whenFull();
    // The one who leaves hands over its place, so `running` stays as it is and nobody overtakes the line.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  return async (job) => {
    await enter();
    try {
      return await job();
    } finally {
      leave();
    }
  };
}
