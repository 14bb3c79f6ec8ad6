/** The present second, shared by everything that says "2 s ago"; it rests while nobody looks at the page. */
import { signal } from '@preact/signals';

export const now = signal(Date.now());

const TICK_MS = 1000;

export function startClock(): void {
  const tick = () => {
    if (!document.hidden) now.value = Date.now();
  };
  setInterval(tick, TICK_MS);
  document.addEventListener('visibilitychange', tick);
}
