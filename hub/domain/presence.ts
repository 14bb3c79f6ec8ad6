/**
 * Whether a device is there, decided from facts: one of five states and the reason, since when, and when to look again.
 *
 * The rules, first match wins. "Silence" is the time since the device was last heard; "interval" how often it is expected.
 * 1. Never heard: never.
 * 2. Connected: online while the silence is at most 1.5 keep-alives, late up to 3, then offline. Without a keep-alive
 *    (0 seconds) the open connection is all there is to know: online.
 * 3. It declared a sleep and is gone: asleep up to 1.5 intervals (the interval is at least the sleep), late up to 3,
 *    then offline. How the connection ended does not matter: chips fall asleep without a goodbye.
 * 4. Its last will was published: offline. Its connection broke: offline too, unless a person set its interval, which
 *    says that it comes and goes.
 * 5. It is known how often to expect it: online up to 1.5 intervals, late up to 3, then offline.
 * 6. It said DISCONNECT and has no known interval: offline. Without any knowledge: as if expected every UNKNOWN_INTERVAL_MS.
 *
 * Not heard since the hub started (nothing but what was stored is known): the hub was deaf while it was down, so that time
 * is no silence of the device. A device that is inside the interval it declared or a person set is asleep or online by the
 * wall clock all the same; of a learned one it is not known whether it broke off. Any other is shown as late ("hub
 * restarted") until 3 intervals of counted silence have passed, then offline: amber for the minute in which everybody
 * reconnects, red for those who do not come back, red at once for those who had long been silent before.
 */
import type { Departure, DeviceStatus, StatusReason } from '../contract/device.ts';

/** Silence up to 1.5 intervals is normal, up to 3 it is late. */
export const ON_TIME = 1.5;
export const LATE = 3;
/** Expected of a device about which nothing is known. */
const UNKNOWN_INTERVAL_MS = 300_000;
/** After a restart of the hub, MQTT clients of unknown rhythm are expected back within this time. */
const RECONNECT_INTERVAL_MS = 60_000;

export interface HubTimes {
  readonly startedMs: number;
  /** The last sign of life of any device before this start: until then the hub surely ran. */
  readonly heardUntilMs: number | undefined;
}

export interface PresenceFacts {
  readonly createdMs: number;
  readonly lastSeenMs: number | null;
  readonly connection: { readonly sinceMs: number; readonly keepaliveS: number } | undefined;
  /** How and when the last connection ended, since the hub started. */
  readonly departure: { readonly kind: Departure; readonly atMs: number } | undefined;
  /** The interval a person set. */
  readonly setIntervalMs: number | null;
  /** The sleep the device declared last; 0 = none. */
  readonly sleepMs: number;
  /** The interval learned from its messages. */
  readonly learnedIntervalMs: number | undefined;
  readonly hub: HubTimes;
}

export interface Presence {
  readonly status: DeviceStatus;
  readonly reason: StatusReason;
  /** When this status began, as far as the facts tell. */
  readonly fromMs: number;
  /** Without new facts the answer stays the same before this time. */
  readonly untilMs: number;
}

/** How often the device is expected: set by a person, else declared as sleep, else learned. */
export function intervalOf(
  facts: Pick<PresenceFacts, 'setIntervalMs' | 'sleepMs' | 'learnedIntervalMs'>,
): number | undefined {
  if (facts.setIntervalMs !== null) return Math.max(facts.setIntervalMs, facts.sleepMs);
  return facts.sleepMs > 0 ? facts.sleepMs : facts.learnedIntervalMs;
}

export function presenceOf(facts: PresenceFacts, nowMs: number): Presence {
  const { lastSeenMs, connection, departure, sleepMs } = facts;
  if (lastSeenMs === null) return always('never', 'never', facts.createdMs);
  if (connection !== undefined) return connected(connection, lastSeenMs, nowMs);
  const intervalMs = intervalOf(facts);
  if (lastSeenMs < facts.hub.startedMs) return afterRestart(facts, lastSeenMs, nowMs);
  if (sleepMs > 0) return byRhythm(SLEEPING, lastSeenMs, Math.max(sleepMs, intervalMs ?? 0), nowMs);
  if (departure?.kind === 'will') return always('offline', 'last-will', departure.atMs);
  const isBroken = departure?.kind === 'lost' || departure?.kind === 'dropped';
  if (isBroken && facts.setIntervalMs === null) return always('offline', 'connection-lost', departure.atMs);
  if (intervalMs === undefined && departure !== undefined) return always('offline', 'disconnected', departure.atMs);
  const words: Words = { fine: ['online', 'rhythm'], gone: goneReason(departure?.kind) };
  return byRhythm(words, lastSeenMs, intervalMs ?? UNKNOWN_INTERVAL_MS, nowMs);
}

interface Words {
  readonly fine: readonly [DeviceStatus, StatusReason];
  readonly gone: StatusReason;
}
const SLEEPING: Words = { fine: ['asleep', 'sleeping'], gone: 'silent' };
const RHYTHM: Words = { fine: ['online', 'rhythm'], gone: 'silent' };
const CONNECTED: Words = { fine: ['online', 'connected'], gone: 'silent' };

function goneReason(departure: Departure | undefined): StatusReason {
  if (departure === undefined) return 'silent';
  return departure === 'lost' || departure === 'dropped' ? 'connection-lost' : 'disconnected';
}

const always = (status: DeviceStatus, reason: StatusReason, fromMs: number): Presence => ({
  status,
  reason,
  fromMs,
  untilMs: Number.POSITIVE_INFINITY,
});

function connected(
  connection: { readonly sinceMs: number; readonly keepaliveS: number },
  lastSeenMs: number,
  nowMs: number,
): Presence {
  const { sinceMs, keepaliveS } = connection;
  if (keepaliveS === 0) return always('online', 'connected', sinceMs);
  const presence = byRhythm(CONNECTED, lastSeenMs, keepaliveS * 1000, nowMs);
  return presence.status === 'online' ? { ...presence, fromMs: sinceMs } : presence;
}

function byRhythm(words: Words, lastSeenMs: number, intervalMs: number, nowMs: number): Presence {
  const lateMs = lastSeenMs + intervalMs * ON_TIME;
  const goneMs = lastSeenMs + intervalMs * LATE;
  // "Within" includes the boundary, so a status ends one millisecond after it.
  if (nowMs <= lateMs) return { ...named(words.fine), fromMs: lastSeenMs, untilMs: Math.floor(lateMs) + 1 };
  if (nowMs <= goneMs) {
    return { status: 'late', reason: 'silent', fromMs: Math.floor(lateMs), untilMs: Math.floor(goneMs) + 1 };
  }
  return always('offline', words.gone, Math.floor(goneMs));
}

const named = ([status, reason]: Words['fine']): { status: DeviceStatus; reason: StatusReason } => ({ status, reason });

function afterRestart(facts: PresenceFacts, lastSeenMs: number, nowMs: number): Presence {
  const { hub } = facts;
  const isDeclared = facts.setIntervalMs !== null || facts.sleepMs > 0;
  const intervalMs = isDeclared ? intervalOf(facts) : undefined;
  if (intervalMs !== undefined) {
    const plain = byRhythm(facts.sleepMs > 0 ? SLEEPING : RHYTHM, lastSeenMs, intervalMs, nowMs);
    if (plain.status === 'online' || plain.status === 'asleep') return plain;
  }
  // Who speaks every second needs its time to connect again, too.
  const expectedMs = intervalMs ?? Math.max(facts.learnedIntervalMs ?? 0, RECONNECT_INTERVAL_MS);
  const lateForMs = expectedMs * LATE;
  const silentBeforeMs = Math.max(0, (hub.heardUntilMs ?? lastSeenMs) - lastSeenMs);
  if (silentBeforeMs > lateForMs) return always('offline', 'silent', Math.floor(lastSeenMs + lateForMs));
  const goneMs = Math.floor(hub.startedMs + lateForMs - silentBeforeMs);
  if (nowMs <= goneMs) return { status: 'late', reason: 'hub-restarted', fromMs: lateFrom(), untilMs: goneMs + 1 };
  return always('offline', 'hub-restarted', goneMs);

  function lateFrom(): number {
    const endOfIntervalMs = intervalMs === undefined ? 0 : Math.floor(lastSeenMs + intervalMs * ON_TIME);
    return Math.max(hub.startedMs, endOfIntervalMs);
  }
}
