/** Keys of a page (the ones of the whole app are in shell/keys.ts); they rest in the same situations. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { isForSomethingElse } from '../shell/keys.ts';

// Before the page is painted: a key counts as soon as there is something to see.
export function useShortcut(key: string, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useLayoutEffect(() => {
    const follow = (event: KeyboardEvent): void => {
      if (event.key !== key || isForSomethingElse(event)) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', follow);
    return () => removeEventListener('keydown', follow);
  }, [key]);
}

/** The second key must follow within this. */
const SEQUENCE_MS = 1500;

/** Two keys one after the other: `t` and then one of these. They come before what has the focus. */
export function useSequence(first: string, acts: Readonly<Record<string, () => void>>): void {
  const latest = useRef(acts);
  latest.current = acts;
  useLayoutEffect(() => {
    let pressedMs = Number.NEGATIVE_INFINITY;
    const follow = (event: KeyboardEvent): void => {
      if (isForSomethingElse(event)) return;
      const act = event.timeStamp - pressedMs < SEQUENCE_MS ? latest.current[event.key] : undefined;
      if (event.key !== 'Shift') pressedMs = event.key === first ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (act === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    };
    addEventListener('keydown', follow, { capture: true });
    return () => removeEventListener('keydown', follow, { capture: true });
  }, [first]);
}
