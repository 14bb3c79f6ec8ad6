/** Whether a media query holds, followed. */
import { useEffect, useState } from 'preact/hooks';

/** The same width at which the sheets turn to one column. */
export const PHONE = '(max-width: 720px)';

export function useMedia(query: string): boolean {
  const [holds, setHolds] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const follow = (): void => setHolds(list.matches);
    follow();
    list.addEventListener('change', follow);
    return () => list.removeEventListener('change', follow);
  }, [query]);
  return holds;
}
