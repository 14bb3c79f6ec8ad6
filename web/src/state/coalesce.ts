/** Gathers what arrives faster than eyes can follow: the first at once, then together, at most so often. */

/** In a hidden page timers sleep: more than this is not kept waiting for them. */
const WAITING_MAX = 500;

export interface Coalescer<Item> {
  push(item: Item): void;
  /** Forgets what is waiting. */
  stop(): void;
}

export function coalesce<Item>(gapMs: number, take: (items: readonly Item[]) => void): Coalescer<Item> {
  let waiting: Item[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    timer = setTimeout(flush, gapMs);
    take(items);
  };
  return {
    push(item) {
      waiting.push(item);
      if (timer === undefined || waiting.length >= WAITING_MAX) flush();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
    },
  };
}
