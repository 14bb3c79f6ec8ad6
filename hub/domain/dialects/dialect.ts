/** THE extension point: one way in which devices speak. A dialect is data and pure functions; ingest does the rest. */
import type { Report } from '../report.ts';

export interface Dialect {
  readonly id: string;
  /** One or two sentences for whoever looks for a device in the documentation. */
  readonly about: string;
  /** Topic filters (MQTT wildcards) this dialect gives a meaning to: `up` from devices, `down` to them. */
  readonly topics: { readonly up: readonly string[]; readonly down: readonly string[] };
  /**
   * What names the device of a message: its `topic`; its `payload`, so that all devices share the topics; or the topic
   * of a `gateway`, which speaks for many and is an account, never a device.
   */
  readonly namedBy: 'topic' | 'payload' | 'gateway';
  /** The device id behind an MQTT client id (not yet canonical), when the client id tells. */
  identify(clientId: string): string | undefined;
  /** A client id that the firmware makes anew for every connection: nobody is known by it. */
  isPassingClientId?(clientId: string): boolean;
  decode(topic: string, payload: Uint8Array, receivedMs: number): Decoded;
  /** What comes as a body of HTTP or a frame of WebSocket. */
  readonly bodies?: readonly BodyReader[];
}

/** Reads parsed JSON of a door that is not MQTT. */
export interface BodyReader {
  /** The door, as people write it: `POST /api/iot/data`. */
  readonly door: string;
  read(body: unknown, facts: BodyFacts): Understood | Misunderstood;
}

export interface BodyFacts {
  readonly receivedMs: number;
  /** The device that the address or the token names, for bodies that need not name it again. */
  readonly claimedId?: string | undefined;
}

/** `undefined`: not a topic of this dialect. */
export type Decoded = Understood | Misunderstood | undefined;

/** One message gives at least one report, or only parts that could not be read. */
export interface Understood {
  readonly reports: readonly Report[];
  /** Parts of a batch that could not be read; the others are in `reports`, in their order. */
  readonly bad?: readonly BadPart[];
}

export interface BadPart {
  /** Place in the list that was sent, from 0. */
  readonly index: number;
  readonly detail: string;
}

export interface Misunderstood {
  readonly code: 'PAYLOAD_NOT_JSON' | 'PAYLOAD_INVALID' | 'PAYLOAD_TOO_LARGE';
  /** One sentence naming the field; never the payload itself. */
  readonly detail: string;
}
