/** The broker's parts, put together, and what happens to a session between the door and its end. */

import type { Principal } from '../../domain/principal.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ReceiptStore, Write } from '../../store/store.ts';
import { Access, isStranger } from './access.ts';
import { Ages } from './ages.ts';
import { Commits } from './commits.ts';
import { Connection } from './connection.ts';
import type { DecisionDeps, Log, Message, Outcome, Taken } from './decision.ts';
import { Dispatch } from './dispatch.ts';
import { type Engine, type EngineHooks, makeEngine } from './engine.ts';
import { type Admission, type ConnectAttempt, Door } from './front/door.ts';
import type { Front } from './front/front.ts';
import { keysOf, type Owner, readSessionKey } from './identity.ts';
import { KeepAlive } from './keep-alive.ts';
import { type LastWordsDeps, publishLastWords } from './last-words.ts';
import { BROKER_LIMITS, type BrokerLimits } from './limits.ts';
import { Mailboxes } from './mailboxes.ts';
import { Notices } from './notices.ts';
import type { Parcel } from './parcel.ts';
import { Persistence } from './persistence.ts';
import { PublishPipeline } from './publish.ts';
import { ReceiptKeeper } from './receipts.ts';
import { RetainedExpiry } from './retained-expiry.ts';
import { RetainedTree } from './retained-tree.ts';
import { type Publisher, type Session, SILENT, WAITED_LONG_ENOUGH } from './session.ts';
import { Sessions } from './sessions.ts';
import { Shelf, type ShelfDb } from './shelf.ts';
import { makeSlots, type Passed, type Slots } from './slots.ts';
import { Counters, Latency } from './stats.ts';
import { Subscriptions } from './subscriptions.ts';
import { codecFor, termsFor } from './terms.ts';
import { Wills } from './wills.ts';

export interface BrokerDeps extends Pick<DecisionDeps, 'announced'> {
  readonly clock: Clock;
  readonly log: Log;
  /** Where the broker keeps what outlives a connection. */
  readonly db: ShelfDb;
  readonly receipts: ReceiptStore;
  readonly limits?: Partial<BrokerLimits>;
  /** Who is this? Asked once for each connection, after a complete CONNECT. */
  admit(attempt: ConnectAttempt): Admission | Promise<Admission>;
  /** Who a client of this owner would be now; undefined: nobody, the owner is gone. */
  principalOf(owner: Owner, clientId: string): Principal | undefined;
  /** What becomes of a message; synchronous, asked in the order the client sent. */
  accept(message: Message): Outcome;
  /** The commit of a taken message has ended; called once for each, in the order the client sent. */
  settled(outcome: Taken, isStored: boolean): void;
  /** What others store of a message that is delivered, in the same commit; asked once for each. */
  alsoWrite?(parcel: Parcel): readonly Write[];
  /** All or nothing; resolves, in the order of the calls, when stored. */
  commit(writes: readonly Write[]): Promise<void>;
}

const NO_WRITES: readonly Write[] = [];

export class Core {
  readonly limits: BrokerLimits;
  readonly slots: Slots;
  readonly counters = new Counters();
  readonly latency: Latency;
  /** For whatever grows old. */
  readonly ages: Ages;
  readonly sessions: Sessions;
  readonly engine: Engine;
  readonly shelf: Shelf;
  readonly commits: Commits;
  readonly mailboxes: Mailboxes;
  readonly wills: Wills;
  readonly retained: RetainedTree;
  readonly dispatch: Dispatch;
  readonly pipeline: PublishPipeline;
  readonly receipts: ReceiptKeeper;
  readonly door: Door;
  readonly expiry: RetainedExpiry;
  readonly keepAlive: KeepAlive<Session>;
  readonly #deps: BrokerDeps;
  readonly #access: Access;
  readonly #subscriptions: Subscriptions;
  readonly #notices: Notices;

  constructor(deps: BrokerDeps) {
    const { clock, log } = deps;
    const limits = { ...BROKER_LIMITS, ...deps.limits };
    this.#deps = deps;
    this.limits = limits;
    this.slots = makeSlots((error) => log.error({ err: error }, 'a listener of the broker failed'));
    this.latency = new Latency(clock);
    const failed = (error: unknown): void => log.error({ err: error }, 'the broker cannot use its store');
    const ages = new Ages({ clock, db: deps.db, failed });
    this.ages = ages;
    this.sessions = new Sessions(clock, limits.takeoverTimeoutMs);
    const refused = (facts: Omit<RefusalFacts, 'atMs'>): void => this.#notices.refused(facts);
    this.#notices = new Notices({
      ...{ clock, log, limits, counters: this.counters },
      session: (key) => this.sessions.byKey(key),
      tell: (facts) => this.slots.refused.fire(facts),
    });
    this.#access = new Access({
      ...{ limits, refused },
      subscriptions: () => this.mailboxes.subscribed,
      subscriptionsFrom: (address) => this.mailboxes.subscribedFrom(address),
    });
    this.shelf = new Shelf(deps.db, failed);
    this.retained = new RetainedTree(limits);
    this.mailboxes = this.#makeMailboxes(failed);
    this.wills = this.#makeWills(failed);
    const { shelf, retained, mailboxes } = this;
    this.commits = new Commits((writes) => deps.commit(writes));
    this.expiry = new RetainedExpiry({
      ...{ retained, shelf, failed, clock: ages },
      commit: (writes) => this.commits.commit(writes),
      untilIdle: () => this.pipeline.idle(),
      isIdle: () => this.pipeline.isIdle,
    });
    this.#subscriptions = new Subscriptions({
      ...{ log, shelf, retained, mailboxes, slots: this.slots, clock: ages },
      commit: (writes) => this.commits.commit(writes),
    });
    this.dispatch = new Dispatch({
      ...{ shelf, retained, mailboxes },
      nowMs: () => ages.nowMs(),
      alsoWrite: (parcel) => deps.alsoWrite?.(parcel) ?? NO_WRITES,
      retainedFull: (topic) => this.#notices.retainedFull(topic),
    });
    this.engine = makeEngine({ id: bootId(clock), limits, persistence: this.#makePersistence() }, this.#engineHooks());
    const storing = { receipts: deps.receipts, commit: (writes: readonly Write[]) => deps.commit(writes) };
    const onError = (error: unknown): void => log.error({ err: error }, 'receipts cannot be forgotten');
    this.receipts = new ReceiptKeeper({ ...storing, limits, onError, clock: ages });
    const asking = {
      accept: (message: Message) => deps.accept(message),
      announced: (by: Publisher, topic: string, payload: Buffer) => deps.announced?.(by, topic, payload),
      settled: (taken: Taken, isStored: boolean) => deps.settled(taken, isStored),
      passed: (...passed: Passed) => this.slots.passed.fire(...passed),
    };
    this.pipeline = new PublishPipeline({ ...storing, ...asking, clock, limits, log, refused }, this);
    this.door = this.#makeDoor();
    this.keepAlive = new KeepAlive(clock, (session) => session.front.shut(SILENT));
  }

  /** Loads what outlived the last run; connections may come from now on. */
  async start(): Promise<void> {
    await this.ages.start();
    const { sessions, retained } = await this.shelf.load();
    await this.expiry.restore(retained);
    this.mailboxes.restore(sessions);
    await this.receipts.restore();
    await this.wills.load();
    // Their owner was removed, and the hub ended before what was theirs.
    await this.#forgetOrphans();
    await this.engine.start();
  }

  /** The owner is gone: what is kept for its clients must not fall to whoever is called so next. */
  async forget(owner: Owner): Promise<void> {
    const prefix = keysOf(owner);
    this.receipts.forgetUnder(prefix);
    await Promise.all([this.wills.forgetUnder(prefix), this.mailboxes.removeUnder(prefix)]);
  }

  /** Everything received is stored, and what answers it has been handed to the sockets. */
  async settle(): Promise<void> {
    await this.pipeline.idle();
    await this.mailboxes.shares.idle();
    await this.shelf.idle();
    await new Promise((resolve) => setImmediate(resolve));
  }

  async #forgetOrphans(): Promise<void> {
    for (const key of [...this.mailboxes.keys(), ...this.wills.keys()]) {
      const whose = readSessionKey(key);
      const isGone = whose !== undefined && this.#deps.principalOf(whose.owner, whose.clientId) === undefined;
      if (isGone && (this.mailboxes.get(key) !== undefined || this.wills.has(key))) await this.forget(whose.owner);
    }
  }

  #makeMailboxes(failed: (error: unknown) => void): Mailboxes {
    const { counters, shelf, limits } = this;
    return new Mailboxes({
      clock: this.ages,
      limits,
      shelf,
      failed,
      commit: (writes) => this.commits.commit(writes),
      dropped: (...drop) => this.#notices.dropped(...drop),
      ended: (sessionKey) => this.wills.sessionEnded(sessionKey),
      leftOut: () => {
        counters.leftOut++;
      },
    });
  }

  #makeWills(failed: (error: unknown) => void): Wills {
    const lastWords: LastWordsDeps = {
      principalOf: (owner, clientId) => this.#deps.principalOf(owner, clientId),
      publish: (session, will, ending) => this.pipeline.will(session, will, ending),
      publishOrphan: (by, will, ending) => this.pipeline.orphan(by, will, ending),
      discard: ({ also, ended }) => this.commits.store(also, { settle: ended }),
    };
    return new Wills({
      clock: this.ages,
      db: this.#deps.db,
      failed,
      commit: (writes) => this.commits.commit(writes),
      keptMs: (sessionKey) => this.mailboxes.get(sessionKey)?.keptMs ?? 0,
      publish: (words) => publishLastWords(words, lastWords),
    });
  }

  #makePersistence(): Persistence {
    const { mailboxes, shelf } = this;
    return new Persistence(
      { db: this.#deps.db, mailboxes, shelf },
      {
        granted: (key, filter, qos) => {
          const session = this.sessions.byKey(key);
          if (session?.connection === undefined || session.connection.mailbox !== mailboxes.get(key)) return undefined;
          return session.filters.has(filter) ? session.asked(filter, qos) : undefined;
        },
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
      refused: (facts) => this.#notices.refused(facts),
      asked: (session, packet) => this.engine.ask(session, packet),
      heard: (session, count) => this.#heard(session, count),
      enter: (session) => this.#enter(session),
      clear: (session) => this.#clear(session),
      closed: (front) => this.#frontClosed(front),
    });
  }

  #engineHooks(): EngineHooks {
    return {
      maySubscribe: (session, filter) => this.#access.maySubscribe(session, filter),
      onSubscribed: (session, granted) => this.#subscriptions.granted(session, granted),
      onUnsubscribed: (session, filters) => this.#subscriptions.givenUp(session, filters),
      onBroken: (session, error) => this.#notices.broken(session, error),
      onError: (error) => this.#deps.log.error({ err: error }, 'the broker failed'),
    };
  }

  /** The client id is this session's. What is here already is not waited for: most clients have their CONNACK at once. */
  async #enter(session: Session): Promise<void> {
    const { front, key, clean } = session;
    const terms = termsFor(session, this.limits);
    const { keptMs, window } = terms;
    // What an earlier connection of this client sent may still be on its way to the store: its repetition must be known.
    const leaving = this.pipeline.idleFor(key);
    if (leaving !== undefined) await leaving;
    const opening = this.mailboxes.open(key, { isClean: clean, keptMs });
    const { mailbox, isPresent } = opening instanceof Promise ? await opening : opening;
    this.mailboxes.comesFrom(mailbox, isStranger(session.principal) ? session.address : undefined);
    const { pipeline, counters, receipts } = this;
    const codec = codecFor(session, { mailbox, terms, limits: this.limits, clock: this.ages });
    const slowed = (): void => this.#notices.slowed(session);
    const connection = new Connection({ session, mailbox, codec, window, pipeline, counters, receipts, slowed });
    session.connection = connection;
    session.isPresent = isPresent;
    const storing = this.wills.begin(session, isPresent);
    if (storing !== undefined) await storing;
    if (front.phase !== 'held') {
      this.#clear(session);
      return;
    }
    session.receipts = receipts.arrived(key);
    front.join(codec, connection);
    this.#ready(session, connection);
  }

  #ready(session: Session, connection: Connection): void {
    const { clock } = this.#deps;
    const { packetBytesMax, waitingPacketBytesMax, waitingTimeMs } = this.limits;
    const { front } = session;
    const { mailbox } = connection;
    const restored = [...mailbox.subscriptions.keys()].filter((filter) => this.#access.maySubscribe(session, filter));
    const isWaiting = session.principal.kind === 'waiting';
    if (isWaiting) session.stopTimer = clock.after(waitingTimeMs, () => session.end('dropped', WAITED_LONG_ENOUGH));
    front.packetBytesMax = isWaiting ? waitingPacketBytesMax : packetBytesMax;
    // A client that does not listen to what it is told about its keep-alive is measured by what it asked for.
    this.keepAlive.watch(session);
    this.door.arrived(session);
    this.sessions.markReady(session);
    front.greet(connection.codec.connack(session.isPresent));
    this.#subscriptions.forgetRefused(session, connection);
    this.slots.connected.fire(session);
    for (const filter of restored) this.slots.subscribed.fire(session, filter, false);
    mailbox.attach(connection);
    this.mailboxes.shares.attached(mailbox);
    front.open();
  }

  #heard(session: Session, count: number): void {
    const nowMs = this.#deps.clock.nowMs();
    session.lastHeardMs = nowMs;
    session.pace.refill(nowMs);
    this.keepAlive.heard(session);
    if (!this.#access.isTooMuch(session, { nowMs, count })) this.slots.heard.fire(session);
  }

  #gone(session: Session): void {
    this.engine.left(session);
    let isWillUnderWay = false;
    if (session.saidDisconnect) {
      session.departure ??= 'disconnect';
      this.wills.dismissed(session);
    } else if (!session.isWillKept && session.connection !== undefined) {
      isWillUnderWay = this.wills.lost(session, session.connection.mailbox.keptMs);
    }
    this.#clear(session, isWillUnderWay);
  }

  #frontClosed(front: Front): void {
    this.counters.bytesInEnded += front.bytesIn;
    this.counters.bytesOutEnded += front.bytesOut;
    this.counters.packetsInEnded += front.packetsIn;
    this.counters.packetsOutEnded += front.packetsOut;
    const session = this.sessions.byFront(front);
    // Whoever closes it may be in the middle of something with this session. One without CONNACK is cleared by `enter`.
    if (session?.isReady === true) process.nextTick(() => this.#gone(session));
  }

  #clear(session: Session, isWillUnderWay = false): void {
    if (!this.sessions.remove(session)) return;
    session.stopTimer();
    this.keepAlive.forget(session);
    this.door.left(session);
    const idle = this.pipeline.left(session);
    const { connection, receipts, receiptsKey, saidDisconnect } = session;
    if (connection !== undefined) this.mailboxes.left(connection.mailbox, connection, saidDisconnect);
    // Without a connection nothing of this will was stored: what is there is of the one before.
    if (!session.isReady && connection !== undefined) this.wills.dismissed(session);
    if (receipts !== undefined && !session.isIdOurs) {
      this.receipts.left(receiptsKey, receipts, { saidGoodbye: saidDisconnect, idle });
    }
    if (!session.isReady) return;
    // Whether its will was published is known when it is stored; a client that comes back waits for that, too.
    if (isWillUnderWay && session.departure === undefined && idle !== undefined)
      void idle.then(() => this.#tellGone(session));
    else this.#tellGone(session);
  }

  #tellGone(session: Session): void {
    session.departure ??= session.wasWillPublished ? 'will' : 'lost';
    this.slots.disconnected.fire(session, session.departure);
  }
}

/** Sorts after the id of every earlier run: the persistence keeps queues in the order of this id and a counter. */
const bootId = (clock: Clock): string => `b${clock.nowMs().toString(36).padStart(10, '0')}`;
