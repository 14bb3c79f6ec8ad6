/** The broker's parts, put together, and what happens to a session between the door and its end. */
import { mayRead } from '../../domain/acl.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ReceiptStore, Write } from '../../store/store.ts';
import { Access } from './access.ts';
import { Commits } from './commits.ts';
import { type Engine, type EngineHooks, makeEngine } from './engine.ts';
import { FanOut } from './fan-out.ts';
import { connectFor } from './front/connect.ts';
import { type Admission, type ConnectAttempt, Door } from './front/door.ts';
import type { Front } from './front/front.ts';
import { BROKER_LIMITS, type BrokerLimits } from './limits.ts';
import { Persistence, type PersistenceDb } from './persistence.ts';
import { type Log, type Message, type Outcome, PublishPipeline, type Taken } from './publish.ts';
import { ReceiptKeeper } from './receipts.ts';
import { type Session, whoIs } from './session.ts';
import { Sessions } from './sessions.ts';
import { makeSlots, type Slots } from './slots.ts';
import { Counters, Latency } from './stats.ts';

export interface BrokerDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Where the broker keeps what outlives a connection. */
  readonly db: PersistenceDb;
  readonly receipts: Pick<ReceiptStore, 'list' | 'put' | 'forget'>;
  readonly limits?: Partial<BrokerLimits>;
  /** Who is this? Asked once for each connection, after a complete CONNECT. */
  admit(attempt: ConnectAttempt): Promise<Admission>;
  /** What becomes of a message; synchronous, asked in the order the client sent. */
  accept(message: Message): Outcome;
  /** The commit of a taken message has ended; called once for each, in the order the client sent. */
  settled(outcome: Taken, isStored: boolean): void;
  /** All or nothing; resolves, in the order of the calls, when stored. */
  commit(writes: readonly Write[]): Promise<void>;
}

/** How long Aedes may take to clear away a session that failed before its CONNACK. */
const CLEAR_AWAY_MS = 1_000;

export class Core {
  readonly limits: BrokerLimits;
  readonly slots: Slots;
  readonly counters = new Counters();
  readonly latency: Latency;
  readonly sessions: Sessions;
  readonly engine: Engine;
  readonly fanOut: FanOut;
  readonly pipeline: PublishPipeline;
  readonly receipts: ReceiptKeeper;
  readonly door: Door;
  readonly #deps: BrokerDeps;
  readonly #access: Access;
  readonly #persistence: Persistence;

  constructor(deps: BrokerDeps) {
    const { clock, log } = deps;
    const limits = { ...BROKER_LIMITS, ...deps.limits };
    this.#deps = deps;
    this.limits = limits;
    this.slots = makeSlots((error) => log.error({ err: error }, 'a listener of the broker failed'));
    this.latency = new Latency(clock);
    this.sessions = new Sessions(clock, limits.takeoverTimeoutMs);
    const refused = (facts: Omit<RefusalFacts, 'atMs'>): void => this.#refused(facts);
    this.#access = new Access({ limits, counters: this.counters, refused });
    this.#persistence = this.#makePersistence();
    this.engine = makeEngine({ id: bootId(clock), limits, persistence: this.#persistence }, this.#engineHooks());
    const commits = new Commits((writes) => deps.commit(writes));
    this.fanOut = this.#makeFanOut(commits);
    const storing = { receipts: deps.receipts, commit: (writes: readonly Write[]) => deps.commit(writes) };
    const onError = (error: unknown): void => log.error({ err: error }, 'receipts cannot be forgotten');
    this.receipts = new ReceiptKeeper({ ...storing, clock, limits, onError });
    const { fanOut, counters, latency } = this;
    const asking = {
      accept: (message: Message) => deps.accept(message),
      settled: (taken: Taken, isStored: boolean) => deps.settled(taken, isStored),
    };
    this.pipeline = new PublishPipeline(
      { ...storing, ...asking, clock, limits, log, refused },
      { commits, fanOut, counters, latency },
    );
    this.door = this.#makeDoor();
  }

  /** Everything received is stored, and what answers it has been handed to the sockets. */
  async settle(): Promise<void> {
    await this.pipeline.idle();
    await this.fanOut.idle();
    await new Promise((resolve) => setImmediate(resolve));
  }

  #makePersistence(): Persistence {
    return new Persistence(this.#deps.db, {
      maySubscribe: (key, filter) => this.sessions.byKey(key)?.filters.has(filter) === true,
      mayKeepWill: (key) => this.sessions.byKey(key)?.principal.kind !== 'waiting',
      onReleased: (key, messageId) => this.sessions.byKey(key)?.handshakes.delete(messageId),
      onReadFailed: (error) => this.#deps.log.error({ err: error }, 'retained values cannot be read'),
    });
  }

  #makeFanOut(commits: Commits): FanOut {
    return new FanOut({
      commits,
      engine: this.engine,
      persistence: this.#persistence,
      mayQueue: (key, { topic, payload }) => {
        const session = this.sessions.byKey(key);
        return session === undefined || mayRead(session.principal, topic, payload);
      },
    });
  }

  #makeDoor(): Door {
    return new Door({
      clock: this.#deps.clock,
      log: this.#deps.log,
      limits: this.limits,
      sessions: this.sessions,
      admit: (attempt) => this.#deps.admit(attempt),
      refused: (facts) => this.#refused(facts),
      heard: (session, count) => this.#heard(session, count),
      enter: (session) => this.#enter(session),
      clear: (session) => this.#clear(session),
      closed: (front) => this.#frontClosed(front),
    });
  }

  #engineHooks(): EngineHooks {
    return {
      onPublish: (conn, publish, acknowledge) => {
        const session = this.sessions.byFront(conn);
        if (session === undefined) acknowledge(new Error('connection closed'));
        else this.pipeline.receive(session, publish, acknowledge);
      },
      onWill: (conn, will, done) => {
        const session = this.sessions.byFront(conn);
        if (session === undefined) done();
        else this.pipeline.will(session, will, done);
      },
      onOwnPublish: (parcel, done) =>
        this.fanOut.submit(parcel, (error) => done(error === undefined ? undefined : new Error('not stored'))),
      maySubscribe: (conn, filter) => {
        const session = this.sessions.byFront(conn);
        return session !== undefined && this.#access.maySubscribe(session, filter);
      },
      mayDeliver: (conn, parcel) => {
        const session = this.sessions.byFront(conn);
        return session !== undefined && this.#access.mayDeliver(session, parcel);
      },
      onReady: (conn, restored) => this.#ready(this.sessions.byFront(conn), restored),
      onSubscribed: (conn, filters) => {
        const session = this.sessions.byFront(conn);
        if (session !== undefined) for (const filter of filters) this.slots.subscribed.fire(session, filter);
      },
      onUnsubscribed: (conn, filters) => {
        const session = this.sessions.byFront(conn);
        for (const filter of filters) {
          if (session?.filters.delete(filter) === true) this.slots.unsubscribed.fire(session, filter);
        }
      },
      onGone: (conn, saidDisconnect) => this.#gone(this.sessions.byFront(conn), saidDisconnect),
      onProtocolError: (conn, error) => this.#protocolError(this.sessions.byFront(conn), error),
      onError: (error) => this.#deps.log.error({ err: error }, 'the broker failed'),
    };
  }

  /** The client id is this session's: from here on Aedes has the connection. */
  async #enter(session: Session): Promise<void> {
    const { front, key, clean, keepaliveS, will } = session;
    // What an earlier connection of this client sent may still be on its way to the store: its repetition must be known.
    await this.pipeline.idleFor(key);
    const [receipts, handshakes] = await Promise.all([
      this.receipts.load(key),
      clean ? new Set<number>() : this.#persistence.openHandshakes(key),
    ]);
    if (front.phase !== 'held') {
      this.#clear(session);
      return;
    }
    session.receipts = receipts;
    session.handshakes = handshakes;
    this.engine.take(front);
    front.join(connectFor({ clientId: key, clean, keepaliveS, will }));
    session.stopTimer = this.#deps.clock.after(this.limits.takeoverTimeoutMs, () => front.destroy());
  }

  #ready(session: Session | undefined, restored: string[]): void {
    if (session === undefined) return;
    const { clock } = this.#deps;
    const { packetBytesMax, waitingPacketBytesMax, waitingTimeMs } = this.limits;
    const isWaiting = session.principal.kind === 'waiting';
    session.stopTimer();
    if (isWaiting) session.stopTimer = clock.after(waitingTimeMs, () => session.end('dropped'));
    session.front.packetBytesMax = isWaiting ? waitingPacketBytesMax : packetBytesMax;
    this.door.arrived(session);
    this.sessions.markReady(session);
    this.slots.connected.fire(session);
    for (const filter of restored) this.slots.subscribed.fire(session, filter);
    session.front.open();
  }

  #heard(session: Session, count: number): void {
    const nowMs = this.#deps.clock.nowMs();
    session.lastHeardMs = nowMs;
    if (!this.#access.isTooMuch(session, { nowMs, count })) this.slots.heard.fire(session);
  }

  #protocolError(session: Session | undefined, error: Error): void {
    if (session === undefined) return;
    const detail = `The client was disconnected: ${error.message}.`;
    this.#refused({ ...whoIs(session), action: 'publish', code: 'PROTOCOL_ERROR', detail });
  }

  #refused(facts: Omit<RefusalFacts, 'atMs'>): void {
    this.counters.refused++;
    this.slots.refused.fire({ ...facts, atMs: this.#deps.clock.nowMs() });
  }

  #gone(session: Session | undefined, saidDisconnect: boolean): void {
    if (session === undefined) return;
    if (saidDisconnect) session.departure ??= 'disconnect';
    session.departure ??= session.wasWillPublished ? 'will' : 'lost';
    this.#clear(session);
  }

  #frontClosed(front: Front): void {
    this.counters.bytesInEnded += front.bytesIn;
    this.counters.bytesOutEnded += front.bytesOut;
    const session = this.sessions.byFront(front);
    // Aedes tells when a session that had its CONNACK is gone; of one that failed before, it may say nothing.
    if (session?.receipts === undefined || session.isReady) return;
    this.#deps.clock.after(CLEAR_AWAY_MS, () => this.#clear(session));
  }

  #clear(session: Session): void {
    if (!this.sessions.remove(session)) return;
    session.stopTimer();
    this.door.left(session);
    if (session.receipts !== undefined && !session.isIdOurs) {
      this.receipts.left(session.receiptsKey, session.receipts);
    }
    if (session.isReady) this.slots.disconnected.fire(session, session.departure ?? 'lost');
  }
}

/** Sorts after the id of every earlier run: the persistence keeps queues in the order of this id and a counter. */
const bootId = (clock: Clock): string => `b${clock.nowMs().toString(36).padStart(10, '0')}`;
