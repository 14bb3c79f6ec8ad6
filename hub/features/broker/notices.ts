/** What the broker tells of clients that meet a limit: as a refusal that names the client, and now and then in the log. */
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from './decision.ts';
import { dropFacts } from './drop-facts.ts';
import { FullLog } from './full-log.ts';
import { type BrokerLimits, SLOWED_TOLD_MS } from './limits.ts';
import { slowDown, slowFacts } from './pace.ts';
import { reasonFor } from './reasons.ts';
import { type Session, whoIs } from './session.ts';
import type { Counters } from './stats.ts';

export interface NoticesDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: BrokerLimits;
  readonly counters: Counters;
  session(sessionKey: string): Session | undefined;
  /** To whoever collects refusals. */
  tell(facts: RefusalFacts): void;
}

const NOT_ANSWERED = 'a request of a client could not be answered';

export class Notices {
  readonly #deps: NoticesDeps;
  readonly #full: FullLog;

  constructor(deps: NoticesDeps) {
    this.#deps = deps;
    this.#full = new FullLog(deps.clock, deps.log);
  }

  refused(facts: Omit<RefusalFacts, 'atMs'>): void {
    this.#deps.counters.refused++;
    this.#tell(facts);
  }

  /** Aedes has given the client up. */
  broken(session: Session, error: Error | undefined): void {
    // What Aedes says about packets has no code; what fails below it has.
    const isFault = error !== undefined && !('code' in error);
    if (error !== undefined && !isFault) this.#deps.log.error({ err: error, clientId: session.clientId }, NOT_ANSWERED);
    const detail = `The client was disconnected: ${error?.message ?? 'its request was not valid'}.`;
    if (isFault) this.refused({ ...whoIs(session), action: 'publish', code: 'PROTOCOL_ERROR', detail });
    session.front.shut(
      error === undefined || isFault ? reasonFor('PROTOCOL_ERROR', detail) : reasonFor('STORE_UNAVAILABLE'),
    );
  }

  /** A session is owed too much; `isNews`: it was not told a moment ago. */
  dropped(key: string, count: number, isNews: boolean): void {
    this.#deps.counters.dropped += count;
    if (!isNews) return;
    this.#full.warn('queue', { session: key }, 'a session is owed too much: its oldest messages are dropped');
    // Not counted as refused: its publishers were not.
    this.#tell(dropFacts(key, this.#deps.session(key)));
  }

  retainedFull(topic: string): void {
    this.#deps.counters.refused++;
    this.#full.warn('retained', { topic }, 'too much is retained: this message was delivered and not kept');
  }

  /** The client sends faster than it may: it is read more slowly from now on. */
  slowed(session: Session): void {
    if (session.isHeldFor('rate')) return;
    const { clock, limits } = this.#deps;
    slowDown(session, clock);
    const nowMs = clock.nowMs();
    if (nowMs - session.slowedToldMs < SLOWED_TOLD_MS) return;
    session.slowedToldMs = nowMs;
    // Not counted as refused: all of it is taken, later.
    this.#tell({ ...whoIs(session), ...slowFacts(limits) });
  }

  #tell(facts: Omit<RefusalFacts, 'atMs'>): void {
    this.#deps.tell({ ...facts, atMs: this.#deps.clock.nowMs() });
  }
}
