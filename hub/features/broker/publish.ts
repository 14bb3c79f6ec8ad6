/**
 * The publish pipeline: decide at once, store, then acknowledge and deliver, in the order the client sent.
 *
 * One commit for everything a message changes: what the hub keeps of it, the receipt, the retained value, and what is
 * owed to kept sessions. Everything of one client goes through its lane: what must be stored starts its commit on
 * entering and nobody waits for anybody to begin; what need not be stored leaves as soon as everything before it has.
 */
import { performance } from 'node:perf_hooks';
import { RucheError } from '../../contract/errors.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import { isTopicName } from '../../domain/topic-names.ts';
import type { ReceiptStore, Write } from '../../store/store.ts';
import type { Commits } from './commits.ts';
import {
  type Decision,
  type DecisionDeps,
  decide,
  type Going,
  type Refused,
  reasonOf,
  refusalOf,
  type Taken,
  TOPIC_SHOWN_MAX,
} from './decision.ts';
import type { Dispatch, Plan } from './dispatch.ts';
import { PACKET, type Reason } from './front/codec.ts';
import { REASON } from './front/reason-codes.ts';
import { Lane } from './lane.ts';
import type { Ending, LastWord } from './last-words.ts';
import { COMMIT_FAILURE_LOG_MS } from './limits.ts';
import { bytesOf, type Parcel, type Publish } from './parcel.ts';
import { reasonFor } from './reasons.ts';
import { Repetitions } from './repetitions.ts';
import { type Publisher, type Session, whoIs } from './session.ts';
import type { Shelf } from './shelf.ts';
import type { Counters, Latency } from './stats.ts';

export interface PublishDeps extends DecisionDeps {
  readonly receipts: Pick<ReceiptStore, 'put'>;
  settled(outcome: Taken, isStored: boolean): void;
  refused(facts: Omit<RefusalFacts, 'atMs'>): void;
  /** A message is on its way to its subscribers; `by` nobody: the hub's own. */
  passed(parcel: Parcel, isRetained: boolean, by: Publisher | undefined): void;
}
export interface PublishParts {
  readonly commits: Commits;
  readonly dispatch: Dispatch;
  readonly shelf: Shelf;
  readonly counters: Counters;
  readonly latency: Latency;
}

/** Called once: undefined, it is stored as far as needed and on its way; else it is not. */
type Done = (error?: unknown) => void;

/** Beside what was decided: it is stored already, so only the acknowledgement is missing. */
const REPEATED = { kind: 'repeated' } as const;
/** What MQTT 5 is told when nobody subscribed. */
const NOBODY: Reason = { code: REASON.noMatchingSubscribers };

/** Only what came by another way than a connection: there it could not have been read. */
const NO_TOPIC: Refused = { kind: 'refused', code: 'TOPIC_INVALID', detail: 'The topic is empty, or has a wildcard.' };

/** A message whose commit has ended. */
interface Finishing {
  readonly plan: Plan;
  readonly decision: Going | undefined;
  readonly by: Publisher | undefined;
}

export class PublishPipeline {
  readonly #deps: PublishDeps;
  readonly #parts: PublishParts;
  readonly #repetitions: Repetitions;
  /** The hub's own messages, and wills of earlier runs. */
  readonly #ownLane = new Lane();
  #pending = 0;
  #idle: (() => void)[] = [];
  /** Lanes of sessions that have ended while something was on its way to the store. */
  readonly #leaving = new Map<string, Promise<void>>();
  #failureLoggedMs = Number.NEGATIVE_INFINITY;

  constructor(deps: PublishDeps, parts: PublishParts) {
    this.#deps = deps;
    this.#parts = parts;
    const { shelf, commits } = parts;
    this.#repetitions = new Repetitions({ ...deps, shelf, commits });
  }

  receive(session: Session, publish: Publish): void {
    session.messages++;
    this.#parts.counters.messagesIn++;
    if (!this.#repetitions.hasRoomFor(session, publish)) {
      this.#tooManyHandshakes(session);
      return;
    }
    const decision = this.#repetitions.isRepeated(session, publish) ? REPEATED : this.#decide(session, publish);
    switch (decision.kind) {
      case 'pass':
      case 'taken':
        this.#go(session, publish, decision);
        break;
      case 'refused':
        this.#refuse(session, publish, decision);
        // The client hears of an error and sends no PUBREL. [MQTT-4.3.3-9]
        if (session.v5 !== undefined) session.mailbox.handshakes.delete(publish.packetId);
        this.#answerInTurn(session, publish, reasonOf(decision));
        break;
      case 'repeated':
        this.#answerInTurn(session, publish, undefined);
        break;
      case 'failed':
        this.#takeIn(session, publish);
        session.lane.enter(undefined, () => this.#fail(session, publish));
        break;
    }
  }

  /** The client has our PUBREC: its packet id is free again, and that is stored before it is told. */
  release(session: Session, packetId: number): void {
    const { handshakes, isKept, key } = session.mailbox;
    const digest = handshakes.digestOf(packetId);
    const isKnown = digest !== undefined;
    handshakes.delete(packetId);
    const ended = isKnown && isKept ? this.#parts.shelf.endHandshake(key, packetId) : undefined;
    session.lane.enter(ended, (error) => {
      if (error === undefined) {
        const reason = isKnown ? undefined : { code: REASON.packetIdNotFound };
        session.connection?.ack(PACKET.pubcomp, packetId, reason);
        return;
      }
      if (isKnown) handshakes.restore({ packetId, digest });
      session.front.shut();
    });
  }

  /** A will was checked at CONNECT; what the client may do can have changed since. */
  will(session: Session, will: Parcel, { also, ended }: Ending): void {
    const parcel = { ...will, from: session.key };
    const decision = this.#decide(session, parcel);
    const isGoing = decision.kind === 'pass' || decision.kind === 'taken';
    if (decision.kind === 'refused') this.#refuse(session, will, decision);
    const settled = (error: unknown): void => {
      session.wasWillPublished = isGoing && error === undefined;
      ended(error);
    };
    this.#lastWords({ lane: session.lane, by: session, parcel, decision, also, ended: settled });
  }

  /** The will of a client of an earlier run. */
  orphan(by: Publisher, will: Parcel, ending: Ending): void {
    const decision = this.#decide(by, will);
    if (decision.kind === 'refused') this.#deps.refused(refusalOf(by, will, decision));
    this.#lastWords({ lane: this.#ownLane, by, parcel: will, decision, ...ending });
  }

  /** The hub's own message: nobody decides about it. */
  own(parcel: Parcel, done: Done, also: readonly Write[] = []): void {
    this.together([parcel], also, done);
  }

  /** The hub's own messages with what is stored because of them: all in one commit. */
  together(parcels: readonly Parcel[], writes: readonly Write[], done: Done): void {
    const plans = parcels.map((parcel) => this.#parts.dispatch.plan(parcel));
    this.#commit(this.#ownLane, someOf([...plans.flatMap((plan) => plan.writes), ...writes]), (error) => {
      for (const plan of plans) this.#finish({ plan, decision: undefined, by: undefined }, error);
      if (error !== undefined) this.#commitFailed(undefined, parcels[0], error);
      done(error);
    });
  }

  /** Somebody's message that came by another way than a connection. Throws RucheError when it is refused. */
  behalf(by: Publisher, parcel: Parcel, done: Done): void {
    const decision = isTopicName(parcel.topic) ? this.#decide(by, parcel) : NO_TOPIC;
    if (decision.kind === 'refused') {
      this.#deps.refused(refusalOf(by, parcel, decision));
      throw new RucheError(decision.code, decision.detail);
    }
    if (decision.kind === 'failed') throw new RucheError('INTERNAL');
    const plan = this.#parts.dispatch.plan(parcel);
    const writes = decision.kind === 'taken' ? [...decision.writes, ...plan.writes] : plan.writes;
    this.#commit(this.#ownLane, someOf(writes), (error) => {
      this.#finish({ plan, decision, by }, error);
      if (error !== undefined) this.#commitFailed(by.clientId, parcel, error);
      done(error);
    });
  }

  get isIdle(): boolean {
    return this.#pending === 0;
  }

  /** Resolves when every commit that was started is settled. */
  async idle(): Promise<void> {
    if (this.#pending > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** The session has ended; what it sent is still stored: when the answer resolves, or already. */
  left({ receiptsKey, lane }: Session): Promise<void> | undefined {
    if (lane.length === 0) return undefined;
    const idle = lane.idle();
    this.#leaving.set(receiptsKey, idle);
    void idle.then(() => {
      if (this.#leaving.get(receiptsKey) === idle) this.#leaving.delete(receiptsKey);
    });
    return idle;
  }

  /** Resolves when the store knows of every message this client sent on an earlier connection; undefined: it does. */
  idleFor(receiptsKey: string): Promise<void> | undefined {
    return this.#leaving.get(receiptsKey);
  }

  #go(session: Session, publish: Publish, decision: Going): void {
    const plan = this.#parts.dispatch.plan(publish);
    const writes = this.#writesFor(session, publish, { decision, plan });
    const isStored = writes.length > 0 || decision.kind === 'taken';
    if (!isStored && session.lane.length === 0) {
      // First the answer: a client that hears itself has it before the message, as it would from Mosquitto.
      this.#answer(session, publish, this.#parts.dispatch.isWanted(plan) ? undefined : NOBODY);
      this.#finish({ plan, decision, by: session }, undefined);
      return;
    }
    this.#takeIn(session, publish);
    const startedMs = performance.now();
    this.#commit(session.lane, isStored ? writes : undefined, (error) => {
      if (error !== undefined) {
        this.#finish({ plan, decision, by: session }, error);
        this.#commitFailed(session.clientId, publish, error);
        this.#fail(session, publish);
        return;
      }
      if (decision.kind === 'taken') this.#parts.latency.add(performance.now() - startedMs);
      this.#letOut(session, publish);
      const isWanted = decision.kind === 'taken' || this.#parts.dispatch.isWanted(plan);
      this.#answer(session, publish, isWanted ? undefined : NOBODY);
      this.#finish({ plan, decision, by: session }, undefined);
    });
  }

  #lastWords({ lane, by, parcel, decision, also, ended }: LastWord): void {
    if (decision.kind !== 'pass' && decision.kind !== 'taken') {
      this.#commit(lane, someOf(also), ended);
      return;
    }
    const plan = this.#parts.dispatch.plan(parcel);
    const taken = decision.kind === 'taken' ? decision.writes : [];
    this.#commit(lane, someOf([...taken, ...plan.writes, ...also]), (error) => {
      this.#finish({ plan, decision, by }, error);
      if (error !== undefined) this.#commitFailed(by.clientId, parcel, error);
      ended(error);
    });
  }

  /** Everything this message changes. */
  #writesFor(
    session: Session,
    publish: Publish,
    { decision, plan }: { decision: Going; plan: Plan },
  ): readonly Write[] {
    const isTaken = decision.kind === 'taken';
    // A receipt costs as much as the readings of a message; some messages need none, unless others get something of it.
    const isOnce = isTaken && (!decision.isRepeatable || publish.qos !== 1 || plan.writes.length > 0);
    const more = this.#repetitions.writesFor(session, publish, isOnce);
    const taken = isTaken ? decision.writes : NO_WRITES;
    if (plan.writes.length + more.length === 0) return taken;
    return isTaken || more.length > 0 ? [...plan.writes, ...taken, ...more] : plan.writes;
  }

  /** Without writes it only waits for its turn. */
  #commit(lane: Lane, writes: readonly Write[] | undefined, done: (error: unknown) => void): void {
    if (writes === undefined) {
      lane.enter(undefined, done);
      return;
    }
    this.#pending++;
    const place = lane.hold((error) => {
      done(error);
      this.#pending--;
      if (this.#pending === 0) for (const resolve of this.#idle.splice(0)) resolve();
    });
    this.#parts.commits.store(writes, place);
  }

  /** The commit has ended: out with it, or back. */
  #finish({ plan, decision, by }: Finishing, error: unknown): void {
    if (decision?.kind === 'taken') this.#tellSettled(decision, error === undefined);
    if (error !== undefined) {
      this.#parts.dispatch.withdraw(plan);
      return;
    }
    this.#parts.dispatch.deliver(plan);
    this.#deps.passed(plan.envelope.parcel, plan.isRetained, by);
  }

  #decide(by: Publisher, parcel: Parcel): Decision {
    return decide(this.#deps, by, parcel);
  }

  #answerInTurn(session: Session, publish: Publish, reason: Reason | undefined): void {
    this.#takeIn(session, publish);
    session.lane.enter(undefined, () => {
      this.#letOut(session, publish);
      this.#answer(session, publish, reason);
    });
  }

  #answer(session: Session, { qos, packetId }: Publish, reason: Reason | undefined): void {
    if (qos === 1) session.connection?.ack(PACKET.puback, packetId, reason);
    else if (qos === 2) session.connection?.ack(PACKET.pubrec, packetId, reason);
  }

  /** Not acknowledged: the client says it again when it comes back. At QoS 0 nothing was promised. */
  #fail(session: Session, publish: Publish): void {
    this.#letOut(session, publish);
    if (publish.qos === 0) return;
    if (publish.qos === 2) session.mailbox.handshakes.delete(publish.packetId);
    session.front.shut(reasonFor('STORE_UNAVAILABLE', undefined, REASON.busy));
  }

  /** A listener's failure is its own: the message is stored, or not, and goes its way. */
  #tellSettled(taken: Taken, isStored: boolean): void {
    try {
      this.#deps.settled(taken, isStored);
    } catch (error) {
      this.#deps.log.error({ err: error, deviceId: taken.deviceId }, 'the end of a commit could not be passed on');
    }
  }

  #refuse(session: Session, publish: Parcel, refusal: Refused): void {
    const { kind: _, reason: _reason, deviceId, ...why } = refusal;
    if (why.code === 'PUBLISH_WAITING') {
      if (session.wasWaitingRefused) return;
      session.wasWaitingRefused = true;
    }
    const topic = publish.topic.slice(0, TOPIC_SHOWN_MAX);
    this.#deps.refused({ ...whoIs(session, deviceId), ...why, action: 'publish', topic });
  }

  #tooManyHandshakes(session: Session): void {
    const detail = `More than ${this.#deps.limits.handshakesInFlightMax} QoS 2 messages wait for their PUBREL.`;
    this.#deps.refused({ ...whoIs(session), action: 'publish', code: 'PROTOCOL_ERROR', detail });
    session.front.shut(reasonFor('PROTOCOL_ERROR', detail, REASON.receiveMaximumExceeded));
  }

  #commitFailed(clientId: string | undefined, parcel: Parcel | undefined, error: unknown): void {
    this.#parts.counters.commitFailures++;
    const nowMs = this.#deps.clock.nowMs();
    if (nowMs - this.#failureLoggedMs < COMMIT_FAILURE_LOG_MS) return;
    this.#failureLoggedMs = nowMs;
    this.#deps.log.error({ err: error, clientId, topic: parcel?.topic }, 'messages cannot be stored');
  }

  #takeIn(session: Session, parcel: Parcel): void {
    const { publishesInFlightMax, publishBytesInFlightMax } = this.#deps.limits;
    session.inFlight++;
    session.bytesInFlight += bytesOf(parcel);
    const isTooMuch = session.inFlight >= publishesInFlightMax || session.bytesInFlight >= publishBytesInFlightMax;
    if (isTooMuch || this.#parts.commits.isFull) session.hold('pipeline');
  }

  #letOut(session: Session, parcel: Parcel): void {
    const { publishesInFlightMax, publishBytesInFlightMax } = this.#deps.limits;
    session.inFlight--;
    session.bytesInFlight -= bytesOf(parcel);
    const isLittle = session.inFlight < publishesInFlightMax / 2 && session.bytesInFlight < publishBytesInFlightMax / 2;
    // While others fill the store, one that has nothing left in it may still read its next piece.
    if (isLittle && (!this.#parts.commits.isFull || session.inFlight === 0)) session.release('pipeline');
  }
}

const NO_WRITES: readonly Write[] = [];
const someOf = (writes: readonly Write[]): readonly Write[] | undefined => (writes.length === 0 ? undefined : writes);
