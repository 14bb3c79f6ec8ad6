/** Every limit of alerts. */

/** Alerts that stand at one time; more are not raised until some are over. */
export const STANDING_MAX = 2_000;
/** Cleared ones that are kept … */
export const CLEARED_MAX = 10_000;
/** … and for how long. */
export const CLEARED_KEPT_MS = 180 * 86_400_000;
/** Changes people ask for that wait for each other. */
export const WAITING_MAX = 100;
/** Rows removed, or read at start, in one step. */
export const BATCH = 200;
export const SWEEP_MS = 3_600_000;
/** What waited for a store that did not answer is tried again; repeats are told this often. */
export const TICK_MS = 1_000;
/** How often it was seen is stored every so many ticks: a value may be beyond its limit many times a second. */
export const REPEATS_SAVED_TICKS = 10;
/** A device that is offline again within this time after it came back continues its alert. */
export const REOPEN_MS = 300_000;
/** An acknowledged alert about events is over after so long without another one. */
export const ACKED_QUIET_MS = 300_000;
/** Silences of a set time are looked for every so many ticks. */
export const SILENCE_TICKS = 5;
/** Values that are watched: one for each rule, device and metric. */
export const WATCHES_MAX = 50_000;
/** Events of the last moments before a start that are judged again: their alert may not have been stored. */
export const CATCH_UP_MS = 60_000;
