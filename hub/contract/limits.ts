/** Numbers that hub and web app must agree on. Imports nothing. */

export const PASSWORD_LENGTH_MIN = 10;
export const PASSWORD_LENGTH_MAX = 256;
/** After this time without an answer a pairing is shown as timed out; the hub keeps listening. */
export const PAIRING_TIMEOUT_MS = 15_000;
/** A pulse is 60 marks of two minutes, oldest first: o heard, w late, b missed, z asleep, n not known. */
export const PULSE_MARKS = 60;
export const PULSE_BUCKET_MS = 120_000;
/** Longest sequence of a Simon game: a score is an integer from 0 to this (seed 0, S0-17). */
export const SCORE_MAX = 32;
/** No list answers more than this many items at once (seed 0 shows at most 200 scores, S0-30). */
export const PAGE_LIMIT_MAX = 200;
export const ACCOUNT_NAME_LENGTH_MAX = 64;
/** Rules of one account, comments included, and characters of one. */
export const RULES_MAX = 500;
export const RULE_LENGTH_MAX = 1024;
