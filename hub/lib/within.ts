/** A promise that is not waited for longer than a time. */
import type { Clock } from './clock.ts';

/** The value of `promise`, or undefined when it takes longer than `ms`; a failure of it comes through. */
export async function within<T>(promise: Promise<T>, limit: { ms: number; clock: Clock }): Promise<T | undefined> {
  let cancel = (): void => {};
  const late = new Promise<undefined>((resolve) => {
    cancel = limit.clock.after(limit.ms, () => resolve(undefined));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}
