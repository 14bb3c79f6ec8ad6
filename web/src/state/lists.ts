/** Lists that others may change meanwhile: $live/lists says which did, and whoever shows one asks the API for it again. */
import { useEffect } from 'preact/hooks';
import type { LiveLists, SharedList } from '../../../hub/contract/live.ts';
import { LIVE_LISTS } from '../../../hub/contract/topics.ts';
import { onLive } from '../live/subscribe.ts';

interface Shown {
  readonly list: SharedList;
  readonly ask: () => unknown;
}

const shown = new Set<Shown>();
let stopListening: (() => void) | undefined;

/** One subscription while signed in: a snapshot then means that messages may have been missed, not that a page was opened. */
export function startLists(): void {
  stopListening ??= onLive<LiveLists>(LIVE_LISTS, takeLists);
}

export function stopLists(): void {
  stopListening?.();
  stopListening = undefined;
}

export function takeLists({ snapshot, changed }: LiveLists): void {
  const stale = [...shown].filter(({ list }) => snapshot || changed.includes(list));
  // several parts of a page may show the same list
  for (const ask of new Set(stale.map((one) => one.ask))) ask();
}

/** Asks when it is wanted, and again when somebody has changed the list; `ask` is the same for all who show it. */
export function useList(list: SharedList, ask: () => void, isWanted = true): void {
  useEffect(() => {
    if (!isWanted) return undefined;
    ask();
    return onListNews(list, ask);
  }, [list, ask, isWanted]);
}

/** For who has a first answer of another: asks only when somebody has changed the list. */
export function useListNews(list: SharedList, ask: () => unknown): void {
  useEffect(() => onListNews(list, ask), [list, ask]);
}

/** Outside components; returns the way to stop. */
export function onListNews(list: SharedList, ask: () => unknown): () => void {
  const one = { list, ask };
  shown.add(one);
  return () => void shown.delete(one);
}
