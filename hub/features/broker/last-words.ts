/** A will is published with the rights its owner has then: they may have changed, or ended, since the CONNECT. */
import { mayPublish } from '../../domain/acl.ts';
import type { Principal } from '../../domain/principal.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { Write } from '../../store/store.ts';
import { type Owner, ownerOf, readSessionKey } from './identity.ts';
import type { Parcel } from './parcel.ts';
import type { Session } from './session.ts';

export interface LastWordsDeps {
  /** Who a client of this owner would be now; undefined: nobody, the owner is gone. */
  principalOf(owner: Owner, clientId: string): Principal | undefined;
  /** For a client that was here in this run. */
  publish(session: Session, will: Parcel, also: readonly Write[]): void;
  /** For a client of an earlier run. */
  publishOrphan(will: Parcel, also: readonly Write[]): void;
  /** It is not published: only what goes with it is stored. */
  discard(also: readonly Write[]): void;
  refused(facts: Omit<RefusalFacts, 'atMs'>): void;
}

export interface LastWords {
  /** The key of the session it belonged to. */
  readonly key: string;
  readonly session: Session | undefined;
  readonly will: Parcel;
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
  const verdict = principal && mayPublish(principal, will.topic);
  if (verdict?.allowed === true) {
    deps.publishOrphan(will, also);
    return;
  }
  deps.discard(also);
  if (verdict === undefined) return;
  const { allowed: _, ...why } = verdict;
  const account = principal?.kind === 'account' ? { account: principal.name } : {};
  deps.refused({ ...why, ...account, clientId: whose?.clientId, action: 'publish', topic: will.topic });
}

/** The only ones without an owner whose wills outlive the hub. */
const NOBODY_IN_PARTICULAR: Principal = { kind: 'open' };
