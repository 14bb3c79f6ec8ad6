/** What a device said, after its dialect was understood. One message gives zero or more reports. */

interface Base {
  /** The device the payload or topic names, as written there; ingest checks it against the sender. */
  readonly claimedId: string;
}

/** A finished Simon game (seed 0 S0-1). The user name of the payload is not taken: the paired person counts. */
export interface ScoreReport extends Base {
  readonly kind: 'score';
  readonly score: number;
  /** The sender's own id for this game: the same one twice is stored once. */
  readonly eventId: string | undefined;
}

/** A game going on: never stored, shown live. */
export interface RoundReport extends Base {
  readonly kind: 'round';
  readonly round: number;
}

/** The device took over a user name (seed 0 S0-3). */
export interface PairingAnswer extends Base {
  readonly kind: 'pairing-answer';
  readonly username: string;
}

/** Values measured or set, at `atMs` (Unix ms, already judged by the dialect). */
export interface ReadingsReport extends Base {
  readonly kind: 'readings';
  readonly atMs: number;
  readonly metrics: ReadonlyMap<string, number | boolean | string>;
}

/** A sign of life that was worth a message. `sleepS`: the device will be silent for so long on purpose. */
export interface HeartbeatReport extends Base {
  readonly kind: 'heartbeat';
  readonly status: string;
  readonly uptimeS: number | undefined;
  readonly sleepS: number | undefined;
}

export type Report = ScoreReport | RoundReport | PairingAnswer | ReadingsReport | HeartbeatReport;
