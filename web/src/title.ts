/** The title of the page, where a page knows a better one than its route: the name of a device, for instance. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

export const pageTitle = signal<string | null>(null);

export function useTitle(title: string | null): void {
  useEffect(() => {
    pageTitle.value = title;
    return () => {
      pageTitle.value = null;
    };
  }, [title]);
}
