/** The MQTT broker as the hub sees it: Aedes for the connections, and for messages our own pipeline and mailboxes. */
import type { Duplex } from 'node:stream';
import type { Principal } from '../../domain/principal.ts';
import { matchesFilter } from '../../domain/topic-filter.ts';
import { isTopicName, levelsOf } from '../../domain/topic-names.ts';
import type { Clock } from '../../lib/clock.ts';
import { within } from '../../lib/within.ts';
import type { Write } from '../../store/store.ts';
import { type BrokerDeps, Core } from './core.ts';
import { Envelope } from './envelope.ts';
import type { From } from './front/visitors.ts';
import { clientIdIn, type Owner, ownerKeyOf } from './identity.ts';
import type { Mailbox } from './mailbox.ts';
import { flagsOf, type Parcel, type Properties, type Qos } from './parcel.ts';
import { type BrokerSession, type Publisher, SHUTTING_DOWN } from './session.ts';
import { type BrokerNews, newsOf } from './slots.ts';
import type { BrokerStats } from './stats.ts';
import type { Subscription } from './subscription.ts';

export interface OwnMessage {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly qos?: Qos;
  readonly retain?: boolean;
  readonly properties?: Properties | undefined;
}

/** Whom a message is for above all. */
export interface HandOver {
  /** Of the session. */
  readonly key: string;
  /** Milliseconds after which nobody wants it. */
  readonly wantedMs?: number;
  /** The client has acknowledged it. */
  taken(): void;
}

export interface Subscriber {
  readonly clientId: string;
  /** Undefined: a kept session whose client is away. */
  readonly session: BrokerSession | undefined;
  readonly filter: string;
  readonly qos: Qos;
}

export interface Broker extends BrokerNews {
  /** Takes a new connection. */
  handle(stream: Duplex, from: From): void;
  /** The hub's own message; resolves when it is stored as far as needed and on its way. */
  publish(message: OwnMessage): Promise<void>;
  /** Somebody's message that came by another way than a connection; decided on like any other, and refused by throwing. */
  publishAs(by: Publisher, message: OwnMessage): Promise<void>;
  /** The hub's own messages and what is stored because of them: all of it or nothing. */
  publishTogether(parcels: readonly Parcel[], writes: readonly Write[]): Promise<void>;
  /**
   * One message of the hub's own that is above all for one client, and what is stored because of it. `taken` is called
   * when that client acknowledges it; until then whoever hands it over looks after it, and sends it again.
   */
  handOver(message: OwnMessage, to: HandOver, writes: readonly Write[]): Promise<void>;
  /** The highest QoS at which the client of this key listens to this topic; undefined: it does not, or is not there. */
  listens(key: string, topic: string): Qos | undefined;
  /** What the client of this key listens to. */
  filters(key: string): Iterable<string>;
  /** What is retained on a topic now. */
  retained(topic: string): Parcel | undefined;
  /** What is retained on every topic a filter takes in; undefined for a step that found nothing. */
  retainedUnder(filter: string): Iterable<Parcel | undefined>;
  /** Who would get a message on this topic, connected or not; at most `limit`, and how many in all. */
  subscribersOf(topic: string, limit: number): { subscribers: Subscriber[]; total: number };
  /**
   * To the client of this key at QoS 0, whatever it subscribed to; with `retain` it says that it is no news. 'busy': the client does
   * not read, and nothing was queued for it.
   */
  sendTo(key: string, topic: string, payload: string, options?: { retain: boolean }): 'sent' | 'busy' | 'gone';
  /** The client of this key, while it is there. */
  session(key: string): BrokerSession | undefined;
  sessions(): IterableIterator<BrokerSession>;
  /** The client was adopted: it speaks for `principal` from now on, on the same connection. */
  upgrade(clientId: string, principal: Principal): void;
  /** Disconnects every client that matches; answers how many. */
  drop(match: (session: BrokerSession) => boolean): number;
  /** Its owner was removed: ends for good what is kept for its clients, whoever is called so next. `drop` them first. */
  forget(owner: Owner): Promise<void>;
  stats(): BrokerStats;
  /** Lets what was received be stored and answered, then disconnects everybody. The store is closed after this. */
  close(): Promise<void>;
}

export async function openBroker(deps: BrokerDeps): Promise<Broker> {
  const core = new Core(deps);
  await core.start();
  return Object.assign(new HubBroker(core, deps.clock), newsOf(core.slots));
}

const CLOSE_TIMEOUT_MS = 5_000;

class HubBroker implements Omit<Broker, keyof BrokerNews> {
  readonly #core: Core;
  readonly #clock: Clock;

  constructor(core: Core, clock: Clock) {
    this.#core = core;
    this.#clock = clock;
  }

  handle(stream: Duplex, from: From): void {
    this.#core.door.handle(stream, from);
  }

  async publish(message: OwnMessage): Promise<void> {
    await this.publishTogether([this.#parcelOf(message)], []);
  }

  async publishAs(by: Publisher, message: OwnMessage): Promise<void> {
    await done((callback) => this.#core.pipeline.behalf(by, parcelOf(message), callback));
  }

  async publishTogether(parcels: readonly Parcel[], writes: readonly Write[]): Promise<void> {
    await done((callback) => this.#core.pipeline.together(parcels, writes, callback));
  }

  async handOver(message: OwnMessage, { key, taken, wantedMs }: HandOver, writes: readonly Write[]): Promise<void> {
    const isThere = this.#core.sessions.present(key) !== undefined;
    const expiresMs = wantedMs === undefined ? undefined : this.#core.ages.nowMs() + wantedMs;
    const handed = isThere ? { handed: { key, ownerKey: ownerKeyOf(key), taken } } : {};
    await this.publishTogether([{ ...this.#parcelOf(message), ...handed, expiresMs }], writes);
  }

  listens(key: string, topic: string): Qos | undefined {
    let highest: Qos | undefined;
    for (const { filter, qos } of this.#core.sessions.present(key)?.mailbox.subscriptions.values() ?? []) {
      if ((highest === undefined || qos > highest) && matchesFilter(filter, topic)) highest = qos;
    }
    return highest;
  }

  filters(key: string): Iterable<string> {
    return this.#core.sessions.present(key)?.mailbox.subscriptions.keys() ?? [];
  }

  retained(topic: string): Parcel | undefined {
    const parcel = this.#core.retained.get(topic);
    return parcel !== undefined && this.#isAlive(parcel) ? parcel : undefined;
  }

  *retainedUnder(filter: string): Generator<Parcel | undefined, void, undefined> {
    for (const parcel of this.#core.retained.match(filter)) {
      yield parcel !== undefined && this.#isAlive(parcel) ? parcel : undefined;
    }
  }

  subscribersOf(topic: string, limit: number): { subscribers: Subscriber[]; total: number } {
    const { mailboxes, sessions } = this.#core;
    const subscribers: Subscriber[] = [];
    let total = 0;
    const add = ({ key }: Mailbox, { filter, qos }: Subscription): void => {
      if (subscribers.length >= limit) return;
      const session = sessions.byKey(key);
      subscribers.push({ clientId: session?.clientId ?? clientIdIn(key), session, filter, qos });
    };
    for (const { owner } of mailboxes.subscriptions.match(topic)) {
      total++;
      for (const subscription of owner.subscriptions.values()) {
        if (subscribers.length < limit && matchesFilter(subscription.filter, topic)) add(owner, subscription);
      }
    }
    for (const { owner } of mailboxes.shares.match(topic)) {
      total += owner.size;
      for (const [member, subscription] of owner.members) add(member, subscription);
    }
    return { subscribers, total };
  }

  sendTo(key: string, topic: string, payload: string, { retain } = { retain: false }): 'sent' | 'busy' | 'gone' {
    const session = this.#core.sessions.byKey(key);
    if (session?.connection === undefined || session.front.phase !== 'open') return 'gone';
    if (session.front.unsentBytes > this.#core.limits.unsentBytesBusy) return 'busy';
    const envelope = new Envelope({ topic, payload: Buffer.from(payload), qos: 0, retain });
    session.connection.publish(envelope, flagsOf(0, { retain }), 0, undefined);
    return 'sent';
  }

  session(key: string): BrokerSession | undefined {
    return this.#core.sessions.present(key);
  }

  sessions(): IterableIterator<BrokerSession> {
    return this.#core.sessions.ready();
  }

  upgrade(clientId: string, principal: Principal): void {
    const session = this.#core.sessions.get(clientId);
    // Somebody with credentials may have taken the client id meanwhile, and keeps it.
    if (session?.principal.kind !== 'waiting') return;
    session.principal = principal;
    if (session.connection !== undefined) this.#core.mailboxes.comesFrom(session.connection.mailbox, undefined);
    session.stopTimer();
    session.front.packetBytesMax = this.#core.limits.packetBytesMax;
    this.#core.door.moveToKnown(session);
  }

  drop(match: (session: BrokerSession) => boolean): number {
    const matching = this.#core.sessions.all().filter((session) => session.departure === undefined && match(session));
    for (const session of matching) session.end('dropped');
    return matching.length;
  }

  forget(owner: Owner): Promise<void> {
    return this.#core.forget(owner);
  }

  stats(): BrokerStats {
    const { bytesInEnded, bytesOutEnded, packetsInEnded, packetsOutEnded, ...counters } = this.#core.counters;
    const flow = {
      bytesIn: bytesInEnded,
      bytesOut: bytesOutEnded,
      packetsIn: packetsInEnded,
      packetsOut: packetsOutEnded,
    };
    let inFlight = 0;
    let keptPresent = 0;
    for (const { front, connection } of this.#core.sessions.all()) {
      if (front.phase === 'closed') continue; // counted when it closed
      inFlight += connection?.mailbox.inFlight ?? 0;
      if (connection?.mailbox.isKept === true) keptPresent++;
      flow.bytesIn += front.bytesIn;
      flow.bytesOut += front.bytesOut;
      flow.packetsIn += front.packetsIn;
      flow.packetsOut += front.packetsOut;
    }
    const { sessions, latency, mailboxes, retained, shelf } = this.#core;
    const { bodies } = shelf;
    const waiting = mailboxes.waiting();
    const shared = mailboxes.shares.size;
    const sizes = {
      waiting: waiting.messages,
      waitingBytes: waiting.bytes,
      inFlight,
      retained: retained.size,
      retainedBytes: retained.bytes,
      storedMessages: bodies.count + retained.size,
      storedBytes: bodies.bytes + retained.bytes,
      subscriptions: mailboxes.subscriptions.size + shared,
      sharedSubscriptions: shared,
      keptSessions: mailboxes.kept,
      // One that is on its way out may be counted as kept no more.
      keptSessionsAway: Math.max(0, mailboxes.kept - keptPresent),
      sessionsExpired: mailboxes.expired,
    };
    return { ...counters, ...flow, ...sizes, clients: sessions.size, commitMs: latency.p95() };
  }

  #parcelOf(message: OwnMessage): Parcel {
    const { topic } = message;
    if (!isTopicName(topic) || levelsOf(topic) > this.#core.limits.topicLevelsMax) {
      throw new RangeError(`not a topic name: ${JSON.stringify(topic)}`);
    }
    return parcelOf(message);
  }

  #isAlive({ expiresMs }: Parcel): boolean {
    return expiresMs === undefined || expiresMs > this.#core.ages.nowMs();
  }

  async close(): Promise<void> {
    this.#core.door.close();
    for (const { front } of this.#core.sessions.all()) front.hold();
    await this.#core.settle();
    const present = this.#core.sessions.all();
    for (const session of present) {
      // The hub leaves, not the device: its will is kept for the next run.
      session.isWillKept = true;
      session.end('dropped', SHUTTING_DOWN);
    }
    const gone = Promise.all(present.map((session) => session.ended));
    await within(gone, { ms: CLOSE_TIMEOUT_MS, clock: this.#clock });
    this.#core.receipts.stop();
    this.#core.keepAlive.stop();
    this.#core.mailboxes.stop();
    this.#core.wills.stop();
    this.#core.expiry.stop();
    await this.#core.engine.close();
    await this.#core.ages.stop();
    await this.#core.settle();
  }
}

function parcelOf({ topic, payload, qos = 0, retain = false, properties }: OwnMessage): Parcel {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  return { topic, payload: bytes, qos, retain, properties };
}

/** A callback that is called once, as a promise; what the work throws at once is a rejection too. */
function done(work: (callback: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    work((error) => (error === undefined ? resolve() : reject(error)));
  });
}
