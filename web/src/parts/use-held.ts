/** A live list that stands still while somebody points at it or is inside it, so that nobody presses the wrong row. */
import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface Keyed {
  id: string;
}

export interface Held<Item> {
  /** What to show: the list as it was, without what is gone, and with what came back. */
  items: readonly Item[];
  /** How many new ones wait. */
  waiting: number;
  release(): void;
}

export function useHeld<Item extends Keyed>(live: readonly Item[], element: RefObject<HTMLElement | null>): Held<Item> {
  const isBusy = useBusy(element);
  const [since, setSince] = useState<readonly Item[] | null>(null);
  useEffect(() => setSince(isBusy ? live : null), [isBusy]);
  if (since === null) return { items: live, waiting: 0, release: () => undefined };
  const { items, waiting } = holdBack(live, since);
  return { items, waiting, release: () => setSince(live) };
}

/** Newest first: what lies above the newest one known waits. */
export function holdBack<Item extends Keyed>(
  live: readonly Item[],
  since: readonly Item[],
): Omit<Held<Item>, 'release'> {
  const known = new Set(since.map(({ id }) => id));
  const first = live.findIndex(({ id }) => known.has(id));
  const waiting = first === -1 ? 0 : first;
  return { items: live.slice(waiting), waiting };
}

/** Pointed at, or holding the focus. */
function useBusy(element: RefObject<HTMLElement | null>): boolean {
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const stop = new AbortController();
    const look = (): void => setBusy(current.matches(':hover, :focus-within'));
    for (const type of ['pointerenter', 'pointerleave', 'focusin', 'focusout']) {
      // after the event: only then does the page know where pointer and focus are
      current.addEventListener(type, () => setTimeout(look), { signal: stop.signal });
    }
    return () => stop.abort();
  }, [element]);
  return isBusy;
}
