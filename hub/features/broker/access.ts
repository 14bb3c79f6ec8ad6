/** What a connected client may subscribe to, and how much a stranger may say. */
import { maySubscribe } from '../../domain/acl.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import { innerFilter, isSharedFilter, sharedFilterOf } from '../../domain/shared-filter.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { Subscribed } from './address-tally.ts';
import type { BrokerLimits } from './limits.ts';
import { reasonFor } from './reasons.ts';
import { type Session, whoIs } from './session.ts';
import { levelsOf } from './subscription.ts';

export interface AccessDeps {
  readonly limits: BrokerLimits;
  /** Of all sessions. */
  subscriptions(): Subscribed;
  /** Of strangers of one address. */
  subscriptionsFrom(address: string): Subscribed;
  refused(facts: Omit<RefusalFacts, 'atMs'>): void;
}

const MINUTE_MS = 60_000;
/** Of the room for subscriptions, what clients without credentials may fill. */
const STRANGERS_SHARE = 0.5;

export class Access {
  readonly #deps: AccessDeps;

  constructor(deps: AccessDeps) {
    this.#deps = deps;
  }

  /** Decides on one filter of a SUBSCRIBE, or of a session that comes back. */
  maySubscribe(session: Session, filter: string): boolean {
    // One that is on its way out may have thousands of filters left in the same packet.
    if (session.departure !== undefined) return false;
    const verdict = this.#subscribeVerdict(session, filter);
    if (verdict.allowed) {
      if (!session.filters.has(filter)) session.filterLevels += levelsOf(filter);
      session.filters.add(filter);
      return true;
    }
    this.#refuse(session, filter, verdict);
    session.connection?.codec.refuse?.(filter, reasonFor(verdict.code, verdict.detail, undefined, verdict.hint));
    return false;
  }

  /** Strangers get so many packets a minute; more, and they are disconnected. */
  isTooMuch(session: Session, { nowMs, count }: { nowMs: number; count: number }): boolean {
    if (session.principal.kind !== 'waiting') return false;
    if (nowMs - session.minuteMs >= MINUTE_MS) {
      session.minuteMs = nowMs;
      session.packetsInMinute = 0;
    }
    session.packetsInMinute += count;
    if (session.packetsInMinute <= this.#deps.limits.waitingPacketsPerMinuteMax) return false;
    const detail = 'A waiting client sent too many packets in a minute.';
    this.#deps.refused({ ...whoIs(session), action: 'publish', code: 'RATE_LIMITED', detail });
    session.end('dropped', reasonFor('RATE_LIMITED', detail));
    return true;
  }

  #refuse(session: Session, filter: string, { allowed: _, ...why }: Verdict & { readonly allowed: false }): void {
    const { refusedSubscriptionsMax, waitingRefusedSubscriptionsMax } = this.#deps.limits;
    const max = session.principal.kind === 'waiting' ? waitingRefusedSubscriptionsMax : refusedSubscriptionsMax;
    session.refusedSubscriptions++;
    if (session.refusedSubscriptions <= max) {
      this.#deps.refused({ ...whoIs(session), ...why, action: 'subscribe', topic: filter });
      return;
    }
    const told = `The client was disconnected: more than ${max} of its subscriptions were refused.`;
    this.#deps.refused({ ...whoIs(session), action: 'subscribe', code: 'RATE_LIMITED', detail: told });
    session.end('dropped', reasonFor('RATE_LIMITED', told));
  }

  /** Why there is no room for so many levels more. Strangers cannot take all of it. */
  #fullFor({ principal, address, filterLevels }: Session, levels: number): string | undefined {
    const { subscriptionsMax, subscriptionLevelsMax, subscriptionLevelsPerClientMax } = this.#deps.limits;
    if (filterLevels + levels > subscriptionLevelsPerClientMax) {
      return `The filters of a client may have ${subscriptionLevelsPerClientMax} levels together.`;
    }
    const isOfStranger = isStranger(principal);
    const full = isOfStranger ? this.#fullForAddress(address, levels) : undefined;
    if (full !== undefined) return full;
    const share = isOfStranger ? STRANGERS_SHARE : 1;
    const all = this.#deps.subscriptions();
    const isFull = all.count >= subscriptionsMax * share || all.levels + levels > subscriptionLevelsMax * share;
    return isFull ? 'All clients together have too many subscriptions.' : undefined;
  }

  #fullForAddress(address: string, levels: number): string | undefined {
    const { strangersSubscriptionsPerAddressMax: max, strangersSubscriptionLevelsPerAddressMax: levelsMax } =
      this.#deps.limits;
    const here = this.#deps.subscriptionsFrom(address);
    if (here.count < max && here.levels + levels <= levelsMax) return undefined;
    return `Clients without credentials of one address may have ${max} subscriptions with ${levelsMax} levels.`;
  }

  #subscribeVerdict(session: Session, filter: string): Verdict {
    const { principal, filters, connection } = session;
    const { waitingSubscriptionsMax, subscriptionsPerClientMax, topicBytesMax } = this.#deps.limits;
    if (Buffer.byteLength(filter) > topicBytesMax) {
      return { allowed: false, code: 'SUBSCRIBE_FORBIDDEN', detail: `A filter has at most ${topicBytesMax} bytes.` };
    }
    const max = principal.kind === 'waiting' ? waitingSubscriptionsMax : subscriptionsPerClientMax;
    if (filters.size >= max && !filters.has(filter)) {
      return { allowed: false, code: 'SUBSCRIPTIONS_FULL', detail: `A client may have ${max} subscriptions.` };
    }
    // Those of a session that comes back are counted already.
    if (connection?.mailbox.subscriptions.has(filter) !== true) {
      const full = this.#fullFor(session, levelsOf(filter));
      if (full !== undefined) return { allowed: false, code: 'SUBSCRIPTIONS_FULL', detail: full };
    }
    if (isSharedFilter(filter) && sharedFilterOf(filter) === undefined) {
      return { allowed: false, code: 'SUBSCRIBE_FORBIDDEN', detail: 'A shared filter is $share/<group>/<filter>.' };
    }
    return maySubscribe(principal, innerFilter(filter));
  }
}

/** Nobody vouches for it: there may be as many of them as somebody makes up. */
export const isStranger = ({ kind }: Session['principal']): boolean => kind === 'waiting' || kind === 'open';
