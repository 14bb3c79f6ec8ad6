/** The hub's pulse: rates and sizes once a second, and a short memory of the message rate for a spark line. */
import { signal } from '@preact/signals';
import type { LiveStats } from '../../../hub/contract/live.ts';
import { LIVE_STATS } from '../../../hub/contract/topics.ts';
import { onLive } from '../live/subscribe.ts';

/** Two minutes of rates, one a second. */
export const RATES_KEPT_MAX = 120;

export const stats = signal<LiveStats | null>(null);
/** Messages in per second, oldest first. */
export const rates = signal<readonly number[]>([]);

let stopListening: (() => void) | undefined;

export function startStats(): void {
  stopListening ??= onLive<LiveStats>(LIVE_STATS, (message) => {
    stats.value = message;
    rates.value = [...rates.value, message.messagesInPerS].slice(-RATES_KEPT_MAX);
  });
}

export function stopStats(): void {
  stopListening?.();
  stopListening = undefined;
  stats.value = null;
  rates.value = [];
}
