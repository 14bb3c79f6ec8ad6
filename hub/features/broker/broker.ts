/** The MQTT broker: Aedes behind our own door, publish pipeline and fan-out. This file puts the parts together. */
import type { Duplex } from 'node:stream';
import { generate } from 'mqtt-packet';
import type { ErrorCode } from '../../contract/errors.ts';
import { mayRead, maySubscribe, type Verdict } from '../../domain/acl.ts';
import type { Principal } from '../../domain/principal.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import { isTopicName, levelsOf } from '../../domain/topic-names.ts';
import type { Clock } from '../../lib/clock.ts';
import { makeSlot, type Slot, type SlotSource } from '../../lib/slot.ts';
import { within } from '../../lib/within.ts';
import type { ReceiptStore, Write } from '../../store/store.ts';
import { type Engine, type EngineHooks, makeEngine, type Parcel } from './engine.ts';
import { FanOut } from './fan-out.ts';
import { connectFor } from './front/connect.ts';
import { type Admission, type ConnectAttempt, Door, type From } from './front/door.ts';
import type { Front } from './front/front.ts';
import { BROKER_LIMITS, type BrokerLimits } from './limits.ts';
import { Persistence, type PersistenceDb } from './persistence.ts';
import { type Log, type Message, type Outcome, PublishPipeline, type Taken, whoIs } from './publish.ts';
import { ReceiptKeeper } from './receipts.ts';
import type { BrokerSession, Departure, Session } from './session.ts';
import { Sessions } from './sessions.ts';
import { type BrokerStats, Counters, Latency } from './stats.ts';

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

export interface OwnMessage {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly qos?: 0 | 1;
  readonly retain?: boolean;
}

export interface Broker {
  /** Takes a new connection. */
  handle(stream: Duplex, from: From): void;
  /** The hub's own message; resolves when it is stored as far as needed and on its way. */
  publish(message: OwnMessage): Promise<void>;
  /** To one client at QoS 0, whatever it subscribed to. 'busy': it does not read, and nothing was queued for it. */
  sendTo(clientId: string, topic: string, payload: string): 'sent' | 'busy' | 'gone';
  session(clientId: string): BrokerSession | undefined;
  sessions(): IterableIterator<BrokerSession>;
  /** The client was adopted: it speaks for `principal` from now on, on the same connection. */
  upgrade(clientId: string, principal: Principal): void;
  /** Disconnects every client that matches; answers how many. */
  drop(match: (session: BrokerSession) => boolean): number;
  stats(): BrokerStats;
  readonly onConnected: Slot<[BrokerSession]>;
  readonly onDisconnected: Slot<[BrokerSession, Departure]>;
  /** Any packet came, also PINGREQ. */
  readonly onHeard: Slot<[BrokerSession]>;
  /** SUBACK was sent, or a kept session came back with the filter. */
  readonly onSubscribed: Slot<[BrokerSession, string]>;
  readonly onUnsubscribed: Slot<[BrokerSession, string]>;
  readonly onRefused: Slot<[RefusalFacts]>;
  /** Lets what was received be stored and answered, then disconnects everybody. The store is closed after this. */
  close(): Promise<void>;
}

export async function openBroker(deps: BrokerDeps): Promise<Broker> {
  const broker = new HubBroker(deps);
  await broker.start();
  return broker;
}

/** How long Aedes may take to clear away a session that failed before its CONNACK. */
const CLEAR_AWAY_MS = 1_000;
const CLOSE_TIMEOUT_MS = 5_000;
const MINUTE_MS = 60_000;

class HubBroker implements Broker {
  readonly onConnected: Slot<[BrokerSession]>;
  readonly onDisconnected: Slot<[BrokerSession, Departure]>;
  readonly onHeard: Slot<[BrokerSession]>;
  readonly onSubscribed: Slot<[BrokerSession, string]>;
  readonly onUnsubscribed: Slot<[BrokerSession, string]>;
  readonly onRefused: Slot<[RefusalFacts]>;
  readonly #deps: BrokerDeps;
  readonly #limits: BrokerLimits;
  readonly #slots: Slots;
  readonly #counters = new Counters();
  readonly #latency: Latency;
  readonly #sessions: Sessions;
  readonly #persistence: Persistence;
  readonly #engine: Engine;
  readonly #fanOut: FanOut;
  readonly #pipeline: PublishPipeline;
  readonly #receipts: ReceiptKeeper;
  readonly #door: Door;

  constructor(deps: BrokerDeps) {
    const { clock, log } = deps;
    const limits = { ...BROKER_LIMITS, ...deps.limits };
    this.#deps = deps;
    this.#limits = limits;
    this.#slots = makeSlots(log);
    this.onConnected = this.#slots.connected.slot;
    this.onDisconnected = this.#slots.disconnected.slot;
    this.onHeard = this.#slots.heard.slot;
    this.onSubscribed = this.#slots.subscribed.slot;
    this.onUnsubscribed = this.#slots.unsubscribed.slot;
    this.onRefused = this.#slots.refused.slot;
    this.#latency = new Latency(clock);
    this.#sessions = new Sessions(clock, limits.takeoverTimeoutMs);
    this.#persistence = this.#makePersistence();
    this.#engine = makeEngine({ id: bootId(clock), limits, persistence: this.#persistence }, this.#engineHooks());
    this.#fanOut = new FanOut({
      engine: this.#engine,
      persistence: this.#persistence,
      mayQueue: (key, { topic, payload }) => {
        const session = this.#sessions.byKey(key);
        return session === undefined || mayRead(session.principal, topic, payload);
      },
    });
    const onError = (error: unknown): void => log.error({ err: error }, 'receipts cannot be forgotten');
    this.#receipts = new ReceiptKeeper({ ...this.#storing(), clock, limits, onError });
    this.#pipeline = new PublishPipeline(
      {
        ...this.#storing(),
        clock,
        limits,
        log,
        accept: (message) => deps.accept(message),
        settled: (taken, isStored) => deps.settled(taken, isStored),
        refused: (facts) => this.#refused(facts),
      },
      { fanOut: this.#fanOut, counters: this.#counters, latency: this.#latency },
    );
    this.#door = this.#makeDoor();
  }

  start(): Promise<void> {
    return this.#engine.start();
  }

  handle(stream: Duplex, from: From): void {
    this.#door.handle(stream, from);
  }

  async publish({ topic, payload, qos = 0, retain = false }: OwnMessage): Promise<void> {
    if (!isTopicName(topic) || levelsOf(topic) > this.#limits.topicLevelsMax) {
      throw new RangeError(`not a topic name: ${JSON.stringify(topic)}`);
    }
    const parcel = { topic, payload: typeof payload === 'string' ? Buffer.from(payload) : payload, qos, retain };
    await new Promise<void>((resolve, reject) => {
      this.#fanOut.submit(parcel, (error) => (error === undefined ? resolve() : reject(error)));
    });
  }

  sendTo(clientId: string, topic: string, payload: string): 'sent' | 'busy' | 'gone' {
    const session = this.#sessions.get(clientId);
    if (session?.front.phase !== 'open') return 'gone';
    if (session.front.unsentBytes > this.#limits.unsentBytesBusy) return 'busy';
    session.front.write(generate({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false }));
    this.#counters.messagesOut++;
    return 'sent';
  }

  session(clientId: string): BrokerSession | undefined {
    return this.#sessions.get(clientId);
  }

  sessions(): IterableIterator<BrokerSession> {
    return this.#sessions.ready();
  }

  upgrade(clientId: string, principal: Principal): void {
    const session = this.#sessions.get(clientId);
    // Somebody with credentials may have taken the client id meanwhile, and keeps it.
    if (session?.principal.kind !== 'waiting') return;
    session.principal = principal;
    session.stopTimer();
    session.front.packetBytesMax = this.#limits.packetBytesMax;
    this.#door.moveToKnown(session);
  }

  drop(match: (session: BrokerSession) => boolean): number {
    const matching = this.#sessions.all().filter((session) => session.departure === undefined && match(session));
    for (const session of matching) session.end('dropped');
    return matching.length;
  }

  stats(): BrokerStats {
    const { bytesInEnded, bytesOutEnded, ...counters } = this.#counters;
    let bytesIn = bytesInEnded;
    let bytesOut = bytesOutEnded;
    for (const { front } of this.#sessions.all()) {
      if (front.phase === 'closed') continue; // counted when it closed
      bytesIn += front.bytesIn;
      bytesOut += front.bytesOut;
    }
    return { ...counters, clients: this.#sessions.size, bytesIn, bytesOut, commitMs: this.#latency.p95() };
  }

  async close(): Promise<void> {
    this.#door.close();
    for (const { front } of this.#sessions.all()) front.hold();
    await this.#settle();
    const present = this.#sessions.all();
    for (const session of present) {
      // The hub leaves, not the device: its will is kept for the next run.
      this.#engine.keepWill(session.front);
      session.end('dropped');
    }
    const gone = Promise.all(present.map((session) => session.ended));
    await within(gone, { ms: CLOSE_TIMEOUT_MS, clock: this.#deps.clock });
    this.#receipts.stop();
    await this.#engine.close();
    await this.#settle();
  }

  /** Everything received is stored, and what answers it has been handed to the sockets. */
  async #settle(): Promise<void> {
    await this.#pipeline.idle();
    await this.#fanOut.idle();
    await new Promise((resolve) => setImmediate(resolve));
  }

  #storing(): { receipts: BrokerDeps['receipts']; commit: BrokerDeps['commit'] } {
    return { receipts: this.#deps.receipts, commit: (writes) => this.#deps.commit(writes) };
  }

  #makePersistence(): Persistence {
    return new Persistence(this.#deps.db, {
      maySubscribe: (key, filter) => {
        return this.#sessions.byKey(key)?.filters.has(filter) === true;
      },
      mayKeepWill: (key) => this.#sessions.byKey(key)?.principal.kind !== 'waiting',
      onReleased: (key, messageId) => this.#sessions.byKey(key)?.handshakes.delete(messageId),
      onReadFailed: (error) => this.#deps.log.error({ err: error }, 'retained values cannot be read'),
    });
  }

  #makeDoor(): Door {
    return new Door({
      clock: this.#deps.clock,
      log: this.#deps.log,
      limits: this.#limits,
      sessions: this.#sessions,
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
        const session = this.#sessions.byFront(conn);
        if (session === undefined) acknowledge(new Error('connection closed'));
        else this.#pipeline.receive(session, publish, acknowledge);
      },
      onWill: (conn, will, done) => {
        const session = this.#sessions.byFront(conn);
        if (session === undefined) done();
        else this.#pipeline.will(session, will, done);
      },
      onOwnPublish: (parcel, done) =>
        this.#fanOut.submit(parcel, (error) => done(error === undefined ? undefined : new Error('not stored'))),
      maySubscribe: (conn, filter) => this.#maySubscribe(this.#sessions.byFront(conn), filter),
      mayDeliver: (conn, parcel) => this.#mayDeliver(this.#sessions.byFront(conn), parcel),
      onReady: (conn, restored) => this.#ready(this.#sessions.byFront(conn), restored),
      onSubscribed: (conn, filters) => {
        const session = this.#sessions.byFront(conn);
        if (session !== undefined) for (const filter of filters) this.#slots.subscribed.fire(session, filter);
      },
      onUnsubscribed: (conn, filters) => {
        const session = this.#sessions.byFront(conn);
        for (const filter of filters) {
          if (session?.filters.delete(filter) === true) this.#slots.unsubscribed.fire(session, filter);
        }
      },
      onGone: (conn, saidDisconnect) => this.#gone(this.#sessions.byFront(conn), saidDisconnect),
      onProtocolError: (conn, error) => this.#protocolError(this.#sessions.byFront(conn), error),
      onError: (error) => this.#deps.log.error({ err: error }, 'the broker failed'),
    };
  }

  /** The client id is this session's: from here on Aedes has the connection. */
  async #enter(session: Session): Promise<void> {
    const { front, key, clean, keepaliveS, will } = session;
    // What an earlier connection of this client sent may still be on its way to the store: its repetition must be known.
    await this.#pipeline.idleFor(key);
    const [receipts, handshakes] = await Promise.all([
      this.#receipts.load(key),
      clean ? new Set<number>() : this.#persistence.openHandshakes(key),
    ]);
    if (front.phase !== 'held') {
      this.#clear(session);
      return;
    }
    session.receipts = receipts;
    session.handshakes = handshakes;
    this.#engine.take(front);
    front.join(connectFor({ clientId: key, clean, keepaliveS, will }));
    session.stopTimer = this.#deps.clock.after(this.#limits.takeoverTimeoutMs, () => front.destroy());
  }

  #ready(session: Session | undefined, restored: string[]): void {
    if (session === undefined) return;
    const { clock } = this.#deps;
    const { packetBytesMax, waitingPacketBytesMax, waitingTimeMs } = this.#limits;
    const isWaiting = session.principal.kind === 'waiting';
    session.stopTimer();
    if (isWaiting) session.stopTimer = clock.after(waitingTimeMs, () => session.end('dropped'));
    session.front.packetBytesMax = isWaiting ? waitingPacketBytesMax : packetBytesMax;
    this.#door.arrived(session);
    this.#sessions.markReady(session);
    this.#slots.connected.fire(session);
    for (const filter of restored) this.#slots.subscribed.fire(session, filter);
    session.front.open();
  }

  #heard(session: Session, count: number): void {
    const nowMs = this.#deps.clock.nowMs();
    session.lastHeardMs = nowMs;
    if (session.principal.kind === 'waiting' && this.#isTooMuch(session, { nowMs, count })) return;
    this.#slots.heard.fire(session);
  }

  /** Strangers get so many packets a minute. */
  #isTooMuch(session: Session, { nowMs, count }: { nowMs: number; count: number }): boolean {
    if (nowMs - session.minuteMs >= MINUTE_MS) {
      session.minuteMs = nowMs;
      session.packetsInMinute = 0;
    }
    session.packetsInMinute += count;
    if (session.packetsInMinute <= this.#limits.waitingPacketsPerMinuteMax) return false;
    const detail = 'A waiting client sent too many packets in a minute.';
    this.#refused({ ...whoIs(session), action: 'publish', code: 'RATE_LIMITED', detail });
    session.end('dropped');
    return true;
  }

  #maySubscribe(session: Session | undefined, filter: string): boolean {
    // One that is on its way out may have thousands of filters left in the same packet.
    if (session === undefined || session.departure !== undefined) return false;
    const verdict = this.#subscribeVerdict(session, filter);
    if (verdict.allowed) {
      session.filters.add(filter);
      return true;
    }
    this.#refuseSubscription(session, { filter, ...verdict });
    return false;
  }

  #refuseSubscription(session: Session, refusal: { filter: string; code: ErrorCode; detail: string }): void {
    const { refusedSubscriptionsMax, waitingRefusedSubscriptionsMax } = this.#limits;
    const max = session.principal.kind === 'waiting' ? waitingRefusedSubscriptionsMax : refusedSubscriptionsMax;
    const { filter, code, detail } = refusal;
    session.refusedSubscriptions++;
    if (session.refusedSubscriptions <= max) {
      this.#refused({ ...whoIs(session), action: 'subscribe', code, detail, topic: filter });
      return;
    }
    const told = `The client was disconnected: more than ${max} of its subscriptions were refused.`;
    this.#refused({ ...whoIs(session), action: 'subscribe', code: 'RATE_LIMITED', detail: told });
    session.end('dropped');
  }

  #subscribeVerdict({ principal, filters }: Session, filter: string): Verdict {
    const { waitingSubscriptionsMax, subscriptionsPerClientMax } = this.#limits;
    const max = principal.kind === 'waiting' ? waitingSubscriptionsMax : subscriptionsPerClientMax;
    if (filters.size >= max && !filters.has(filter)) {
      return { allowed: false, code: 'SUBSCRIBE_FORBIDDEN', detail: `A client may have ${max} subscriptions.` };
    }
    return maySubscribe(principal, filter);
  }

  #mayDeliver(session: Session | undefined, { topic, payload, qos }: Parcel): boolean {
    if (session === undefined || !mayRead(session.principal, topic, payload)) return false;
    const { unsentBytes } = session.front;
    if (unsentBytes > this.#limits.unsentBytesMax) {
      session.front.shut();
      return false;
    }
    if (qos === 0 && unsentBytes > this.#limits.unsentBytesBusy) {
      this.#counters.leftOut++;
      return false;
    }
    this.#counters.messagesOut++;
    return true;
  }

  #protocolError(session: Session | undefined, error: Error): void {
    if (session === undefined) return;
    const detail = `The client was disconnected: ${error.message}.`;
    this.#refused({ ...whoIs(session), action: 'publish', code: 'PROTOCOL_ERROR', detail });
  }

  #refused(facts: Omit<RefusalFacts, 'atMs'>): void {
    this.#counters.refused++;
    this.#slots.refused.fire({ ...facts, atMs: this.#deps.clock.nowMs() });
  }

  #gone(session: Session | undefined, saidDisconnect: boolean): void {
    if (session === undefined) return;
    if (saidDisconnect) session.departure ??= 'disconnect';
    session.departure ??= session.wasWillPublished ? 'will' : 'lost';
    this.#clear(session);
  }

  #frontClosed(front: Front): void {
    this.#counters.bytesInEnded += front.bytesIn;
    this.#counters.bytesOutEnded += front.bytesOut;
    const session = this.#sessions.byFront(front);
    // Aedes tells when a session that had its CONNACK is gone; of one that failed before, it may say nothing.
    if (session?.receipts === undefined || session.isReady) return;
    this.#deps.clock.after(CLEAR_AWAY_MS, () => this.#clear(session));
  }

  #clear(session: Session): void {
    if (!this.#sessions.remove(session)) return;
    session.stopTimer();
    this.#door.left(session);
    if (session.receipts !== undefined) this.#receipts.left(session.key, session.receipts);
    if (session.isReady) this.#slots.disconnected.fire(session, session.departure ?? 'lost');
  }
}

interface Slots {
  readonly connected: SlotSource<[BrokerSession]>;
  readonly disconnected: SlotSource<[BrokerSession, Departure]>;
  readonly heard: SlotSource<[BrokerSession]>;
  readonly subscribed: SlotSource<[BrokerSession, string]>;
  readonly unsubscribed: SlotSource<[BrokerSession, string]>;
  readonly refused: SlotSource<[RefusalFacts]>;
}

function makeSlots(log: Log): Slots {
  const failed = (error: unknown): void => log.error({ err: error }, 'a listener of the broker failed');
  return {
    connected: makeSlot(failed),
    disconnected: makeSlot(failed),
    heard: makeSlot(failed),
    subscribed: makeSlot(failed),
    unsubscribed: makeSlot(failed),
    refused: makeSlot(failed),
  };
}

/** Sorts after the id of every earlier run: the persistence keeps queues in the order of this id and a counter. */
const bootId = (clock: Clock): string => `b${clock.nowMs().toString(36).padStart(10, '0')}`;
