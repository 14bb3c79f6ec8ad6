/** Single keys of a page (the ones of the whole app are in shell/keys.ts); they rest in the same situations. */
import { useEffect, useRef } from 'preact/hooks';
import { isForSomethingElse } from '../shell/keys.ts';

export function useShortcut(key: string, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const follow = (event: KeyboardEvent): void => {
      if (event.key !== key || isForSomethingElse(event)) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', follow);
    return () => removeEventListener('keydown', follow);
  }, [key]);
}
