/** Waiting without sleeping: asks again and again until something is true, and says what it waited for when it never is. */

export interface UntilOptions {
  /** Gives up after this long. */
  timeoutMs?: number;
  /** Time between two looks. */
  everyMs?: number;
  /** Completes the sentence "waited for …". */
  what?: string;
}

type Found<T> = Exclude<T, false | undefined | null | '' | 0>;

/**
 * The first truthy answer of `probe`. A probe that throws has not found anything yet; the last error is the cause of
 * the failure, so `until(() => expect(…))` style probes may return `true` at their end.
 */
export async function until<T>(probe: () => T | Promise<T>, options: UntilOptions = {}): Promise<Found<T>> {
  const { timeoutMs = 5000, everyMs = 20, what = 'the condition' } = options;
  const endMs = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (isFound(answer)) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= endMs) throw new Error(`waited ${timeoutMs} ms for ${what}`, { cause });
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

const isFound = <T>(answer: T): answer is Found<T> => Boolean(answer);
