/** How long to wait before trying again: twice as long each time, never the same for everybody. */

export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * After `failures` in a row (from 1), with `random` in [0, 1): between half of the step and the whole of it, so that
 * many who failed together do not come back together.
 */
export function backoffMs(failures: number, random: number, { firstMs, maxMs }: Backoff): number {
  const step = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, DOUBLINGS_MAX));
  return Math.round(step / 2 + (random * step) / 2);
}
/** Beyond it every step is longer than any limit. */
const DOUBLINGS_MAX = 40;
