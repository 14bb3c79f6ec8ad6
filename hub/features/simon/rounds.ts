/** The games being played now, as far as devices tell: in memory only, for live pages. */
import type { LiveRound } from '../../contract/live.ts';
import type { Clock } from '../../lib/clock.ts';
import { makeSlot, type Slot } from '../../lib/slot.ts';

/** A game nobody has heard of for so long is over. */
export const ROUND_FORGOTTEN_MS = 120_000;
/** More games at once than this: the one silent for the longest is forgotten. */
export const ROUNDS_MAX = 1000;

export interface Rounds {
  /** The one heard of last comes last. */
  list(): LiveRound[];
  note(round: LiveRound): void;
  end(deviceId: string): void;
  readonly onChanged: Slot<[]>;
  close(): void;
}

export function makeRounds(clock: Clock, onError: (error: unknown) => void): Rounds {
  // Re-inserted at each round, so the first is always the one silent for the longest.
  const rounds = new Map<string, LiveRound>();
  const changed = makeSlot<[]>(onError);
  let cancelSweep: (() => void) | undefined;

  function sweep(): void {
    cancelSweep = undefined;
    const silentSinceMs = clock.nowMs() - ROUND_FORGOTTEN_MS;
    let isForgotten = false;
    for (const [deviceId, { atMs }] of rounds) {
      if (atMs > silentSinceMs) break;
      rounds.delete(deviceId);
      isForgotten = true;
    }
    scheduleSweep();
    if (isForgotten) changed.fire();
  }

  function scheduleSweep(): void {
    const [oldest] = rounds.values();
    if (cancelSweep !== undefined || oldest === undefined) return;
    cancelSweep = clock.after(Math.max(0, oldest.atMs + ROUND_FORGOTTEN_MS - clock.nowMs()), sweep);
  }

  return {
    list: () => [...rounds.values()],
    note(round) {
      rounds.delete(round.deviceId);
      rounds.set(round.deviceId, round);
      const [oldest] = rounds.keys();
      if (rounds.size > ROUNDS_MAX && oldest !== undefined) rounds.delete(oldest);
      scheduleSweep();
      changed.fire();
    },
    end(deviceId) {
      if (rounds.delete(deviceId)) changed.fire();
    },
    onChanged: changed.slot,
    close: () => cancelSweep?.(),
  };
}
