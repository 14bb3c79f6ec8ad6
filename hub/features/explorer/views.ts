/** Topics as a person sees them: without what the role may not read, and without where others are on the network. */
import { mayRole } from '../../contract/permissions.ts';
import type * as Contract from '../../contract/topic.ts';
import { mayRead } from '../../domain/acl.ts';
import { previewOf, textOf } from '../../domain/payload-text.ts';
import type { Person, Principal } from '../../domain/principal.ts';
import { maySeeNetwork } from '../../domain/visibility.ts';
import { PREVIEW_MAX } from './limits.ts';
import type { Seen, TopicNode } from './topic-node.ts';
import { ratePerMinute } from './topic-tree.ts';
import type { Heard } from './topic-watch.ts';

/** User name of the person a device belongs to. */
export type OwnerOf = (deviceId: string) => string | null;

const NO_PAYLOAD = Buffer.alloc(0);

/** What a topic says may be for some roles only, whatever the payload. */
export const mayReadTopic = (person: Person, topic: string): boolean => mayRead(person, topic, NO_PAYLOAD);

/** A client id can be all a device has to prove itself by. */
export const maySeeClients = (person: Person): boolean => mayRole(person.role, 'devices.manage');

export function nodeView(node: TopicNode, person: Person): Contract.TopicNode {
  const { topic, messages, topics, lastMs } = node;
  const hasChildren = node.children !== undefined && node.children.size > 0;
  const value = node.isTopic && mayReadTopic(person, topic) ? valueView(node, person) : null;
  return { topic, messages, topics, hasChildren, lastMs: lastMs === 0 ? null : lastMs, value };
}

function valueView(node: TopicNode, person: Person): Contract.TopicNode['value'] {
  const { bytes, isCut, payloadBytes, isRetained, publishers } = node;
  const clientId = maySeeClients(person) ? (publishers[0]?.clientId ?? null) : null;
  const preview = previewOf(bytes, { isCut, charactersMax: PREVIEW_MAX });
  return { preview, bytes: payloadBytes, retained: isRetained, clientId };
}

export function payloadView(kept: Buffer, bytes: number) {
  const isCut = kept.length < bytes;
  return { bytes, base64: kept.toString('base64'), text: textOf(kept, isCut) ?? null, isCut };
}

/** The last message of a topic; null when it was not heard since the start. */
export function lastView(node: TopicNode | undefined, person: Person): Contract.TopicMessage | null {
  if (node === undefined || node.own === 0) return null;
  const clientId = maySeeClients(person) ? (node.publishers[0]?.clientId ?? null) : null;
  return {
    ...payloadView(node.bytes, node.payloadBytes),
    atMs: node.ownMs,
    qos: node.qos,
    retain: node.retain,
    clientId,
  };
}

export function messageView({ payload, bytes, atMs, qos, retain, by }: Heard, person: Person): Contract.TopicMessage {
  const clientId = maySeeClients(person) ? (by?.clientId ?? null) : null;
  return { ...payloadView(payload, bytes), atMs, qos, retain, clientId };
}

export function publisherView(
  seen: Seen,
  { person, ownerOf, nowMs }: { person: Person; ownerOf: OwnerOf; nowMs: number },
): Contract.TopicPublisher {
  const { messages, atMs } = seen;
  const rate = Math.round(ratePerMinute(seen, nowMs) * 10) / 10;
  return { ...whoView(seen, { person, ownerOf }), messages, ratePerMinute: rate, atMs };
}

export function whoView(
  {
    clientId,
    principal,
    address,
  }: { clientId: string; principal?: Principal | undefined; address?: string | undefined },
  { person, ownerOf }: { person: Person; ownerOf: OwnerOf },
): Pick<Contract.TopicPublisher, 'clientId' | 'username' | 'deviceId' | 'address'> {
  const deviceId = principal !== undefined && 'deviceId' in principal ? (principal.deviceId ?? null) : null;
  const username = usernameOf(principal);
  const belongsTo = principal?.kind === 'person' ? username : deviceId === null ? null : ownerOf(deviceId);
  const isShown = maySeeNetwork(person, belongsTo);
  return { clientId: isShown ? clientId : null, username, deviceId, address: isShown ? (address ?? null) : null };
}

function usernameOf(principal: Principal | undefined): string | null {
  if (principal?.kind === 'person') return principal.username;
  return principal?.kind === 'account' ? principal.name : null;
}
