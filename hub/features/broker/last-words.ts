/** A will is published with the rights its owner has then: they may have changed, or ended, since the CONNECT. */
import type { Principal } from '../../domain/principal.ts';
import type { Write } from '../../store/store.ts';
import type { Decision } from './decision.ts';
import { clientIdIn, type Owner, ownerOf, readSessionKey } from './identity.ts';
import type { Lane } from './lane.ts';
import type { Parcel } from './parcel.ts';
import type { Publisher, Session } from './session.ts';

export interface LastWordsDeps {
  /** Who a client of this owner would be now; undefined: nobody, the owner is gone. */
  principalOf(owner: Owner, clientId: string): Principal | undefined;
  /** For a client that was here in this run. */
  publish(session: Session, will: Parcel, also: readonly Write[]): void;
  /** For a client of an earlier run: like any message of it, but nobody waits for the answer. */
  publishOrphan(by: Publisher, will: Parcel, also: readonly Write[]): void;
  /** It is not published: only what goes with it is stored. */
  discard(also: readonly Write[]): void;
}

export interface LastWords {
  /** The key of the session it belonged to. */
  readonly key: string;
  readonly session: Session | undefined;
  readonly will: Parcel;
  readonly also: readonly Write[];
}

/** A will whose time has come; `also` is stored with it, published or not. */
export interface LastWord {
  readonly lane: Lane;
  readonly by: Publisher;
  readonly parcel: Parcel;
  readonly decision: Decision;
  readonly also: readonly Write[];
}

export function publishLastWords({ key, session, will, also }: LastWords, deps: LastWordsDeps): void {
  if (session !== undefined) {
    const { principal, clientId } = session;
    const owner = ownerOf(principal);
    const now = owner === undefined ? principal : deps.principalOf(owner, clientId);
    if (now === undefined) {
      deps.discard(also);
      return;
    }
    session.principal = now;
    deps.publish(session, will, also);
    return;
  }
  const whose = readSessionKey(key);
  const principal = whose === undefined ? NOBODY_IN_PARTICULAR : deps.principalOf(whose.owner, whose.clientId);
  if (principal === undefined) deps.discard(also);
  else deps.publishOrphan({ principal, clientId: clientIdIn(key), address: '' }, will, also);
}

/** The only ones without an owner whose wills outlive the hub. */
const NOBODY_IN_PARTICULAR: Principal = { kind: 'open' };
