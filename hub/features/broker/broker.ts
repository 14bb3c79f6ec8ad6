/** The MQTT broker as the hub sees it: Aedes for the connections, and for messages our own pipeline and mailboxes. */
import type { Duplex } from 'node:stream';
import type { Principal } from '../../domain/principal.ts';
import { isTopicName, levelsOf } from '../../domain/topic-names.ts';
import type { Clock } from '../../lib/clock.ts';
import { within } from '../../lib/within.ts';
import { type BrokerDeps, Core } from './core.ts';
import { Envelope } from './envelope.ts';
import type { From } from './front/door.ts';
import type { BrokerSession } from './session.ts';
import { type BrokerNews, newsOf } from './slots.ts';
import type { BrokerStats } from './stats.ts';

export interface OwnMessage {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly qos?: 0 | 1;
  readonly retain?: boolean;
}

export interface Broker extends BrokerNews {
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

  async publish({ topic, payload, qos = 0, retain = false }: OwnMessage): Promise<void> {
    if (!isTopicName(topic) || levelsOf(topic) > this.#core.limits.topicLevelsMax) {
      throw new RangeError(`not a topic name: ${JSON.stringify(topic)}`);
    }
    const parcel = { topic, payload: typeof payload === 'string' ? Buffer.from(payload) : payload, qos, retain };
    await new Promise<void>((resolve, reject) => {
      this.#core.pipeline.own(parcel, (error) => (error === undefined ? resolve() : reject(error)));
    });
  }

  sendTo(clientId: string, topic: string, payload: string): 'sent' | 'busy' | 'gone' {
    const session = this.#core.sessions.get(clientId);
    if (session?.connection === undefined || session.front.phase !== 'open') return 'gone';
    if (session.front.unsentBytes > this.#core.limits.unsentBytesBusy) return 'busy';
    const envelope = new Envelope({ topic, payload: Buffer.from(payload), qos: 0, retain: false });
    session.connection.publish(envelope, 0, 0, undefined);
    return 'sent';
  }

  session(clientId: string): BrokerSession | undefined {
    return this.#core.sessions.get(clientId);
  }

  sessions(): IterableIterator<BrokerSession> {
    return this.#core.sessions.ready();
  }

  upgrade(clientId: string, principal: Principal): void {
    const session = this.#core.sessions.get(clientId);
    // Somebody with credentials may have taken the client id meanwhile, and keeps it.
    if (session?.principal.kind !== 'waiting') return;
    session.principal = principal;
    session.stopTimer();
    session.front.packetBytesMax = this.#core.limits.packetBytesMax;
    this.#core.door.moveToKnown(session);
  }

  drop(match: (session: BrokerSession) => boolean): number {
    const matching = this.#core.sessions.all().filter((session) => session.departure === undefined && match(session));
    for (const session of matching) session.end('dropped');
    return matching.length;
  }

  stats(): BrokerStats {
    const { bytesInEnded, bytesOutEnded, ...counters } = this.#core.counters;
    let bytesIn = bytesInEnded;
    let bytesOut = bytesOutEnded;
    for (const { front } of this.#core.sessions.all()) {
      if (front.phase === 'closed') continue; // counted when it closed
      bytesIn += front.bytesIn;
      bytesOut += front.bytesOut;
    }
    const { sessions, latency, mailboxes, retained } = this.#core;
    const sizes = {
      waiting: mailboxes.waiting,
      retained: retained.size,
      subscriptions: mailboxes.subscriptions.size,
      keptSessions: mailboxes.kept,
    };
    return { ...counters, ...sizes, clients: sessions.size, bytesIn, bytesOut, commitMs: latency.p95() };
  }

  async close(): Promise<void> {
    this.#core.door.close();
    for (const { front } of this.#core.sessions.all()) front.hold();
    await this.#core.settle();
    const present = this.#core.sessions.all();
    for (const session of present) {
      // The hub leaves, not the device: its will is kept for the next run.
      this.#core.engine.keepWill(session.front);
      session.end('dropped');
    }
    const gone = Promise.all(present.map((session) => session.ended));
    await within(gone, { ms: CLOSE_TIMEOUT_MS, clock: this.#clock });
    this.#core.receipts.stop();
    this.#core.mailboxes.stop();
    await this.#core.engine.close();
    await this.#core.settle();
  }
}
