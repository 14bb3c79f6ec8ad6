/** The hub's pulse: rates and sizes once a second, and a short memory of the message rate for a spark line. */
import { signal } from '@preact/signals';
import type { LiveStats } from '../../../hub/contract/live.ts';
import { LIVE_STATS } from '../../../hub/contract/topics.ts';
import { onLive } from '../live/subscribe.ts';

/** Two minutes of rates, one a second. */
export const RATES_KEPT_MAX = 120;

/** A difference of the two clocks below this is the way of the message. */
const SKEW_MIN_MS = 2000;
let skewMs = 0;

/** What the hub's clock shows: readings carry its time, which need not be this browser's. */
export const hubNowMs = (): number => Date.now() + skewMs;

export const stats = signal<LiveStats | null>(null);
/** Messages in per second, oldest first. */
export const rates = signal<readonly number[]>([]);

let stopListening: (() => void) | undefined;

export function startStats(): void {
  stopListening ??= onLive<LiveStats>(LIVE_STATS, (message) => {
    const behindMs = message.atMs - Date.now();
    skewMs = Math.abs(behindMs) < SKEW_MIN_MS ? 0 : behindMs;
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
