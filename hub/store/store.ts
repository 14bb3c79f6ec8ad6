/**
 * THE SEAM between features and whatever keeps the data.
 *
 * Promises, each a test in tests/contract/store.suite.ts that every implementation passes:
 * - Reads are methods, writes are values: `devices.put(device)` changes nothing until `commit` performs it.
 * - `commit(writes)` is all or nothing, and resolves, in the order of the calls, when stored as durably as configured.
 *   A read that starts after a commit resolved sees it. `commit([])` resolves after everything submitted before it.
 * - Absent is `undefined`. Putting the same id again replaces. Removing what is absent is not an error.
 * - Every list has a required limit (at least 1) and a documented order; cursors are opaque and stay valid while rows
 *   come and go. One that the list did not give out is refused with CURSOR_INVALID.
 * - Times are integer Unix milliseconds. Values handed in are not kept by reference; values handed out may be changed.
 * - Failures are RucheError with a STORE_* code; no driver error, key or iterator crosses this seam.
 * - After a failed commit nothing of it is visible, and the store tries to recover by itself: `healthy` says whether
 *   commits can succeed. Reading goes on meanwhile, except while the store is being opened anew: reads wait for that,
 *   and are refused with STORE_UNAVAILABLE when it did not succeed.
 * - A row that could not be read back as it is (NaN, a time that is no whole number) makes no write: `put` throws.
 */
import type { Role } from '../contract/permissions.ts';
import type { AlertRuleStore, AlertStore, ModeStore } from './alert-store.ts';
import type { BoardStore, WidgetStore } from './board-store.ts';
import type { BulkStore, CommandStore } from './command-store.ts';
import type { EventStore } from './event-store.ts';
import type { DeadLetterStore, DestinationStore, OutboxStore } from './forwarding-store.ts';
import type { TelemetryStore } from './telemetry-store.ts';

/** One change, made by a noun below and performed by `commit`. Opaque: only the store that made it can read it. */
export interface Write {
  /** Approximate bytes it adds to the commit; for bounding queues. */
  readonly bytes: number;
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}
export interface PageOf<Row> {
  items: Row[];
  nextCursor?: string;
}

export interface UserRow {
  id: string;
  username: string;
  role: Role;
  /** PHC-style string, see features/users/password.ts. */
  passwordHash: string;
  language?: 'en' | 'fr';
  createdMs: number;
}
export interface UserStore {
  get(id: string): Promise<UserRow | undefined>;
  /** Compared without case (Unicode NFKC, lower case). */
  byName(username: string): Promise<UserRow | undefined>;
  /** By user name. */
  list(page: PageRequest): Promise<PageOf<UserRow>>;
  put(user: UserRow): Write;
  remove(user: UserRow): Write;
}

export interface SessionRow {
  id: string;
  userId: string;
  username: string;
  /** SHA-256 of the refresh token that is valid now. */
  refreshHash: string;
  /** SHA-256 of the one before it: seeing it again means the token was copied. */
  previousHash: string | null;
  rotatedMs: number;
  createdMs: number;
  lastUsedMs: number;
  expiresMs: number;
  address: string;
  agent: string;
  keep: boolean;
}
export interface SessionStore {
  get(id: string): Promise<SessionRow | undefined>;
  /** Newest first. Without `userId`: everybody's. */
  list(page: PageRequest & { userId?: string | undefined }): Promise<PageOf<SessionRow>>;
  put(session: SessionRow): Write;
  remove(session: SessionRow): Write;
}

export interface InviteRow {
  id: string;
  codeHash: string;
  createdMs: number;
  expiresMs: number;
  createdBy: string;
}
export interface InviteStore {
  byCodeHash(codeHash: string): Promise<InviteRow | undefined>;
  get(id: string): Promise<InviteRow | undefined>;
  /** Newest first. */
  list(page: PageRequest): Promise<PageOf<InviteRow>>;
  put(invite: InviteRow): Write;
  remove(invite: InviteRow): Write;
}

export interface AccountRow {
  /** The MQTT user name. */
  name: string;
  /** PHC-style string, as of people. */
  passwordHash: string;
  /** Lines of a Mosquitto acl_file, see domain/acl-rules.ts. */
  rules: string[];
  createdMs: number;
  changedMs: number;
}
export interface AccountStore {
  get(name: string): Promise<AccountRow | undefined>;
  /** By name. */
  list(page: PageRequest): Promise<PageOf<AccountRow>>;
  put(account: AccountRow): Write;
  remove(name: string): Write;
}

export interface DeviceRow {
  id: string;
  name: string;
  createdMs: number;
  /** User id of the person it belongs to. */
  ownerId: string | null;
  dialects: string[];
  /** Other names it was seen under, canonical forms. */
  aliases: string[];
  /** The one of its names it uses itself, as it writes it; absent: its id. */
  spelling?: string;
  /** What people group it by: in order, each once. */
  tags: string[];
  /** SHA-256 of the device token; null: none (unprotected, or never given one). */
  tokenHash: string | null;
  tokenCreatedMs: number | null;
  /** The secret for device JWTs, encrypted with the hub's key. */
  secretSealed: string | null;
  /** Client id that is admitted without credentials; null: none. */
  boundClientId: string | null;
  /** Address from which a client that names this device in its payloads is admitted; absent: none. */
  boundAddress?: string;
  expectedIntervalMs: number | null;
  lastSeenMs: number | null;
  /** How it comes and goes, as known when `lastSeenMs` was written; absent: nothing is. */
  habits?: DeviceHabits;
  /** Last known address, for people. */
  address: string | null;
  demo: boolean;
}
/** Without these a hub that starts again would take a sleeping device for a dead one. */
export interface DeviceHabits {
  /** Null: not known, it was heard before this was kept. */
  firstSeenMs: number | null;
  /** The sleep it declared last; 0: none. */
  sleepMs: number;
  /** The interval learned from its messages; null: none yet. */
  learnedIntervalMs: number | null;
}
export interface DeviceStore {
  get(id: string): Promise<DeviceRow | undefined>;
  /** By id. */
  list(page: PageRequest): Promise<PageOf<DeviceRow>>;
  put(device: DeviceRow): Write;
  /** Removes the device with everything kept under its id: readings, latest values, pulse, pairing, commands. Scores stay. */
  remove(id: string): Write;
}

export interface PulseStore {
  /** Bucket starts (multiples of PULSE_BUCKET_MS) in [fromMs, toMs) in which the device was heard, oldest first. */
  heard(deviceId: string, fromMs: number, toMs: number): Promise<number[]>;
  mark(deviceId: string, bucketMs: number): Write;
  /** Forgets marks of a device before a time. */
  forget(deviceId: string, beforeMs: number): Promise<Write>;
}

export interface LatestRow {
  metric: string;
  value: number | boolean | string;
  atMs: number;
}
export interface LatestStore {
  /** By metric; at most `limit`. */
  list(deviceId: string, limit: number): Promise<LatestRow[]>;
  /** Throws TypeError for a number that is none. */
  put(deviceId: string, atMs: number, values: Iterable<readonly [metric: string, value: LatestRow['value']]>): Write;
}

export interface PairingRow {
  deviceId: string;
  state: 'requested' | 'paired' | 'timed_out';
  /** '' = an unpairing was requested or answered. */
  username: string;
  previousUsername: string | null;
  requestedAtMs: number;
  publishedAtMs: number | null;
  answeredAtMs: number | null;
}
export interface PairingStore {
  get(deviceId: string): Promise<PairingRow | undefined>;
  /** By device id. */
  list(page: PageRequest): Promise<PageOf<PairingRow>>;
  put(pairing: PairingRow): Write;
  remove(deviceId: string): Write;
}

export interface ScoreRow {
  id: string;
  deviceId: string;
  username: string;
  score: number;
  /** Server time of reception. */
  atMs: number;
  demo: boolean;
  /** Set while removed by an owner; such scores are in no list and no tally, but can be restored. */
  removedMs: number | null;
}
export interface ScoreStore {
  get(id: string): Promise<ScoreRow | undefined>;
  /** Ids of all scores, removed ones too, in the order of the ids. */
  ids(limit: number, after?: string): Promise<string[]>;
  /** Newest first (time, then id), removed ones left out. */
  list(page: PageRequest & { deviceId?: string | undefined; username?: string | undefined }): Promise<PageOf<ScoreRow>>;
  /** Scores of one day bucket and person, removed ones left out, oldest first: to count a tally again. */
  ofDay(day: string, username: string, limit: number): Promise<ScoreRow[]>;
  /** All scores of the demonstration, removed or not. */
  demo(limit: number): Promise<ScoreRow[]>;
  /** `day` is the hub-local calendar day of atMs, YYYY-MM-DD. */
  put(score: ScoreRow, day: string): Write;
  /** The same for an id that no score ever had: cheaper, because nothing needs to be looked for. */
  add(score: ScoreRow, day: string): Write;
  remove(score: ScoreRow, day: string): Write;
}

/** One person's games of one day, or of all time (`day` = 'all'); kept in the same commit as the score. */
export interface TallyRow {
  day: string;
  username: string;
  best: number;
  bestAtMs: number;
  games: number;
  lastAtMs: number;
}
export interface TallyStore {
  get(day: string, username: string): Promise<TallyRow | undefined>;
  /** All rows of days in [fromDay, toDay], or of 'all'; by day, then user name; at most `limit`. */
  range(fromDay: string, toDay: string, limit: number): Promise<TallyRow[]>;
  put(tally: TallyRow): Write;
  remove(day: string, username: string): Write;
}

/** A ring per client id of the QoS 1 and 2 packets it was acknowledged for: a DUP of one of them is not stored again. */
export interface ReceiptRow {
  slot: number;
  messageId: number;
  /** Hash of topic and payload. */
  hash: string;
}
export interface ReceiptStore {
  /** By slot. */
  list(clientId: string, limit: number): Promise<ReceiptRow[]>;
  put(clientId: string, receipt: ReceiptRow): Write;
  forget(clientId: string): Write;
  /** Whose receipts there are: a name for each client id that has some, in the order of these names. */
  names(limit: number, after?: string): Promise<string[]>;
  nameOf(clientId: string): string;
  forgetNamed(name: string): Write;
}

/** A message somebody keeps to publish it again. */
export interface SavedPublishRow {
  id: string;
  name: string;
  topic: string;
  payload: string;
  encoding: 'utf8' | 'base64';
  qos: 0 | 1 | 2;
  retain: boolean;
  createdMs: number;
  createdBy: string;
}
export interface SavedPublishStore {
  get(id: string): Promise<SavedPublishRow | undefined>;
  /** By name, then id. */
  list(page: PageRequest): Promise<PageOf<SavedPublishRow>>;
  put(saved: SavedPublishRow): Write;
  remove(id: string): Write;
}

/** A retained message that was deleted and can be brought back. */
export interface RetainedTrashRow {
  id: string;
  /** Of everything that was deleted together. */
  batch: string;
  topic: string;
  /** Base64. */
  payload: string;
  qos: 0 | 1 | 2;
  /** What MQTT 5 says about it, as JSON; '' when nothing. */
  properties: string;
  expiresMs: number | null;
  deletedMs: number;
  deletedBy: string;
}
export interface RetainedTrashStore {
  get(id: string): Promise<RetainedTrashRow | undefined>;
  /** Newest first. */
  list(page: PageRequest): Promise<PageOf<RetainedTrashRow>>;
  /** Oldest first. */
  oldest(limit: number): Promise<RetainedTrashRow[]>;
  ofBatch(batch: string, limit: number): Promise<RetainedTrashRow[]>;
  put(row: RetainedTrashRow): Write;
  remove(id: string): Write;
}

export interface StoreStats {
  /** Bytes on disk; null when not on a disk. */
  bytes: number | null;
  /** Commits performed and writes in them, since the start. */
  commits: number;
  writes: number;
  pendingWrites: number;
}

export interface Store {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly invites: InviteStore;
  readonly accounts: AccountStore;
  readonly devices: DeviceStore;
  readonly pulses: PulseStore;
  readonly latest: LatestStore;
  readonly telemetry: TelemetryStore;
  readonly pairings: PairingStore;
  readonly scores: ScoreStore;
  readonly tallies: TallyStore;
  readonly receipts: ReceiptStore;
  readonly events: EventStore;
  readonly alertRules: AlertRuleStore;
  readonly alerts: AlertStore;
  readonly mode: ModeStore;
  readonly savedPublishes: SavedPublishStore;
  readonly retainedTrash: RetainedTrashStore;
  readonly commands: CommandStore;
  readonly bulks: BulkStore;
  readonly widgets: WidgetStore;
  readonly boards: BoardStore;
  readonly destinations: DestinationStore;
  readonly outbox: OutboxStore;
  readonly deadLetters: DeadLetterStore;
  readonly healthy: boolean;
  /** All or nothing; resolves in call order when stored. Rejects STORE_UNAVAILABLE (disk) or STORE_BUSY (queue full). */
  commit(writes: readonly Write[]): Promise<void>;
  stats(): Promise<StoreStats>;
  /** Waits for what was submitted, then closes. */
  close(): Promise<void>;
}
