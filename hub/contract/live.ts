/** Messages on $live/… : built by the hub for signed-in browsers, only while somebody watches. Types only. */
import type { Device, WaitingDevice } from './device.ts';
import type { Pairing } from './pairing.ts';
import type { Score } from './score.ts';
import type { TopicMessage, TopicNode } from './topic.ts';

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

/** $live/topics, twice a second. Snapshot: what is shown comes from the API, and must be asked for again. */
export interface LiveTopics {
  snapshot: boolean;
  /** Places of the tree that changed, as they are now. */
  nodes: TopicNode[];
  removed: string[];
  /** Places that changed too and are left out this time. */
  more: number;
  /** Topics in all. */
  total: number;
}

/** $live/topic/<encoded name>, as they come, at most a hundred a second; newest last. */
export interface LiveTopic {
  snapshot: boolean;
  messages: TopicMessage[];
  /** How many came since the last time, of which `messages` are the latest. */
  of: number;
}
