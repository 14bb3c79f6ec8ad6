/** THE extension point: one way in which devices speak. A dialect is data and pure functions; ingest does the rest. */
import type { Report } from '../report.ts';

export interface Dialect {
  readonly id: string;
  /** Topic filters (MQTT wildcards) this dialect gives a meaning to: `up` from devices, `down` to them. */
  readonly topics: { readonly up: readonly string[]; readonly down: readonly string[] };
  /** The device id behind an MQTT client id (not yet canonical), when the client id tells. */
  identify(clientId: string): string | undefined;
  decode(topic: string, payload: Uint8Array, receivedMs: number): Decoded;
}

/** `undefined`: not a topic of this dialect. */
export type Decoded = Understood | Misunderstood | undefined;

/** One message gives at least one report. */
export interface Understood {
  readonly reports: readonly Report[];
}

export interface Misunderstood {
  readonly code: 'PAYLOAD_NOT_JSON' | 'PAYLOAD_INVALID' | 'PAYLOAD_TOO_LARGE';
  /** One sentence naming the field; never the payload itself. */
  readonly detail: string;
}
