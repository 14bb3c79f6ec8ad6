/** Every limit of forwarding. */

const MIB = 1024 * 1024;

/** What may wait for one destination; beyond either, the oldest goes. */
export const QUEUED_MAX = 100_000;
export const QUEUED_BYTES_MAX = 256 * MIB;
/** Kept of one destination; beyond it, the oldest goes. */
export const DEAD_LETTERS_MAX = 1_000;
/** Entries on their way to a remote broker at a time; to a webhook goes one after the other. */
export const WINDOW = 50;
/** From the request to the end of what is read of its answer; the same for connecting to a remote broker. */
export const ATTEMPT_TIMEOUT_MS = 10_000;
/** Of an answer that is shown to people. */
export const ANSWER_CHARACTERS_MAX = 500;
export const ANSWER_BYTES_MAX = 4_096;
export const BACKOFF = { firstMs: 1_000, maxMs: 300_000 };
/** Rows read at a time when a queue is counted at the start. */
export const LOAD_ROWS = 500;
/** An entry whose commit has not ended after so long was never stored. */
export const UNSTORED_MS = 60_000;
/** A line in the log per this time and destination when entries are lost to a full queue. */
export const FULL_LOG_MS = 60_000;
/** A remote broker keeps our subscriptions for so long while we are away. */
export const REMOTE_SESSION_S = 7 * 86_400;
/** Messages of a remote broker that wait to be stored here. */
export const RECEIVE_MAX = 50;
