/** Who may publish, subscribe and read what over MQTT. The one place that decides it, for every kind of principal. */
import type { ErrorCode } from '../contract/errors.ts';
import { LIVE_PREFIX, OWN_PREFIX, SIMON_PAIR, SIMON_PAIR_ACK, SIMON_SCORES, SYS_PREFIX } from '../contract/topics.ts';
import { canonicalId } from './device-id.ts';
import type { DevicePrincipal, Person, Principal, Waiting } from './principal.ts';
import { isTopicFilter } from './topic-names.ts';

export type Verdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly code: ErrorCode; readonly detail: string };

const ALLOWED: Verdict = { allowed: true };
const WAITING: Verdict = refuse('PUBLISH_WAITING', 'Nothing a waiting client publishes is kept.');

/** Topics devices share; which device a payload speaks for is checked where the payload is read. */
const DEVICE_SHARED: ReadonlySet<string> = new Set([SIMON_SCORES, SIMON_PAIR_ACK]);
/** Own topics a device that is not adopted yet may listen to. */
const WAITING_KINDS: ReadonlySet<string> = new Set(['pair', 'cmd', 'config']);
/** A pairing message is tiny (seed 0: 256 bytes on the device); a longer one names nobody. */
const PAIRING_BYTES_MAX = 1024;

/** Only the hub publishes under these. */
export function isReserved(topic: string): boolean {
  return topic.startsWith(LIVE_PREFIX) || topic.startsWith(SYS_PREFIX);
}

/** `topic` is a valid topic name. */
export function mayPublish(principal: Principal, topic: string): Verdict {
  if (isReserved(topic)) return refuse('PUBLISH_RESERVED', 'Only the hub publishes there.');
  switch (principal.kind) {
    case 'open':
      return ALLOWED;
    case 'waiting':
      return WAITING;
    case 'person':
      if (principal.role !== 'viewer') return ALLOWED;
      return refuse('PUBLISH_FORBIDDEN', 'A viewer publishes nothing; commands go through the API.');
    case 'device':
      if (DEVICE_SHARED.has(topic) || isOwn(principal, topic)) return ALLOWED;
      return refuse('PUBLISH_FORBIDDEN', `Device "${principal.deviceId}" publishes only under its own name.`);
  }
}

export function maySubscribe(principal: Principal, filter: string): Verdict {
  if (!isTopicFilter(filter)) return refuse('SUBSCRIBE_FORBIDDEN', 'This is not a valid topic filter.');
  switch (principal.kind) {
    case 'person':
      return ALLOWED;
    case 'open':
      if (!filter.startsWith('$live')) return ALLOWED;
      return refuse('SUBSCRIBE_FORBIDDEN', 'Live topics are for signed-in people.');
    case 'waiting':
      if (filter === SIMON_PAIR || isForWaiting(principal, filter)) return ALLOWED;
      return refuse('SUBSCRIBE_FORBIDDEN', 'A waiting client may listen only to what is meant for it.');
    case 'device':
      if (filter === SIMON_PAIR || isOwn(principal, filter)) return ALLOWED;
      return refuse('SUBSCRIBE_FORBIDDEN', `Device "${principal.deviceId}" may listen only to what is meant for it.`);
  }
}

/**
 * The read side, asked for every delivery: a filter that was once granted, or that is wider than it should be, must
 * not show what its owner may not read now.
 */
export function mayRead(principal: Principal, topic: string, payload: Uint8Array): boolean {
  switch (principal.kind) {
    case 'person':
      return topic !== SIMON_PAIR || mayReadPairings(principal);
    case 'open':
      return !topic.startsWith(LIVE_PREFIX);
    case 'waiting':
      if (topic === SIMON_PAIR) return isSameDevice(principal.deviceId, namedDevice(payload));
      return isForWaiting(principal, topic);
    case 'device':
      if (topic === SIMON_PAIR) return principal.names.has(namedDevice(payload) ?? '');
      return isOwn(principal, topic);
  }
}

function refuse(code: ErrorCode, detail: string): Verdict {
  return { allowed: false, code, detail };
}

const mayReadPairings = (person: Person): boolean => person.role !== 'viewer';

/** `ruche/<a name of it>/…`; the name must be spelled out, so no wildcard reaches beyond it. */
function isOwn(device: DevicePrincipal, topicOrFilter: string): boolean {
  const name = ownName(topicOrFilter);
  return name !== undefined && device.names.has(canonicalId(name));
}

function isForWaiting(waiting: Waiting, topicOrFilter: string): boolean {
  const name = ownName(topicOrFilter);
  if (name === undefined || !isSameDevice(waiting.deviceId, canonicalId(name))) return false;
  return WAITING_KINDS.has(topicOrFilter.slice(OWN_PREFIX.length + name.length + 1));
}

const isSameDevice = (deviceId: string | undefined, canonical: string | undefined): boolean =>
  deviceId !== undefined && canonical !== undefined && canonicalId(deviceId) === canonical;

/** The device in `ruche/<device>/…`; undefined for every other topic, for `ruche/<device>` alone and for wildcards. */
function ownName(topicOrFilter: string): string | undefined {
  if (!topicOrFilter.startsWith(OWN_PREFIX)) return undefined;
  const end = topicOrFilter.indexOf('/', OWN_PREFIX.length);
  const name = end === -1 ? '' : topicOrFilter.slice(OWN_PREFIX.length, end);
  return name === '' || name === '+' || name === '#' ? undefined : name;
}

/** Canonical id of the device a pairing message names. */
function namedDevice(payload: Uint8Array): string | undefined {
  if (payload.byteLength > PAIRING_BYTES_MAX) return undefined;
  try {
    const message: unknown = JSON.parse(Buffer.from(payload).toString());
    if (typeof message !== 'object' || message === null || !('device_id' in message)) return undefined;
    return typeof message.device_id === 'string' ? canonicalId(message.device_id) : undefined;
  } catch {
    return undefined; // not JSON: names nobody
  }
}
