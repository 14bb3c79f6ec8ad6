/** What a connected client may hear, and how much a stranger may say. */
import { mayRead, maySubscribe } from '../../domain/acl.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { Parcel } from './engine.ts';
import type { BrokerLimits } from './limits.ts';
import { type Session, whoIs } from './session.ts';
import type { Counters } from './stats.ts';

export interface AccessDeps {
  readonly limits: BrokerLimits;
  readonly counters: Counters;
  refused(facts: Omit<RefusalFacts, 'atMs'>): void;
}

const MINUTE_MS = 60_000;

export class Access {
  readonly #deps: AccessDeps;

  constructor(deps: AccessDeps) {
    this.#deps = deps;
  }

  /** Decides on one filter of a SUBSCRIBE, or of a session that comes back. */
  maySubscribe(session: Session, filter: string): boolean {
    const verdict = this.#subscribeVerdict(session, filter);
    if (verdict.allowed) {
      session.filters.add(filter);
      return true;
    }
    const { allowed: _, ...why } = verdict;
    this.#deps.refused({ ...whoIs(session), ...why, action: 'subscribe', topic: filter });
    return false;
  }

  /** Asked for every delivery. A client that does not read gets less, and is disconnected before it costs too much. */
  mayDeliver(session: Session, { topic, payload, qos }: Parcel): boolean {
    if (!mayRead(session.principal, topic, payload)) return false;
    const { limits, counters } = this.#deps;
    const { unsentBytes } = session.front;
    if (unsentBytes > limits.unsentBytesMax) {
      session.front.shut();
      return false;
    }
    if (qos === 0 && unsentBytes > limits.unsentBytesBusy) {
      counters.leftOut++;
      return false;
    }
    counters.messagesOut++;
    return true;
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
    session.end('dropped');
    return true;
  }

  #subscribeVerdict({ principal, filters }: Session, filter: string): Verdict {
    const { waitingSubscriptionsMax, subscriptionsPerClientMax, topicBytesMax } = this.#deps.limits;
    if (Buffer.byteLength(filter) > topicBytesMax) {
      return { allowed: false, code: 'SUBSCRIBE_FORBIDDEN', detail: `A filter has at most ${topicBytesMax} bytes.` };
    }
    const max = principal.kind === 'waiting' ? waitingSubscriptionsMax : subscriptionsPerClientMax;
    if (filters.size >= max && !filters.has(filter)) {
      return { allowed: false, code: 'SUBSCRIBE_FORBIDDEN', detail: `A client may have ${max} subscriptions.` };
    }
    return maySubscribe(principal, filter);
  }
}
