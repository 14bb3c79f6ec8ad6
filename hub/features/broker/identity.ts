/**
 * Whose something is, as the first part of the name under which the broker keeps it. Device ids and client ids may
 * contain any separator, so an id stands behind its length: what one owner has never reads like another one's.
 */
import type { Principal } from '../../domain/principal.ts';

/** Who can be taken off the hub, and with them what the broker keeps for them. */
export interface Owner {
  readonly kind: 'person' | 'device' | 'account';
  readonly id: string;
}

/** Undefined: nobody in particular, anybody may be it. */
export function ownerOf(principal: Principal): Owner | undefined {
  switch (principal.kind) {
    case 'person':
      return { kind: 'person', id: principal.userId };
    case 'device':
      return { kind: 'device', id: principal.deviceId };
    case 'account':
      return { kind: 'account', id: principal.name };
    case 'waiting':
    case 'open':
      return undefined;
  }
}

/** Every session key of this owner begins with it, and no other one. */
export const keysOf = ({ kind, id }: Owner): string => `${kind}:${id.length}:${id}:`;

export function identityOf(principal: Principal): string {
  const owner = ownerOf(principal);
  return owner === undefined ? `${principal.kind}:` : keysOf(owner);
}

/** Whose session or receipts these are: the same client id of somebody else is another one. */
export const sessionKey = (principal: Principal, clientId: string): string => identityOf(principal) + clientId;

const OWNED = /^(person|device|account):(\d+):/;

/** What `sessionKey` put together; undefined: it belongs to nobody in particular. */
export function readSessionKey(key: string): { owner: Owner; clientId: string } | undefined {
  const [head = '', kind, length] = OWNED.exec(key) ?? [];
  if (kind !== 'person' && kind !== 'device' && kind !== 'account') return undefined;
  const end = head.length + Number(length);
  return { owner: { kind, id: key.slice(head.length, end) }, clientId: key.slice(end + 1) };
}

/** The part of a session key that all sessions of one owner have in common. */
export function ownerKeyOf(key: string): string {
  const whose = readSessionKey(key);
  return whose === undefined ? key.slice(0, key.indexOf(':') + 1) : keysOf(whose.owner);
}

/** The client id in a session key. */
export const clientIdIn = (key: string): string => readSessionKey(key)?.clientId ?? key.slice(key.indexOf(':') + 1);

/** The client id under which Aedes knows a session: numbered, so that it never mixes two connections of one up. */
export const lineId = (number: number, key: string): string => `${number} ${key}`;
export const keyOfLine = (id: string): string => id.slice(id.indexOf(' ') + 1);
