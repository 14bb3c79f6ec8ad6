/** How a mailbox reaches its client while it is connected. */
import type { Envelope } from './envelope.ts';
import type { AckType, Reason } from './front/codec.ts';
import type { Parcel } from './parcel.ts';

export interface Link {
  /** QoS 1 and 2 messages that may be on their way at a time. */
  readonly window: number;
  /** Bytes the client has not taken yet. */
  readonly unsentBytes: number;
  /** Whether this client may read it now. */
  mayRead(parcel: Parcel): boolean;
  /** False: it is too large for this client, and nothing was sent. */
  publish(envelope: Envelope, flags: number, packetId: number, subscriptionIds: readonly number[] | undefined): boolean;
  ack(type: AckType, packetId: number, reason?: Reason): void;
  /** Disconnects a client that lets too much pile up. */
  shut(): void;
}
