/** What is known of one device: its connections, when it was heard, its status and pulse. */
import type { Departure, DeviceStatus, StatusReason } from '../../contract/device.ts';
import { PULSE_BUCKET_MS, PULSE_MARKS } from '../../contract/limits.ts';
import { type HubTimes, intervalOf, type PresenceFacts, presenceOf } from '../../domain/presence.ts';
import { pulseBucket, pulseOf, pulseStartMs, type StatusChange } from '../../domain/pulse.ts';
import type { HeartbeatReport } from '../../domain/report.ts';
import { learnedIntervalMs, type Rhythm, rhythmOf, withBeat } from '../../domain/rhythm.ts';
import type { DeviceHabits, DeviceRow } from '../../store/store.ts';
import { Reconnects } from './reconnects.ts';
import type { SessionFacts } from './session-facts.ts';

/** Status changes kept for the pulse; of a device that flaps more often in two hours the oldest are forgotten. */
const HISTORY_MAX = 128;
/** After a takeover the next connection is there within this time, or it is not coming. */
const TAKEOVER_MS = 1000;
/** Who speaks and says goodbye within this time came only to speak. */
const VISIT_MAX_MS = 60_000;

export interface Standing {
  readonly status: DeviceStatus;
  readonly reason: StatusReason;
  readonly sinceMs: number;
}

export class Life {
  readonly deviceId: string;
  #hub: HubTimes;
  /** By client id; the broker bounds how many connections there are. */
  readonly #sessions = new Map<string, SessionFacts>();
  #departure: { kind: Departure; atMs: number; isVisit: boolean } | undefined;
  #spokeMs = 0;
  /** An earlier run may have learned it. */
  #rhythm: Rhythm;
  #sleepMs: number;
  /** Null: never. */
  #firstSeenMs: number | null;
  #heard = new Set<number>();
  #history: StatusChange[] = [];
  #pulse = { bucketMs: Number.NaN, marks: '' };

  lastSeenMs: number | null;
  /** When the row was last written with a time of being seen. */
  savedAtMs = 0;
  standing: Standing = { status: 'never', reason: 'never', sinceMs: 0 };
  /** Without news the standing holds until then. */
  recheckMs = 0;
  /** People would see something new, if only the time. */
  isTouched = false;
  messages = 0;
  refused = 0;
  readonly reconnects = new Reconnects();

  constructor(row: DeviceRow, hub: HubTimes, heard: readonly number[] = []) {
    this.deviceId = row.id;
    this.#hub = hub;
    this.lastSeenMs = beforeStart(row.lastSeenMs, hub);
    this.#firstSeenMs = row.habits?.firstSeenMs ?? (row.lastSeenMs === null ? null : row.createdMs);
    this.#sleepMs = row.habits?.sleepMs ?? 0;
    this.#rhythm = rhythmOf(row.habits?.learnedIntervalMs ?? undefined);
    this.#heard = new Set(heard);
    const { status, reason, fromMs, untilMs } = presenceOf(this.#facts(row), hub.startedMs);
    this.standing = { status, reason, sinceMs: fromMs };
    this.recheckMs = untilMs;
    this.#history.push({ fromMs: Math.max(hub.startedMs, row.createdMs), status });
  }

  get session(): SessionFacts | undefined {
    let newest: SessionFacts | undefined;
    for (const session of this.#sessions.values()) {
      if (newest === undefined || session.connectedMs >= newest.connectedMs) newest = session;
    }
    return newest;
  }

  get isConnected(): boolean {
    return this.#sessions.size > 0;
  }

  has(clientId: string): boolean {
    return this.#sessions.has(clientId);
  }

  connected(session: SessionFacts, nowMs: number): void {
    // Beside another client of the same device it is a second line, and no way back.
    const isAlone = [...this.#sessions.keys()].every((clientId) => clientId === session.clientId);
    if (isAlone) this.reconnects.connected(nowMs);
    this.#sessions.set(session.clientId, session);
    this.#departure = undefined;
    this.recheckMs = 0;
  }

  /** False: it was an older connection of a client that is connected again. */
  disconnected(session: SessionFacts, kind: Departure, atMs: number): boolean {
    const known = this.#sessions.get(session.clientId);
    if (known === undefined || known.connectedMs > session.connectedMs) return false;
    this.#sessions.delete(session.clientId);
    const isShort = atMs - known.connectedMs <= VISIT_MAX_MS;
    const isVisit = kind === 'disconnect' && isShort && this.#spokeMs >= known.connectedMs;
    this.#departure = { kind, atMs, isVisit };
    this.reconnects.disconnected(kind, atMs);
    this.recheckMs = kind === 'taken-over' ? atMs + TAKEOVER_MS : atMs;
    return true;
  }

  /** A sign of life. True: the first one in its pulse bucket. */
  heard(atMs: number): boolean {
    this.lastSeenMs = atMs;
    this.#firstSeenMs ??= atMs;
    this.isTouched = true;
    if (this.standing.status !== 'online') this.recheckMs = atMs;
    return this.markHeard(pulseBucket(atMs));
  }

  markHeard(bucketMs: number): boolean {
    if (this.#heard.has(bucketMs)) return false;
    this.#heard.add(bucketMs);
    this.#pulse.bucketMs = Number.NaN;
    const oldestMs = bucketMs - PULSE_MARKS * PULSE_BUCKET_MS;
    if (this.#heard.size > PULSE_MARKS) this.#heard = new Set([...this.#heard].filter((startMs) => startMs > oldestMs));
    return true;
  }

  /** A message of it was taken; connections tell about themselves, so a rhythm is only learned from messages. */
  spoke(atMs: number): void {
    this.#spokeMs = atMs;
    const gaps = this.#rhythm.gaps.length;
    this.#rhythm = withBeat(this.#rhythm, atMs);
    // Until it has a rhythm it is given minutes; from its first gaps on it must not go on living by those.
    if (this.#rhythm.gaps.length !== gaps) this.recheckMs = Math.min(this.recheckMs, atMs);
    // Heard from somebody who is gone: it has another way to us, so how it left says nothing any more.
    if (!this.isConnected) this.#departure = undefined;
  }

  declared(heartbeat: HeartbeatReport): void {
    this.#sleepMs = (heartbeat.sleepS ?? 0) * 1000;
    this.recheckMs = 0;
  }

  /** It, or the broker in its name, said that it is gone. */
  saidOffline(atMs: number): void {
    if (!this.isConnected) this.#departure = { kind: 'will', atMs, isVisit: false };
    this.recheckMs = atMs;
  }

  /** Nothing may lie in the future: it would hold until the clock has come round to it again. */
  clockWasSetBack(nowMs: number, hub: HubTimes): void {
    const past = (ms: number): number => Math.min(ms, nowMs);
    const isHeardSinceStart = (this.lastSeenMs ?? 0) >= this.#hub.startedMs;
    this.#hub = hub;
    if (this.lastSeenMs !== null) this.lastSeenMs = past(this.lastSeenMs);
    if (this.#firstSeenMs !== null) this.#firstSeenMs = past(this.#firstSeenMs);
    // Both moments may now be this one: what was only read from the store must not turn into a sign of life.
    if (!isHeardSinceStart) this.lastSeenMs = beforeStart(this.lastSeenMs, hub);
    if (this.#departure !== undefined) this.#departure.atMs = past(this.#departure.atMs);
    this.#spokeMs = past(this.#spokeMs);
    this.reconnects.clockWasSetBack(nowMs);
    this.savedAtMs = past(this.savedAtMs);
    this.standing = { ...this.standing, sinceMs: past(this.standing.sinceMs) };
    this.#history = this.#history.map(({ fromMs, status }) => ({ fromMs: past(fromMs), status }));
    this.#heard = new Set([...this.#heard].filter((startMs) => startMs <= nowMs));
    this.#rhythm = { ...this.#rhythm, lastMs: undefined };
    this.#pulse.bucketMs = Number.NaN;
    this.recheckMs = 0;
  }

  /** It comes, speaks and goes, and nobody knows yet when it is due again: that it is gone is no news. */
  isUnpredictable(row: DeviceRow): boolean {
    const isVisitor = this.messages > 0 && this.#departure?.isVisit !== false;
    return isVisitor && !this.isConnected && this.intervalMs(row) === undefined;
  }

  /** What must outlive the hub. */
  get habits(): DeviceHabits {
    return {
      firstSeenMs: this.#firstSeenMs,
      sleepMs: this.#sleepMs,
      learnedIntervalMs: learnedIntervalMs(this.#rhythm) ?? null,
    };
  }

  intervalMs(row: DeviceRow): number | undefined {
    return intervalOf(this.#facts(row));
  }

  /** Decides the standing again; true when people see a difference. */
  evaluate(row: DeviceRow, nowMs: number): boolean {
    const next = presenceOf(this.#facts(row), nowMs);
    this.recheckMs = next.untilMs;
    const { status, reason, sinceMs } = this.standing;
    if (next.status === status && next.reason === reason) return false;
    if (next.status === status) {
      this.standing = { status, reason: next.reason, sinceMs };
      return true;
    }
    // Coming online happens when heard; the other states begin when a limit ran out, which may be noticed later.
    const beganMs = next.status === 'online' ? nowMs : Math.max(next.fromMs, sinceMs);
    this.standing = { status: next.status, reason: next.reason, sinceMs: beganMs };
    this.#remember({ fromMs: beganMs, status: next.status }, nowMs);
    return true;
  }

  pulse(row: DeviceRow, nowMs: number): string {
    const bucketMs = pulseBucket(nowMs);
    if (this.#pulse.bucketMs !== bucketMs) {
      const facts = { firstSeenMs: this.#firstSeenMs, heard: this.#heard, history: this.#history, hub: this.#hub };
      const habits = { sleepMs: this.#sleepMs, intervalMs: this.intervalMs(row) };
      this.#pulse = { bucketMs, marks: pulseOf({ ...facts, ...habits }, nowMs) };
    }
    return this.#pulse.marks;
  }

  #remember(change: StatusChange, nowMs: number): void {
    this.#history.push(change);
    this.#pulse.bucketMs = Number.NaN;
    const startMs = pulseStartMs(nowMs);
    // The change before the window says what the window begins with.
    const firstInside = this.#history.findIndex(({ fromMs }) => fromMs > startMs);
    this.#history.splice(0, Math.max(firstInside - 1, this.#history.length - HISTORY_MAX, 0));
  }

  #facts(row: DeviceRow): PresenceFacts {
    const { session } = this;
    return {
      createdMs: row.createdMs,
      lastSeenMs: this.lastSeenMs,
      connection: session && { sinceMs: session.connectedMs, keepaliveS: session.keepaliveS },
      departure: this.#departure,
      setIntervalMs: row.expectedIntervalMs,
      sleepMs: this.#sleepMs,
      learnedIntervalMs: learnedIntervalMs(this.#rhythm),
      hub: this.#hub,
    };
  }
}

/** A stored moment is from an earlier run, even if the clock was set back since and it lies in the future. */
const beforeStart = (ms: number | null, { startedMs }: HubTimes): number | null =>
  ms === null ? null : Math.min(ms, startedMs - 1);
