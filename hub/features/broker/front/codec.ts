/**
 * One protocol version on the wire. PUBLISH and its acknowledgements are read and written here and never reach Aedes;
 * every other packet passes through to it as MQTT 3.1.1, and its answers pass back.
 */
import type { Envelope } from '../envelope.ts';
import type { Publish } from '../parcel.ts';
import type { Subscription } from '../subscription.ts';

/** Packet types, the upper four bits of the first byte. */
export const PACKET = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
  auth: 15,
} as const;
export type AckType = typeof PACKET.puback | typeof PACKET.pubrec | typeof PACKET.pubrel | typeof PACKET.pubcomp;

/** Why an acknowledgement says no. */
export interface Reason {
  readonly code: number;
  readonly text?: string | undefined;
}

/** One encoded PUBLISH; where there is a packet id, each receiver's own is written into a copy. */
export interface Frame {
  readonly bytes: Buffer;
  /** Where the packet id stands; 0: there is none. */
  readonly idAt: number;
}

/** Who takes what a codec has read. */
export interface Inbound {
  received(publish: Publish): void;
  /** `reason` is a code of MQTT 5, 0 for 3.1.1. Answers what is wrong with such an answer. */
  acknowledged(type: AckType, packetId: number, reason: number): Violation | undefined;
}

/** A packet that breaks the protocol: the connection ends. */
export interface Violation {
  /** For people. */
  readonly detail: string;
  /** For MQTT 5's DISCONNECT. */
  readonly reason: number;
}

/** What the client gets at once, without Aedes. */
export interface Reply {
  readonly reply: Buffer;
}

/** The connection ends here, without DISCONNECT. */
export interface Ending {
  readonly ends: true;
}

/** May have a state of its own for each connection (topic aliases, what the client can take), or be shared by all (3.1.1). */
export interface Codec {
  /** Reads the whole packet of type 3 to 7 between `start` and `end`. */
  read(bytes: Buffer, start: number, end: number, to: Inbound): Violation | undefined;
  /**
   * A PUBLISH with these header flags (see flagsOf); what can be shared is kept in the envelope. Undefined: the client
   * said that it does not take packets this large.
   */
  frame(envelope: Envelope, flags: number, subscriptionIds: readonly number[] | undefined): Frame | undefined;
  ack(type: AckType, packetId: number, reason?: Reason): Frame;
  /** The CONNACK of a client that was let in; what Aedes says instead is dropped. */
  connack(isSessionPresent: boolean): Buffer;
  /** A packet of another type as Aedes is to see it, or what is to happen instead. Absent: as it came. */
  toEngine?(packet: Buffer): Buffer | Violation | Reply | Ending;
  /** A whole packet of Aedes (SUBACK, UNSUBACK) as the client is to see it. Absent: as it is. */
  fromEngine?(packet: Buffer): Buffer | undefined;
  /** What the client asked for with this filter of the SUBSCRIBE under way. Absent: what 3.1.1 can say. */
  subscription?(filter: string): Subscription | undefined;
  /** A filter of the SUBSCRIBE under way was refused, and this is what SUBACK should say. */
  refuse?(filter: string, reason: Reason): void;
  /** A last word before the connection ends. Absent: there is none. */
  disconnect?(reason: Reason): Buffer;
}
