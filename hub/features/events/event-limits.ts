/** Every limit of the events that are kept. */

export interface EventLimits {
  readonly keptMs: number;
  readonly max: number;
  /** One noisy device must not push out what the others said. */
  readonly perDeviceMax: number;
}

export const EVENT_LIMITS: EventLimits = {
  keptMs: 90 * 86_400_000,
  max: 100_000,
  perDeviceMax: 20_000,
};

export const SWEEP_MS = 3_600_000;
/** Events removed in one commit. */
export const BATCH = 500;
/** Events noted in one step at start. */
export const MARKS_BATCH = 5_000;
/** Reads for one list of seed 4: the hub's own events are left out of it. */
export const SEED_READS_MAX = 5;
/** A limit may be exceeded by this part before somebody is sent to sweep: not for every single event. */
export const SLACK = 0.02;

/** Characters of the time as a sender writes it; the rest is cut off. */
export const TIMESTAMP_LENGTH_MAX = 64;
