/** Who a connection or request speaks for. Decided once, at CONNECT or in the HTTP guard; never changed by a payload. */
import type { Role } from '../contract/permissions.ts';
import type { Ruleset } from './acl-rules.ts';

export interface Person {
  readonly kind: 'person';
  readonly userId: string;
  readonly username: string;
  readonly role: Role;
  readonly sessionId: string;
}

export interface DevicePrincipal {
  readonly kind: 'device';
  /** Canonical device id. */
  readonly deviceId: string;
  /** Every name the device may call itself, canonical forms (see domain/device-id.ts); contains deviceId. */
  readonly names: ReadonlySet<string>;
  /** False: admitted by client id alone. */
  readonly isProtected: boolean;
}

/** A program with a name and a password: Zigbee2MQTT, Home Assistant, a fleet that shares one user. */
export interface AccountPrincipal {
  readonly kind: 'account';
  readonly name: string;
  /** As they are now, for this client: rules that are changed count from the next message on. */
  readonly rules: Ruleset;
}

/** No credentials, RUCHE_ANONYMOUS=pair: may announce itself and wait for a pairing or command meant for it. */
export interface Waiting {
  readonly kind: 'waiting';
  readonly waitingId: string;
  /** What the device would be called, when a dialect can tell from the client id. */
  readonly deviceId: string | undefined;
}

/** RUCHE_ANONYMOUS=open: everything is allowed except what only the hub may do. */
export interface Open {
  readonly kind: 'open';
}

export type Principal = Person | DevicePrincipal | AccountPrincipal | Waiting | Open;
