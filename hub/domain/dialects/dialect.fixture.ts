/** What a fixture of a dialect is: one message as a device sends it, and what the hub understands. Also documentation. */

/** When every fixture is received. */
export const RECEIVED_MS = Date.UTC(2026, 10, 20, 12);

export interface DialectFixture {
  /** Completes "This is …". */
  readonly what: string;
  /** The topic, or the door of a body as the dialect names it. */
  readonly door: string;
  /** JSON, or a text that is sent as it is. */
  readonly says: object | string;
  /** The device that the address or the token names. */
  readonly claimedId?: string;
  /** The reports; only the fields that matter, metrics as an object. */
  readonly means: readonly object[];
  /** Parts of a batch that could not be read. */
  readonly bad?: readonly object[];
}
