/** Messages on $live/… : built by the hub for signed-in browsers, only while somebody watches. Types only. */
import type { Device, WaitingDevice } from './device.ts';
import type { Pairing } from './pairing.ts';
import type { Score } from './score.ts';

/** $live/devices, at most four a second. First after subscribing: `snapshot: true` with everything. */
export interface LiveDevices {
  snapshot: boolean;
  /** Snapshot: whole devices. Later: `id` and the changed fields only. */
  devices: (Partial<Device> & { id: string })[];
  removed: string[];
  /** The whole waiting list whenever it changed. */
  waiting?: WaitingDevice[];
}

/** A game being played, as far as the device tells (own firmware and the simulator do; seed 0 only tells the end). */
export interface LiveRound {
  deviceId: string;
  username: string;
  round: number;
  atMs: number;
}

/**
 * $live/scores, as they happen. Snapshot: the scores themselves come from the API, and must be asked for again.
 * `rounds` is always the whole list of games being played now.
 */
export interface LiveScores {
  snapshot: boolean;
  added: Score[];
  removed: string[];
  rounds: LiveRound[];
}

/** $live/pairing/<deviceId>, at each step; the first message is the present state. */
export type LivePairing = Pairing;

/** $live/stats, once a second. */
export interface LiveStats {
  atMs: number;
  uptimeS: number;
  clients: number;
  messagesInPerS: number;
  messagesOutPerS: number;
  /** From receiving a stored message to its acknowledgement, 95th percentile of the last minute; null when none. */
  commitP95Ms: number | null;
  storeBytes: number | null;
  refusedLastHour: number;
}
