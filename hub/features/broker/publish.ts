/**
 * The publish pipeline: decide at once, store, then acknowledge and deliver, in the order the client sent.
 *
 * Everything of one client goes through its lane. What must be stored starts its commit on entering and nobody waits
 * for anybody to begin; what need not be stored leaves as soon as everything before it has left. Aedes acknowledges
 * when it is called back, so that call is the acknowledgement.
 */
import { performance } from 'node:perf_hooks';
import { mayPublish } from '../../domain/acl.ts';
import type { Principal } from '../../domain/principal.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { Report } from '../../domain/report.ts';
import { isTopicName } from '../../domain/topic-names.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ReceiptStore, Write } from '../../store/store.ts';
import type { Acknowledge, Parcel, Publish } from './engine.ts';
import type { FanOut } from './fan-out.ts';
import { type BrokerLimits, COMMIT_FAILURE_LOG_MS } from './limits.ts';
import { digestOf } from './receipts.ts';
import { type Session, sessionKey, whoIs } from './session.ts';
import type { Counters, Latency } from './stats.ts';

export interface Message {
  readonly principal: Principal;
  readonly clientId: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly receivedMs: number;
}

export interface Accepted {
  readonly deviceId: string;
  readonly report: Report;
}

export type Taken = {
  readonly kind: 'taken';
  readonly deviceId: string;
  readonly writes: Write[];
  readonly reports: Accepted[];
};
export type Outcome =
  /** Nothing the hub keeps: deliver only. */
  | { readonly kind: 'pass' }
  /** Commit, acknowledge, deliver, then `settled`. */
  | Taken
  /** Acknowledge; nothing stored or delivered. */
  | ({ readonly kind: 'refused'; readonly detail: string } & Pick<RefusalFacts, 'code' | 'deviceId' | Why>);
/** What else a refusal may say about what decided. */
type Why = 'rule' | 'hint' | 'allow';

export interface PublishDeps {
  readonly clock: Clock;
  readonly limits: BrokerLimits;
  readonly log: Log;
  readonly receipts: Pick<ReceiptStore, 'put'>;
  accept(message: Message): Outcome;
  settled(outcome: Taken, isStored: boolean): void;
  commit(writes: readonly Write[]): Promise<void>;
  refused(facts: Omit<RefusalFacts, 'atMs'>): void;
}
export interface PublishParts {
  readonly fanOut: FanOut;
  readonly counters: Counters;
  readonly latency: Latency;
}

export interface Log {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Characters of a topic that a refusal shows. */
const TOPIC_SHOWN_MAX = 256;

/** As an outcome of our own: it is stored already, so only the acknowledgement is missing. */
const REPEATED = { kind: 'repeated' } as const;
/** `accept` itself failed: the client must keep the message. */
const FAILED = { kind: 'failed' } as const;
type Decision = Outcome | typeof REPEATED | typeof FAILED;

/** Its message is one of the quiet ends in engine.ts: the client is at no fault. */
const notStored = (): Error => new Error('not stored');

export class PublishPipeline {
  readonly #deps: PublishDeps;
  readonly #parts: PublishParts;
  readonly #commits = new Set<Promise<void>>();
  #failureLoggedMs = Number.NEGATIVE_INFINITY;

  constructor(deps: PublishDeps, parts: PublishParts) {
    this.#deps = deps;
    this.#parts = parts;
  }

  receive(session: Session, publish: Publish, acknowledge: Acknowledge): void {
    session.messages++;
    this.#parts.counters.messagesIn++;
    if (publish.qos > 0 && !publish.messageId) {
      acknowledge(new Error('packet identifier 0')); // [MQTT-2.3.1-1]
      return;
    }
    this.#takeIn(session, publish);
    const decision = this.#isRepeated(session, publish) ? REPEATED : this.#decide(session, publish);
    this.#carryOut(session, publish, decision, (error) => {
      this.#letOut(session, publish);
      acknowledge(error);
    });
  }

  /** A will was checked at CONNECT; what the client may do can have changed since. */
  will(session: Session, will: Parcel, done: Acknowledge): void {
    const decision = this.#decide(session, will);
    session.wasWillPublished = decision.kind === 'pass' || decision.kind === 'taken';
    this.#carryOut(session, { ...will, messageId: undefined, dup: false }, decision, done);
  }

  /** Resolves when every commit that was started is settled. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#commits);
  }

  #carryOut(session: Session, publish: Publish, decision: Decision, acknowledge: Acknowledge): void {
    switch (decision.kind) {
      case 'pass':
        session.lane.enter(undefined, () => this.#deliver(session, publish, acknowledge));
        break;
      case 'taken':
        this.#store(session, publish, { taken: decision, acknowledge });
        break;
      case 'refused':
        this.#refuse(session, publish, decision);
        session.lane.enter(undefined, () => acknowledge());
        break;
      case 'repeated':
        session.lane.enter(undefined, () => acknowledge());
        break;
      case 'failed':
        session.lane.enter(undefined, () => acknowledge(notStored()));
        break;
    }
  }

  #decide(session: Session, { topic, payload }: Parcel): Decision {
    const { principal, clientId } = session;
    const { topicBytesMax } = this.#deps.limits;
    // Broken UTF-8 grows when it is read as text: what then no longer fits a packet would cost its readers their
    // connections.
    if (!isTopicName(topic) || Buffer.byteLength(topic) > topicBytesMax) {
      const detail = `A topic is text of 1 to ${topicBytesMax} bytes without wildcards and NUL.`;
      return { kind: 'refused', code: 'PROTOCOL_ERROR', detail };
    }
    const verdict = mayPublish(principal, topic);
    if (!verdict.allowed) {
      const { allowed: _, ...why } = verdict;
      return { kind: 'refused', ...why };
    }
    try {
      return this.#deps.accept({ principal, clientId, topic, payload, receivedMs: this.#deps.clock.nowMs() });
    } catch (error) {
      this.#deps.log.error({ err: error, clientId, topic }, 'a message could not be decided on');
      return FAILED;
    }
  }

  /**
   * Aedes looks for repetitions after it asked us, so we look first: a QoS 2 id that waits for its PUBREL is one
   * whatever the packet says [MQTT-4.3.3-2]; else a packet marked DUP that is stored already.
   */
  #isRepeated(session: Session, { qos, messageId = 0, dup, topic, payload }: Publish): boolean {
    if (qos === 0) return false;
    if (qos === 2 && session.handshakes.has(messageId)) return true;
    const isStored = dup && session.receipts?.has(messageId, digestOf(topic, payload)) === true;
    if (qos === 2) session.handshakes.add(messageId);
    return isStored;
  }

  #store(session: Session, publish: Publish, work: { taken: Taken; acknowledge: Acknowledge }): void {
    const { taken, acknowledge } = work;
    const startedMs = performance.now();
    const commit = this.#deps.commit([...taken.writes, ...this.#receiptFor(session, publish)]);
    this.#watch(commit);
    session.lane.enter(commit, (error) => {
      this.#tellSettled(taken, error === undefined);
      if (error !== undefined) {
        this.#commitFailed(session, publish, error);
        // At QoS 0 nothing was promised: the connection may live.
        acknowledge(publish.qos === 0 ? undefined : notStored());
        return;
      }
      this.#parts.latency.add(performance.now() - startedMs);
      this.#deliver(session, publish, acknowledge);
    });
  }

  /** A listener's failure is its own: the message is stored, or not, and goes its way. */
  #tellSettled(taken: Taken, isStored: boolean): void {
    try {
      this.#deps.settled(taken, isStored);
    } catch (error) {
      this.#deps.log.error({ err: error, deviceId: taken.deviceId }, 'the end of a commit could not be passed on');
    }
  }

  #receiptFor(session: Session, { qos, messageId, topic, payload }: Publish): Write[] {
    if (qos === 0 || messageId === undefined || session.receipts === undefined) return [];
    const receipt = session.receipts.add(messageId, digestOf(topic, payload));
    if (session.isIdOurs) return [];
    return [this.#deps.receipts.put(sessionKey(session.principal, session.clientId), receipt)];
  }

  #deliver(session: Session, publish: Parcel, acknowledge: Acknowledge): void {
    const { topic, payload, qos, retain } = publish;
    this.#parts.fanOut.submit({ topic, payload, qos, retain, clientId: session.key }, (error) => {
      if (error !== undefined) this.#commitFailed(session, publish, error);
      acknowledge(error === undefined || qos === 0 ? undefined : notStored());
    });
  }

  #refuse(session: Session, publish: Parcel, refusal: Extract<Outcome, { kind: 'refused' }>): void {
    const { kind: _, deviceId, ...why } = refusal;
    if (why.code === 'PUBLISH_WAITING') {
      if (session.wasWaitingRefused) return;
      session.wasWaitingRefused = true;
    }
    const topic = publish.topic.slice(0, TOPIC_SHOWN_MAX);
    this.#deps.refused({ ...whoIs(session, deviceId), ...why, action: 'publish', topic });
  }

  #commitFailed(session: Session, publish: Parcel, error: unknown): void {
    this.#parts.counters.commitFailures++;
    const nowMs = this.#deps.clock.nowMs();
    if (nowMs - this.#failureLoggedMs < COMMIT_FAILURE_LOG_MS) return;
    this.#failureLoggedMs = nowMs;
    const { clientId } = session;
    this.#deps.log.error({ err: error, clientId, topic: publish.topic }, 'messages cannot be stored');
  }

  #watch(commit: Promise<void>): void {
    this.#commits.add(commit);
    const done = (): void => void this.#commits.delete(commit);
    commit.then(done, done);
  }

  #takeIn(session: Session, { payload }: Parcel): void {
    const { publishesInFlightMax, publishBytesInFlightMax } = this.#deps.limits;
    session.inFlight++;
    session.bytesInFlight += payload.length;
    if (session.inFlight >= publishesInFlightMax || session.bytesInFlight >= publishBytesInFlightMax) {
      session.front.hold();
    }
  }

  #letOut(session: Session, { payload }: Parcel): void {
    const { publishesInFlightMax, publishBytesInFlightMax } = this.#deps.limits;
    session.inFlight--;
    session.bytesInFlight -= payload.length;
    if (session.inFlight < publishesInFlightMax / 2 && session.bytesInFlight < publishBytesInFlightMax / 2) {
      session.front.release();
    }
  }
}
