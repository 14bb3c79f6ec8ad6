/** Messages on $live/… : built by the hub for signed-in browsers, only while somebody watches. Types only. */
import type { Alert } from './alert.ts';
import type { Command } from './command.ts';
import type { DestinationStatus } from './destination.ts';
import type { Device, DeviceValue, WaitingDevice } from './device.ts';
import type { Event } from './event.ts';
import type { Mode } from './mode.ts';
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

/**
 * $live/device/<id>, ten times a second while it speaks, at most a hundred readings a second. Snapshot: the latest value
 * of every metric; the history comes from the API, and must be asked for again from the newest time that is shown.
 */
export interface LiveDevice {
  snapshot: boolean;
  /** In the order in which they came. */
  readings: DeviceValue[];
  /** How many came since the last time; where it is more than `readings`, some were left out. All are stored. */
  of: number;
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

/**
 * $live/events, at most four a second. Snapshot: the newest events, the newest alerts that are not cleared, the
 * mode. Later: what is new and what changed. A snapshot that comes again replaces what was shown.
 */
export interface LiveEvents {
  snapshot: boolean;
  /** The one received last comes first. */
  events: Event[];
  /** As they are now; a cleared one comes once more with that state, and is in no snapshot. */
  alerts: Alert[];
  /** How many are not cleared, in all. */
  standing: number;
  /** Events of a device that was deleted are gone. */
  removedDevices: string[];
  /** In the snapshot, and whenever it changed. */
  mode?: Mode;
}

/** $live/pairing/<deviceId>, at each step; the first message is the present state. */
export type LivePairing = Pairing;

/**
 * $live/commands/<deviceId>, as they happen. Snapshot: the newest of the device, newest first. Later: those that are new
 * or have changed, each as it is now.
 */
export interface LiveCommands {
  snapshot: boolean;
  commands: Command[];
}

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

/** One minute of messages, as averages. */
export interface HealthMinute {
  /** Its beginning. */
  atMs: number;
  inPerS: number;
  outPerS: number;
}

/** A client that does not read what is sent to it. */
export interface SlowClient {
  clientId: string;
  /** The person's name or the device's id; null for a client that proved nothing. */
  user: string | null;
  address: string;
  waitingBytes: number;
  sinceMs: number;
}

/** Several programs use one client id and throw each other out. */
export interface ClientIdFight {
  kind: 'client-id-fight';
  clientId: string;
  /** Where they connect from; one, when both are behind the same address. */
  addresses: string[];
  takeOvers: number;
  sinceMs: number;
  lastMs: number;
}
/** A slow client that has been one for longer than a moment, or that was one when its connection ended. */
export interface SlowClientAlert extends SlowClient {
  kind: 'slow-client';
  /** Null: it is connected. */
  goneMs: number | null;
}
export type HealthAlert = ClientIdFight | SlowClientAlert;

export interface HealthListener {
  kind: 'mqtt' | 'web';
  host: string;
  port: number;
  /** MQTT clients that are connected through it or its like. */
  clients: number;
}

/** A limit that turned somebody away, by the code of the refusal. */
export interface LimitReached {
  code: string;
  /** In the last hour. */
  count: number;
  lastMs: number;
}

/** $live/health, once a second, for who may `health.read`. Null: nobody knows. */
export interface LiveHealth {
  snapshot: boolean;
  atMs: number;
  clients: number;
  clientsMaximum: number;
  messagesInPerS: number;
  messagesOutPerS: number;
  /** The last hour, oldest first, at most 60. In the snapshot, and again whenever a minute has ended. */
  minutes?: HealthMinute[];
  /** Since the start. */
  dropped: number;
  retained: number | null;
  subscriptions: number | null;
  queued: { messages: number; bytes: number | null } | null;
  inFlight: number | null;
  slow: SlowClient[];
  alerts: HealthAlert[];
  memory: { residentBytes: number; heapBytes: number };
  eventLoop: { p50Ms: number; p99Ms: number } | null;
  /** Growth needs an hour to be known. */
  store: { bytes: number | null; growthPerDay: number | null };
  /** `fullAtMs`: when the store will have filled the disk if it goes on growing like this. */
  disk: { freeBytes: number; totalBytes: number; fullAtMs: number | null } | null;
  listeners: HealthListener[];
  limits: LimitReached[];
}

export type SharedList = 'alert-rules' | 'widgets';

/** $live/lists, at most four a second. Snapshot: whatever is shown must be asked for again; later: what is named. */
export interface LiveLists {
  snapshot: boolean;
  changed: SharedList[];
}

/** $live/forwarding, once a second, for who may `forwarding.read`: every destination there is, always whole. */
export interface LiveForwarding {
  destinations: { id: string; status: DestinationStatus }[];
}
