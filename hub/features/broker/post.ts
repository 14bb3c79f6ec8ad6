/** A message that is owed to one session. */
import type { Envelope } from './envelope.ts';

/** One message for one session. */
export interface Post {
  /** Undefined: its body is in the store only. */
  envelope: Envelope | undefined;
  /** Number of the stored body; 0: not stored. */
  readonly seq: number;
  /** QoS and RETAIN as in the header. */
  readonly flags: number;
  /** 0: not chosen yet. That of a stored post is stored with it. */
  packetId: number;
  readonly bytes: number;
  readonly subscriptionIds: readonly number[] | undefined;
  /** Whose shared subscription it came by, as it was subscribed to. */
  readonly group: string | undefined;
  readonly atMs: number;
  /** 0: never. */
  readonly expiresMs: number;
  /** The client may have it already. */
  wasSent: boolean;
  /** Its PUBREC came and is stored: what goes out is PUBREL. */
  isReleased: boolean;
}

/** Header flags from which on a message has QoS 1, or 2. */
export const QOS_1_FLAGS = 2;

export const qosOfFlags = (flags: number): number => (flags >> 1) & 3;
export const isAtLeastQos1 = (flags: number): boolean => flags >= QOS_1_FLAGS;

/**
 * Whether another member of the group gets it when the session ends: at QoS 2 only while nobody knows of it
 * [MQTT-4.8.2-5].
 */
export const isForOthers = ({ group, flags, wasSent }: Post): boolean =>
  group !== undefined && (qosOfFlags(flags) === 1 || (qosOfFlags(flags) === 2 && !wasSent));

export const blankPost = (envelope: Envelope, flags: number, atMs: number): Post => ({
  envelope,
  seq: 0,
  flags,
  packetId: 0,
  bytes: envelope.bytes + POST_BYTES,
  subscriptionIds: undefined,
  group: undefined,
  atMs,
  expiresMs: envelope.parcel.expiresMs ?? 0,
  wasSent: false,
  isReleased: false,
});

/** What a message that waits takes besides itself; for a client that is away, no more in memory than this. */
export const POST_BYTES = 64;
