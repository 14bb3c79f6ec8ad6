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
  publish(session: Session, will: Parcel, ending: Ending): void;
  /** For a client of an earlier run: like any message of it, but nobody waits for the answer. */
  publishOrphan(by: Publisher, will: Parcel, ending: Ending): void;
  /** It is not published: only what goes with it is stored. */
  discard(ending: Ending): void;
}

export interface Ending {
  /** Stored with the will, published or not. */
  readonly also: readonly Write[];
  /** That is done; or, with an error, nothing of it is. Called once. */
  ended(error?: unknown): void;
}

export interface LastWords extends Ending {
  /** The key of the session it belonged to. */
  readonly key: string;
  readonly session: Session | undefined;
  readonly will: Parcel;
}

/** A will whose time has come. */
export interface LastWord extends Ending {
  readonly lane: Lane;
  readonly by: Publisher;
  readonly parcel: Parcel;
  readonly decision: Decision;
}

export function publishLastWords({ key, session, will, ...ending }: LastWords, deps: LastWordsDeps): void {
  if (session !== undefined) {
    const { principal, clientId } = session;
    const owner = ownerOf(principal);
    const now = owner === undefined ? principal : deps.principalOf(owner, clientId);
    if (now === undefined) {
      deps.discard(ending);
      return;
    }
    session.principal = now;
    deps.publish(session, will, ending);
    return;
  }
  const whose = readSessionKey(key);
  const principal = whose === undefined ? NOBODY_IN_PARTICULAR : deps.principalOf(whose.owner, whose.clientId);
  if (principal === undefined) deps.discard(ending);
  else deps.publishOrphan({ principal, clientId: clientIdIn(key), address: '' }, will, ending);
}

/** The only ones without an owner whose wills outlive the hub. */
const NOBODY_IN_PARTICULAR: Principal = { kind: 'open' };
