/** Who may publish, subscribe and read what over MQTT. The one place that decides it, for every kind of principal. */
import { LIVE_PREFIX, OWN_PREFIX, ownNameIn, SIMON_PAIR, SYS_PREFIX } from '../contract/topics.ts';
import { accountVerdict } from './acl-account.ts';
import { type Ruling, ruleOn, ruleOnFilter } from './acl-rules.ts';
import { canonicalId } from './device-id.ts';
import { isSharedDown, isSharedUp } from './dialects/dialects.ts';
import type { AccountPrincipal, DevicePrincipal, Person, Principal, Waiting } from './principal.ts';
import { innerFilter } from './shared-filter.ts';
import { isTopicFilter } from './topic-names.ts';
import { type Action, allow, refuse, type Verdict } from './verdict.ts';

const WAITING = refuse('PUBLISH_WAITING', 'Nothing a waiting client publishes is kept.', 'waiting');

/** Own topics a device that is not adopted yet may listen to. */
const WAITING_KINDS: ReadonlySet<string> = new Set(['pair', 'cmd', 'config']);
/** A pairing or a command is tiny (256 bytes on the device); a longer one names nobody. */
const ADDRESSED_BYTES_MAX = 1024;

/** Only the hub publishes under these. */
export function isReserved(topic: string): boolean {
  return topic.startsWith(LIVE_PREFIX) || topic.startsWith(SYS_PREFIX);
}

/**
 * May this principal do that? `topic` is a valid name, or for 'subscribe' any filter. Reading may depend on the
 * payload; without one the answer is for a message that is meant for the principal.
 */
export function decide(principal: Principal, action: Action, topic: string, payload?: Uint8Array): Verdict {
  switch (action) {
    case 'publish':
      return mayPublish(principal, topic);
    case 'subscribe':
      return maySubscribe(principal, topic);
    case 'read':
      return readVerdict(principal, topic, payload);
  }
}

/** `topic` is a valid topic name. */
export function mayPublish(principal: Principal, topic: string): Verdict {
  if (isReserved(topic)) return refuse('PUBLISH_RESERVED', 'Only the hub publishes there.', 'hub-only');
  switch (principal.kind) {
    case 'open':
      return allow('open-mode');
    case 'waiting':
      return WAITING;
    case 'person':
      if (principal.role !== 'viewer') return allow('role');
      return refuse('PUBLISH_FORBIDDEN', 'A viewer publishes nothing; commands go through the API.', 'role');
    case 'account':
      return accountVerdict(ruleOn(principal.rules, 'write', topic), principal, 'publish', topic);
    case 'device':
      if (isOwn(principal, topic)) return allow('own-topics');
      // Which device the payload speaks for is checked where the payload is read.
      if (isSharedUp(topic)) return allow('shared-topics');
      return refuse(
        'PUBLISH_FORBIDDEN',
        `Device "${principal.deviceId}" publishes only under its own name.`,
        'not-own',
      );
  }
}

export function maySubscribe(principal: Principal, filter: string): Verdict {
  if (!isTopicFilter(filter)) return refuse('SUBSCRIBE_FORBIDDEN', 'This is not a valid topic filter.', 'not-a-filter');
  switch (principal.kind) {
    case 'person':
      return allow('role');
    case 'open':
      return filter.startsWith('$live') ? LIVE_IS_FOR_PEOPLE : allow('open-mode');
    case 'account': {
      const plain = innerFilter(filter);
      if (plain.startsWith('$live')) return LIVE_IS_FOR_PEOPLE;
      return accountVerdict(ruleOnFilter(principal.rules, plain), principal, 'subscribe', plain);
    }
    case 'waiting':
      if (isSharedDown(filter)) return allow('shared-topics');
      if (isForWaiting(principal, filter)) return allow('own-topics');
      return refuse('SUBSCRIBE_FORBIDDEN', 'A waiting client may listen only to what is meant for it.', 'waiting');
    case 'device':
      if (isSharedDown(filter)) return allow('shared-topics');
      if (isOwn(principal, filter)) return allow('own-topics');
      return refuse(
        'SUBSCRIBE_FORBIDDEN',
        `Device "${principal.deviceId}" may listen only to what is meant for it.`,
        'not-own',
      );
  }
}

/**
 * The read side, asked for every delivery: a filter that was once granted, or that is wider than it should be, must
 * not show what its owner may not read now.
 */
export function mayRead(principal: Principal, topic: string, payload: Uint8Array): boolean {
  // The same without its words, which are costly for somebody who listens to more than the rules allow.
  if (principal.kind === 'account') return readRuling(principal, topic)?.allowed === true;
  return readVerdict(principal, topic, payload).allowed;
}

function readVerdict(principal: Principal, topic: string, payload: Uint8Array | undefined): Verdict {
  switch (principal.kind) {
    case 'person':
      return topic !== SIMON_PAIR || mayReadPairings(principal) ? ROLE_READS : ROLE_DOES_NOT_READ;
    case 'open':
      return topic.startsWith(LIVE_PREFIX) ? LIVE_IS_FOR_PEOPLE : OPEN_READS;
    case 'account':
      return accountReads(principal, topic);
    case 'waiting':
      if (isSharedDown(topic)) return forTheNamed(payload, (name) => isSameDevice(principal.deviceId, name));
      return isForWaiting(principal, topic) ? OWN_READS : NOT_ITS_OWN;
    case 'device':
      if (isSharedDown(topic)) return forTheNamed(payload, (name) => principal.names.has(name ?? ''));
      return isOwn(principal, topic) ? OWN_READS : NOT_ITS_OWN;
  }
}

/** Undefined: no rule can allow it. */
const readRuling = ({ rules }: AccountPrincipal, topic: string): Ruling | undefined =>
  topic.startsWith(LIVE_PREFIX) ? undefined : ruleOn(rules, 'read', topic);

function accountReads(account: AccountPrincipal, topic: string): Verdict {
  const ruling = readRuling(account, topic);
  return ruling === undefined ? LIVE_IS_FOR_PEOPLE : accountVerdict(ruling, account, 'read', topic);
}

// Made once: reading is decided for every delivery.
const ROLE_READS = allow('role');
const OPEN_READS = allow('open-mode');
const OWN_READS = allow('own-topics');
const NAMED_READS = allow('named-device');
const ROLE_DOES_NOT_READ = refuse('SUBSCRIBE_FORBIDDEN', 'A viewer does not read pairings.', 'role');
const LIVE_IS_FOR_PEOPLE = refuse('SUBSCRIBE_FORBIDDEN', 'Live topics are for signed-in people.', 'for-people');
const NOT_ITS_OWN = refuse('SUBSCRIBE_FORBIDDEN', 'This is not meant for it.', 'not-own');
const NAMES_ANOTHER = refuse('SUBSCRIBE_FORBIDDEN', 'The message names another device.', 'named-device');

function forTheNamed(payload: Uint8Array | undefined, isIt: (name: string | undefined) => boolean): Verdict {
  return payload === undefined || isIt(namedDevice(payload)) ? NAMED_READS : NAMES_ANOTHER;
}

const mayReadPairings = (person: Person): boolean => person.role !== 'viewer';

/** `ruche/<a name of it>/…`; the name must be spelled out, so no wildcard reaches beyond it. */
function isOwn(device: DevicePrincipal, topicOrFilter: string): boolean {
  const name = ownNameIn(topicOrFilter);
  return name !== undefined && device.names.has(canonicalId(name));
}

function isForWaiting(waiting: Waiting, topicOrFilter: string): boolean {
  const name = ownNameIn(topicOrFilter);
  if (name === undefined || !isSameDevice(waiting.deviceId, canonicalId(name))) return false;
  return WAITING_KINDS.has(topicOrFilter.slice(OWN_PREFIX.length + name.length + 1));
}

const isSameDevice = (deviceId: string | undefined, canonical: string | undefined): boolean =>
  deviceId !== undefined && canonical !== undefined && canonicalId(deviceId) === canonical;

/** Canonical id of the device a pairing or a command names. */
function namedDevice(payload: Uint8Array): string | undefined {
  if (payload.byteLength > ADDRESSED_BYTES_MAX) return undefined;
  try {
    const message: unknown = JSON.parse(Buffer.from(payload).toString());
    if (typeof message !== 'object' || message === null || !('device_id' in message)) return undefined;
    return typeof message.device_id === 'string' ? canonicalId(message.device_id) : undefined;
  } catch {
    return undefined; // not JSON: names nobody
  }
}
