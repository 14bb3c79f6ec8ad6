/** The broker's health as it is known now: each message replaces the one before, but for the hour it does not repeat. */
import type { HealthMinute, LiveHealth } from '../../../../hub/contract/live.ts';

export interface KnownHealth extends LiveHealth {
  minutes: HealthMinute[];
}

export function healthAfter(known: KnownHealth | null, message: LiveHealth): KnownHealth {
  return { ...message, minutes: message.minutes ?? known?.minutes ?? [] };
}
