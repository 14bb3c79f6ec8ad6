/** Every limit of the streams of events over HTTP. */

export interface StreamLimits {
  readonly max: number;
  readonly perPersonMax: number;
  /** Of one reader, waiting to be read; beyond either, the oldest are lost. */
  readonly framesMax: number;
  readonly charactersMax: number;
}

export const STREAM_LIMITS: StreamLimits = { max: 200, perPersonMax: 10, framesMax: 1_000, charactersMax: 512 * 1024 };

/** A comment, so that everybody between knows that the connection lives. */
export const HEARTBEAT_MS = 15_000;
/** A reader that has taken nothing for so long while something waits is gone. */
export const STALLED_MS = 120_000;
/** Readings of one device within this time become one message. */
export const READINGS_MS = 250;
/** When a browser comes back after its connection broke. */
export const RETRY_MS = 3_000;
