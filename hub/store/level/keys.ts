/** The key table: every key of the store is made here, and no name from outside can leave the range it belongs to. */
import { hash } from 'node:crypto';

/**
 * Table → first part of its keys. A key is `<prefix>!<part>!<part>`; numbers are times or slots. Rows carry JSON;
 * index keys end in the id of the row they point to.
 */
export const KEYS = {
  meta: 'meta', // meta!schema, meta!synced
  mqtt: 'mqtt', // mqtt!<whatever the broker's persistence calls it>
  users: 'user', // user!<id>
  usersByName: 'user.name', // !<canonical name>!<id>
  sessions: 'session', // !<id>
  sessionsByTime: 'session.time', // !<createdMs>!<id>
  sessionsByUser: 'session.user', // !<user id>!<createdMs>!<id>
  invites: 'invite', // !<id>
  invitesByCode: 'invite.code', // !<hash of the code>!<id>
  invitesByTime: 'invite.time', // !<createdMs>!<id>
  accounts: 'account', // !<name>
  devices: 'device', // !<id>
  pulses: 'pulse', // !<device id>!<bucketMs>
  latest: 'latest', // !<device id>!<metric>
  pairings: 'pairing', // !<device id>
  scores: 'score', // !<id>
  scoresByTime: 'score.time', // !<atMs>!<id>
  scoresByDevice: 'score.device', // !<device id>!<atMs>!<id>
  scoresByUser: 'score.user', // !<user name>!<atMs>!<id> → device id
  scoresByDay: 'score.day', // !<day>!<user name>!<atMs>!<id>
  scoresOfDemo: 'score.demo', // !<atMs>!<id>
  tallies: 'tally', // !<day>!<user name>
  receipts: 'receipt', // !<hash of the client id>!<slot>
  events: 'event', // !<id>
  eventsByTime: 'event.time', // !<receivedMs>!<seq>!<id> → severity, device id, atMs, type
  eventsByDevice: 'event.device', // !<device id>!<receivedMs>!<seq>!<id> → the same
  alertRules: 'rule', // !<id>
  alertRulesByTime: 'rule.time', // !<createdMs>!<id>
  alerts: 'alert', // !<id>
  alertsByTime: 'alert.time', // !<raisedMs>!<id> → state
  alertsByDevice: 'alert.device', // !<device id>!<raisedMs>!<id> → state
  alertsStanding: 'alert.standing', // !<raisedMs>!<id>, not cleared
  alertsCleared: 'alert.cleared', // !<clearedMs>!<id>
  mode: 'mode', // !now
  savedPublishes: 'saved', // !<id>
  savedPublishesByName: 'saved.name', // !<name>!<id>
  series: 'series', // !<device id>!<metric>
  seriesGone: 'series.gone', // !<series>: its rows are still to be removed
  erasures: 'series.erase', // !<series>!<fromMs>!<toMs>: begun, and not yet ended
  readings: 't', // !<series><atMs>, packed, as all that follow
  readingsLate: 'tl', // older than what is kept, not yet counted
  recounts: 'tr', // hours whose rollups must be made again
  rollupsMinute: 'tm',
  rollupsHour: 'th',
  rollupsDay: 'td',
  retainedTrash: 'trash', // !<id>
  retainedTrashByTime: 'trash.time', // !<deletedMs>!<id>
  retainedTrashByBatch: 'trash.batch', // !<batch>!<id>
  commands: 'command', // !<device id>!<id>
  commandsOpen: 'command.open', // !<device id>!<id> → device id
  commandsUnanswered: 'command.late', // !<device id>!<id> → device id
  bulks: 'bulk', // !<id>
  bulksByTime: 'bulk.time', // !<createdMs>!<id>
  widgets: 'widget', // !<id>
  widgetsByTime: 'widget.time', // !<createdMs>!<id>
  boards: 'board', // !<id>
  boardsByTime: 'board.time', // !<createdMs>!<id>
  destinations: 'destination', // !<id>
  outbox: 'outbox', // !<destination id>!<place>
  deadLetters: 'dead', // !<destination id>!<largest number minus deadMs>!<id>
} as const;
export type TableName = keyof typeof KEYS;
export type KeyPart = string | number;

/** From `gte` up to but without `lt`. */
export interface KeyRange {
  readonly gte: string;
  readonly lt: string;
}

const SEPARATOR = '!';
/** The character after the separator, so `prefix + AFTER` is the first key behind everything under the prefix. */
const AFTER = '"';
/** Digits of the largest safe integer: numbers of one width sort as text in their own order. */
const NUMBER_WIDTH = 16;

export function keyOf(table: TableName, ...parts: readonly KeyPart[]): string {
  let key: string = KEYS[table];
  for (const part of parts) key += SEPARATOR + (typeof part === 'number' ? numberPart(part) : escapePart(part));
  return key;
}

/** Every key that has more parts after these. */
export function rangeUnder(table: TableName, ...parts: readonly KeyPart[]): KeyRange {
  const prefix = keyOf(table, ...parts);
  return { gte: prefix + SEPARATOR, lt: prefix + AFTER };
}

/** The id an index key ends in. */
export function lastPartOf(key: string): string {
  return unescapePart(key.slice(key.lastIndexOf(SEPARATOR) + 1));
}

/** The id a key begins with, behind the name of its table. */
export function firstPartOf(key: string): string {
  return unescapePart(key.split(SEPARATOR, 2)[1] ?? '');
}

/** A client id may be 64 KiB of anything: its keys carry a hash. */
const hashPart = (text: string): string => hash('sha256', text, 'base64url');

/** The same with the last ones at hand, for what is asked about the same few again and again. */
export function makeHashPart(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const fresh = hashPart(text);
    if (text.length > HASHED_LENGTH_MAX) return fresh;
    if (known.size >= HASHES_MAX) known.clear();
    known.set(text, fresh);
    return fresh;
  };
}
/** Keys of two parts with the last ones at hand, for rows that are written again and again. */
export function makeKeysOf(table: TableName): (first: string, second: string) => string {
  const known = new Map<string, Map<string, string>>();
  let count = 0;
  return (first, second) => {
    const before = known.get(first)?.get(second);
    if (before !== undefined) return before;
    if (count >= KEYS_AT_HAND_MAX) known.clear();
    count = known.size === 0 ? 1 : count + 1;
    const fresh = keyOf(table, first, second);
    const under = known.get(first) ?? new Map<string, string>();
    known.set(first, under.set(second, fresh));
    return fresh;
  };
}
const KEYS_AT_HAND_MAX = 20_000;

/** Hashes at hand, and how long the texts are whose hash is worth the memory. */
const HASHES_MAX = 5_000;
const HASHED_LENGTH_MAX = 256;

function numberPart(value: number): string {
  const small = SMALL_NUMBERS[value];
  if (small !== undefined) return small;
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`a key needs a whole number, not ${value}`);
  return padded(value);
}
const padded = (value: number): string => String(value).padStart(NUMBER_WIDTH, '0');
/** Slots of receipts are asked for with every message. */
const SMALL_NUMBERS: readonly string[] = Array.from({ length: 1025 }, (_none, value) => padded(value));

/**
 * Characters up to and including AFTER become AFTER and one more, so that a part can neither contain nor imitate a
 * separator, and escaped parts still sort as the originals do (by code point). Half a surrogate pair has no UTF-8
 * form and would become U+FFFD like every other half: it is spelled out.
 */
function escapePart(part: string): string {
  return PLAIN.test(part) ? part : escapeAll(part);
}
/** Nearly every part. */
const PLAIN = /^[#-\uD7FF]*$/;

function escapeAll(part: string): string {
  return part.replace(/[^#-\uD7FF\uE000-\u{10FFFF}]/gu, (character) => {
    const code = character.charCodeAt(0);
    return code > LOW_MAX ? `${AFTER}${HALF}${code.toString(16)}` : AFTER + String.fromCharCode(code + LOW_SHIFT);
  });
}
const LOW_MAX = 0x22;
const LOW_SHIFT = 0x40;
const HALF = '~';

function unescapePart(part: string): string {
  return part.replace(/"(?:~([0-9a-f]{4})|(.))/g, (_all, half: string | undefined, low: string | undefined) =>
    String.fromCharCode(half === undefined ? (low ?? '').charCodeAt(0) - LOW_SHIFT : Number.parseInt(half, 16)),
  );
}

/** Tables with very many short rows: a key is the number of a series and a time, five and eight characters wide. */
export type PackedTable = 'readings' | 'readingsLate' | 'recounts' | 'rollupsMinute' | 'rollupsHour' | 'rollupsDay';

/** In the order of their codes, and none that a separator could be mistaken for. */
const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const TIME_DIGITS = 8;
const SERIES_DIGITS = 5;
export const SERIES_MAX = DIGITS.length ** SERIES_DIGITS - 1;
const PAIRS: readonly string[] = [...DIGITS].flatMap((high) => [...DIGITS].map((low) => high + low));
const VALUES = new Uint8Array(128);
for (const [value, digit] of [...DIGITS].entries()) VALUES[digit.charCodeAt(0)] = value;
const HALF_TIME = 2 ** 24;
/** The end of every packed range: no key has it. */
const PACKED_MS_MAX = 2 ** 48 - 1;

/** What the keys of one series in one table begin with. */
export function packedPrefix(table: PackedTable, series: number): string {
  if (!Number.isSafeInteger(series) || series < 0 || series > SERIES_MAX) throw new RangeError(`no series ${series}`);
  let text = '';
  for (let at = 0, rest = series; at < SERIES_DIGITS; at++, rest = Math.floor(rest / DIGITS.length))
    text = DIGITS[rest % DIGITS.length] + text;
  return KEYS[table] + SEPARATOR + text;
}

/** `prefix` is a packedPrefix, `atMs` a whole number below 2^48. */
export const packedKey = (prefix: string, atMs: number): string => prefix + packedTimePart(atMs);

/** What the keys of one time end in, in every series. */
export function packedTimePart(atMs: number): string {
  const high = Math.floor(atMs / HALF_TIME);
  const low = atMs % HALF_TIME;
  return `${PAIRS[high >>> 12]}${PAIRS[high & 4095]}${PAIRS[low >>> 12]}${PAIRS[low & 4095]}`;
}

export const packedRange = (prefix: string, fromMs: number, toMs: number): KeyRange => ({
  gte: packedKey(prefix, fromMs),
  lt: packedKey(prefix, Math.min(toMs, PACKED_MS_MAX)),
});

/** The time in a packed key. */
export function packedTime(key: string): number {
  let time = 0;
  for (let at = key.length - TIME_DIGITS; at < key.length; at++)
    time = time * DIGITS.length + (VALUES[key.charCodeAt(at)] ?? 0);
  return time;
}

/** The series in a packed key. */
export function packedSeries(key: string): number {
  const end = key.length - TIME_DIGITS;
  let series = 0;
  for (let at = end - SERIES_DIGITS; at < end; at++)
    series = series * DIGITS.length + (VALUES[key.charCodeAt(at)] ?? 0);
  return series;
}
