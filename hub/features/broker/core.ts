/** The broker's parts, put together, and what happens to a session between the door and its end. */
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ReceiptStore, Write } from '../../store/store.ts';
import { Access } from './access.ts';
import { Commits } from './commits.ts';
import { Connection } from './connection.ts';
import { Dispatch } from './dispatch.ts';
import { type Engine, type EngineHooks, type Granted, makeEngine } from './engine.ts';
import { codecV3 } from './front/codec-v3.ts';
import { connectFor } from './front/connect.ts';
import { type Admission, type ConnectAttempt, Door } from './front/door.ts';
import type { Front } from './front/front.ts';
import { BROKER_LIMITS, type BrokerLimits } from './limits.ts';
import { Mailboxes } from './mailboxes.ts';
import { Persistence } from './persistence.ts';
import { type Log, type Message, type Outcome, PublishPipeline, type Taken } from './publish.ts';
import { ReceiptKeeper } from './receipts.ts';
import { Replay } from './replay.ts';
import { RetainedTree } from './retained-tree.ts';
import { type Session, whoIs } from './session.ts';
import { Sessions } from './sessions.ts';
import { Shelf, type ShelfDb } from './shelf.ts';
import { makeSlots, type Passed, type Slots } from './slots.ts';
import { Counters, Latency } from './stats.ts';

export interface BrokerDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Where the broker keeps what outlives a connection. */
  readonly db: ShelfDb;
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
  readonly shelf: Shelf;
  readonly commits: Commits;
  readonly mailboxes: Mailboxes;
  readonly retained: RetainedTree;
  readonly dispatch: Dispatch;
  readonly pipeline: PublishPipeline;
  readonly receipts: ReceiptKeeper;
  readonly door: Door;
  readonly #deps: BrokerDeps;
  readonly #access: Access;

  constructor(deps: BrokerDeps) {
    const { clock, log } = deps;
    const limits = { ...BROKER_LIMITS, ...deps.limits };
    this.#deps = deps;
    this.limits = limits;
    this.slots = makeSlots((error) => log.error({ err: error }, 'a listener of the broker failed'));
    this.latency = new Latency(clock);
    this.sessions = new Sessions(clock, limits.takeoverTimeoutMs);
    const refused = (facts: Omit<RefusalFacts, 'atMs'>): void => this.#refused(facts);
    this.#access = new Access({ limits, refused });
    const failed = (error: unknown): void => log.error({ err: error }, 'the broker cannot use its store');
    this.shelf = new Shelf(deps.db, failed);
    this.retained = new RetainedTree(limits);
    this.mailboxes = this.#makeMailboxes(failed);
    const { shelf, retained, mailboxes } = this;
    this.commits = new Commits((writes) => deps.commit(writes));
    this.dispatch = new Dispatch({
      ...{ shelf, retained, mailboxes },
      nowMs: () => clock.nowMs(),
      retainedFull: (topic) => this.#retainedFull(topic),
    });
    this.engine = makeEngine({ id: bootId(clock), limits, persistence: this.#makePersistence() }, this.#engineHooks());
    const storing = { receipts: deps.receipts, commit: (writes: readonly Write[]) => deps.commit(writes) };
    const onError = (error: unknown): void => log.error({ err: error }, 'receipts cannot be forgotten');
    this.receipts = new ReceiptKeeper({ ...storing, clock, limits, onError });
    const asking = {
      accept: (message: Message) => deps.accept(message),
      settled: (taken: Taken, isStored: boolean) => deps.settled(taken, isStored),
      passed: (...passed: Passed) => this.slots.passed.fire(...passed),
    };
    this.pipeline = new PublishPipeline({ ...storing, ...asking, clock, limits, log, refused }, this);
    this.door = this.#makeDoor();
  }

  /** Loads what outlived the last run; connections may come from now on. */
  async start(): Promise<void> {
    const { sessions, retained } = await this.shelf.load();
    for (const parcel of retained) this.retained.set(parcel);
    this.mailboxes.restore(sessions);
    await this.engine.start();
  }

  /** Everything received is stored, and what answers it has been handed to the sockets. */
  async settle(): Promise<void> {
    await this.pipeline.idle();
    await this.shelf.idle();
    await new Promise((resolve) => setImmediate(resolve));
  }

  #makeMailboxes(failed: (error: unknown) => void): Mailboxes {
    const { counters, shelf, limits } = this;
    return new Mailboxes({
      clock: this.#deps.clock,
      limits,
      shelf,
      failed,
      dropped: (sessionKey, count) => this.#dropped(sessionKey, count),
      leftOut: () => {
        counters.leftOut++;
      },
    });
  }

  #makePersistence(): Persistence {
    const { mailboxes, shelf } = this;
    return new Persistence(
      { db: this.#deps.db, mailboxes, shelf },
      {
        granted: (key, filter, qos) => {
          const session = this.sessions.byKey(key);
          return session?.filters.has(filter) === true ? session.asked(filter, qos) : undefined;
        },
        mayKeepWill: (key) => this.sessions.byKey(key)?.principal.kind !== 'waiting',
      },
    );
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
      onWill: (conn, will, done) => {
        const session = this.sessions.byFront(conn);
        if (session === undefined) done();
        else this.pipeline.will(session, session.will ?? will, done);
      },
      onOrphanedWill: (parcel, done) =>
        this.pipeline.own(parcel, (error) => done(error === undefined ? undefined : new Error('not stored'))),
      maySubscribe: (conn, filter) => {
        const session = this.sessions.byFront(conn);
        return session !== undefined && this.#access.maySubscribe(session, filter);
      },
      onReady: (conn, restored) => this.#ready(this.sessions.byFront(conn), restored),
      onSubscribed: (conn, granted) => this.#subscribed(this.sessions.byFront(conn), granted),
      onUnsubscribed: (conn, filters) => this.#unsubscribed(this.sessions.byFront(conn), filters),
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
    const { mailbox, isPresent } = await this.mailboxes.open(key, !clean);
    const { pipeline, counters, receipts } = this;
    const window = this.limits.outboundWindow;
    session.connection = new Connection({ session, mailbox, codec: codecV3, window, pipeline, counters, receipts });
    session.isPresent = isPresent;
    if (front.phase !== 'held') {
      this.#clear(session);
      return;
    }
    session.receipts = receipts.arrived(key);
    this.engine.take(front);
    front.join(connectFor({ clientId: key, clean, keepaliveS, will }), codecV3, session.connection);
    session.stopTimer = this.#deps.clock.after(this.limits.takeoverTimeoutMs, () => front.destroy());
  }

  #ready(session: Session | undefined, restored: string[]): void {
    if (session?.connection === undefined) return;
    const { clock } = this.#deps;
    const { packetBytesMax, waitingPacketBytesMax, waitingTimeMs } = this.limits;
    const { connection, front } = session;
    const isWaiting = session.principal.kind === 'waiting';
    session.stopTimer();
    if (isWaiting) session.stopTimer = clock.after(waitingTimeMs, () => session.end('dropped'));
    front.packetBytesMax = isWaiting ? waitingPacketBytesMax : packetBytesMax;
    this.door.arrived(session);
    this.sessions.markReady(session);
    front.greet(connection.codec.connack(session.isPresent));
    this.#forgetRefused(session, connection);
    this.slots.connected.fire(session);
    for (const filter of restored) this.slots.subscribed.fire(session, filter);
    connection.mailbox.attach(connection);
    front.open();
  }

  /** What the session subscribed to once and may not anymore. */
  #forgetRefused(session: Session, { mailbox }: Connection): void {
    const refused = [...mailbox.subscriptions.keys()].filter((filter) => !session.filters.has(filter));
    if (refused.length === 0) return;
    for (const filter of refused) this.mailboxes.unsubscribe(mailbox, filter);
    const onError = (error: unknown): void => this.#deps.log.error({ err: error }, 'a filter cannot be forgotten');
    this.shelf.removeSubscriptions(mailbox.key, refused).catch(onError);
  }

  #subscribed(session: Session | undefined, granted: readonly Granted[]): void {
    if (session?.connection === undefined) return;
    const { mailbox } = session.connection;
    const { shelf, retained } = this;
    session.replay ??= new Replay(mailbox, {
      ...{ shelf, retained },
      nowMs: () => this.#deps.clock.nowMs(),
      commit: (writes) => this.commits.commit(writes),
      failed: (error) => this.#deps.log.error({ err: error }, 'retained values cannot be stored for a session'),
    });
    for (const { filter, qos } of granted) {
      const subscription = session.asked(filter, qos);
      const isNew = !mailbox.subscriptions.has(filter);
      this.mailboxes.subscribe(mailbox, subscription);
      if (subscription.retainHandling === 0 || (subscription.retainHandling === 1 && isNew)) {
        session.replay.add(subscription);
      }
      this.slots.subscribed.fire(session, filter);
    }
    session.front.answered();
  }

  #unsubscribed(session: Session | undefined, filters: readonly string[]): void {
    if (session?.connection === undefined) return;
    for (const filter of filters) {
      this.mailboxes.unsubscribe(session.connection.mailbox, filter);
      if (session.filters.delete(filter)) this.slots.unsubscribed.fire(session, filter);
    }
    session.front.answered();
  }

  #heard(session: Session, count: number): void {
    const nowMs = this.#deps.clock.nowMs();
    session.lastHeardMs = nowMs;
    this.engine.heard(session.front);
    if (!this.#access.isTooMuch(session, { nowMs, count })) this.slots.heard.fire(session);
  }

  #dropped(sessionKey: string, count: number): void {
    this.counters.dropped += count;
    this.#deps.log.warn({ session: sessionKey, count }, 'a session is owed too much: its oldest messages were dropped');
  }

  #retainedFull(topic: string): void {
    this.counters.refused++;
    this.#deps.log.warn({ topic }, 'too much is retained: this message was delivered and not kept');
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
    this.pipeline.left(session);
    if (session.connection !== undefined) this.mailboxes.left(session.connection.mailbox);
    if (session.receipts !== undefined && !session.isIdOurs) {
      this.receipts.left(session.receiptsKey);
    }
    if (session.isReady) this.slots.disconnected.fire(session, session.departure ?? 'lost');
  }
}

/** Sorts after the id of every earlier run: the persistence keeps queues in the order of this id and a counter. */
const bootId = (clock: Clock): string => `b${clock.nowMs().toString(36).padStart(10, '0')}`;
