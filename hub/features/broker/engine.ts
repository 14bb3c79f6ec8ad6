/**
 * The border to Aedes: the only file that knows its loose types, its private parts and its habits. Everything else in
 * this feature speaks of fronts, topics and bytes.
 */
import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';
import type { BrokerLimits } from './limits.ts';
import type { Persistence } from './persistence.ts';

/** A message on its way through the broker. */
export interface Parcel {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** The client that published it. */
  readonly clientId?: string | undefined;
}

export interface Publish extends Parcel {
  readonly messageId: number | undefined;
  readonly dup: boolean;
}

/** Must be called once. With an error the client is disconnected without an acknowledgement. */
export type Acknowledge = (error?: Error) => void;

export interface EngineHooks {
  onPublish(conn: Duplex, publish: Publish, acknowledge: Acknowledge): void;
  /** The client is gone without DISCONNECT; its will was checked at CONNECT. */
  onWill(conn: Duplex, will: Parcel, done: Acknowledge): void;
  /** Of the broker itself, or the will of a client of an earlier run. */
  onOwnPublish(parcel: Parcel, done: Acknowledge): void;
  maySubscribe(conn: Duplex, filter: string): boolean;
  /** Asked for every delivery. */
  mayDeliver(conn: Duplex, parcel: Parcel): boolean;
  /** CONNACK was sent; `restored`: filters of the session that was kept. */
  onReady(conn: Duplex, restored: string[]): void;
  onSubscribed(conn: Duplex, filters: string[]): void;
  onUnsubscribed(conn: Duplex, filters: string[]): void;
  /** The session has been cleared away; `saidDisconnect`: the client ended it properly. */
  onGone(conn: Duplex, saidDisconnect: boolean): void;
  /** The client was disconnected because it broke the protocol. */
  onProtocolError(conn: Duplex, error: Error): void;
  onError(error: unknown): void;
}

/** A parcel with the number by which each client tells which of two filters brought it first. */
export interface Stamped extends Parcel {
  readonly cmd: 'publish';
  readonly brokerId: string;
  readonly brokerCounter: number;
  readonly dup: false;
}

type Done = (error?: Error) => void;
type Deliver = Parameters<Aedes['subscribe']>[1];

const GRANT_REFUSED = 128;
/** What Aedes tells the other brokers of a cluster about each client: there are none, and it names clients. */
const CLUSTER_NEWS = ['new/clients', 'new/subscribes', 'new/unsubscribes', 'disconnect/clients'];
/** Ends of connections that are no fault of the client's library. */
const QUIET_ENDS = new Set(['keep alive timeout', 'drain timeout', 'connection closed', 'not stored']);

class HookedAedes extends Aedes {
  declare readonly mq: { emit(packet: Stamped, done: () => void): void };
  declare counter: number;
  readonly #onOwnPublish: EngineHooks['onOwnPublish'];
  readonly #news: ReadonlySet<string>;

  constructor(options: AedesOptions & { id: string }, onOwnPublish: EngineHooks['onOwnPublish']) {
    super(options);
    this.#onOwnPublish = onOwnPublish;
    this.#news = new Set(CLUSTER_NEWS.map((kind) => `$SYS/${options.id}/${kind}`));
  }

  /** Aedes calls this after it has acknowledged; what clients publish was delivered before, by the pipeline. */
  override publish(packet: PublishPacket, client: unknown, callback?: unknown): void {
    const isOwn = typeof client === 'function' || client === null || client === undefined;
    const done = asDone(typeof client === 'function' ? client : callback);
    if (isOwn && !this.#news.has(packet.topic)) this.#onOwnPublish(parcelOf(packet), done);
    else done();
  }

  // Both would tell a turn later that they are done. A SUBSCRIBE that came together with an UNSUBSCRIBE of the same
  // filter would then find it still there, change nothing, and see it go.

  override subscribe(topic: string, deliver: Deliver, done: Done): void {
    let failure: Error | undefined;
    super.subscribe(topic, deliver, (error?: Error) => {
      failure = error;
    });
    done(failure);
  }

  override unsubscribe(topic: string, deliver: Deliver, done: Done = nothing): void {
    let failure: Error | undefined;
    super.unsubscribe(topic, deliver, (error?: Error) => {
      failure = error;
    });
    done(failure);
  }
}

export interface Engine {
  /** Loads what the persistence knows; the hooks may be called from now on. */
  start(): Promise<void>;
  /** Gives a connection to Aedes; its first packet must be CONNECT. */
  take(conn: Duplex): void;
  /** The next number. Parcels must be emitted in the order of their numbers: clients drop what comes late. */
  stamp(parcel: Parcel): Stamped;
  /** To every subscriber that is connected. */
  emit(stamped: Stamped): void;
  /** The client's will stays unpublished now; the next run publishes it if the client does not come back. */
  keepWill(conn: Duplex): void;
  close(): Promise<void>;
}

export interface EngineOptions {
  readonly id: string;
  readonly limits: BrokerLimits;
  readonly persistence: Persistence;
}

export function makeEngine(options: EngineOptions, hooks: EngineHooks): Engine {
  const { id, limits, persistence } = options;
  const aedes = new HookedAedes({ id, persistence, ...settingsOf(limits), ...authorizers(hooks) }, hooks.onOwnPublish);
  const clients = new WeakMap<Duplex, Client>();
  listen(aedes, hooks);
  return {
    start: () => aedes.listen(),
    take: (conn) => void clients.set(conn, aedes.handle(conn)),
    stamp: (parcel) => ({ ...parcel, cmd: 'publish', brokerId: id, brokerCounter: ++aedes.counter, dup: false }),
    emit: (stamped) => aedes.mq.emit(stamped, nothing),
    keepWill(conn) {
      const client = clients.get(conn);
      if (client !== undefined) Object.assign(client, { will: null });
    },
    close: () => new Promise((resolve) => aedes.close(resolve)),
  };
}

function settingsOf(limits: BrokerLimits): AedesOptions {
  return {
    // Without a bound: what bounds deliveries is each client's own buffer, so that a frozen one slows nobody else.
    concurrency: 0,
    connectTimeout: limits.connectTimeoutMs,
    drainTimeout: limits.drainTimeoutMs,
    queueLimit: limits.queueLimit,
    maxInflightInbound: limits.handshakesInFlightMax,
    maxClientsIdLength: limits.clientIdBytesMax,
    maxTopicLevels: limits.topicLevelsMax,
    // Any keep-alive is welcome, also none: PubSubClient and mosquitto_sub choose their own.
    keepaliveLimit: 0,
  };
}

function authorizers(hooks: EngineHooks): AedesOptions {
  return {
    // The door has decided before Aedes saw the connection.
    authenticate: (_client, _username, _password, done) => done(null, true),
    authorizePublish(client, packet, done) {
      const parcel = parcelOf(packet);
      if (client !== null && packet === Reflect.get(client, 'will')) hooks.onWill(client.conn, parcel, done);
      // The will of a client of an earlier run, checked when it was made: an error here would end the process.
      else if (client === null || 'brokerId' in packet) done(null);
      else {
        let isPending = true;
        hooks.onPublish(client.conn, { ...parcel, messageId: packet.messageId, dup: packet.dup }, (error) => {
          isPending = false;
          done(error);
        });
        if (isPending) process.nextTick(readOn, client);
      }
    },
    authorizeSubscribe: (client, subscription, done) =>
      done(null, hooks.maySubscribe(client.conn, subscription.topic) ? subscription : null),
    authorizeForward: (client, packet) => (hooks.mayDeliver(client.conn, parcelOf(packet)) ? packet : null),
  };
}

/**
 * Aedes reads nothing more from a client while one of its packets is being worked on, so a slow commit would hold up
 * even its pings. What may be in flight is bounded by the publish pipeline, which holds the front back.
 */
function readOn(client: Client): void {
  const next: unknown = Reflect.get(client, '_nextBatch');
  if (typeof next === 'function') next();
}

function listen(aedes: Aedes, hooks: EngineHooks): void {
  aedes
    .on('connackSent', (connack, client) => {
      if (connack.returnCode === 0) hooks.onReady(client.conn, filtersOf(client));
    })
    .on('subscribe', (subscriptions, client) => {
      const granted = subscriptions.filter(({ qos }) => Number(qos) !== GRANT_REFUSED);
      hooks.onSubscribed(
        client.conn,
        granted.map(({ topic }) => topic),
      );
    })
    .on('unsubscribe', (filters, client) => hooks.onUnsubscribed(client.conn, filters))
    .on('clientDisconnect', (client) => hooks.onGone(client.conn, Reflect.get(client, '_disconnected') === true))
    .on('clientError', (client, error) => reportError(client, error, hooks))
    .on('connectionError', (client, error) => reportError(client, error, hooks));
  const emitter: EventEmitter = aedes;
  emitter.on('error', hooks.onError);
}

function reportError(client: Client, error: Error, hooks: EngineHooks): void {
  // Errors of sockets and streams carry a code; what Aedes and the parser say about packets does not.
  if (!('code' in error) && !QUIET_ENDS.has(error.message)) hooks.onProtocolError(client.conn, error);
}

function filtersOf(client: Client): string[] {
  const subscriptions: unknown = Reflect.get(client, 'subscriptions');
  return typeof subscriptions === 'object' && subscriptions !== null ? Object.keys(subscriptions) : [];
}

function parcelOf(packet: PublishPacket): Parcel {
  const { topic, payload, qos, retain } = packet;
  return { topic, payload: typeof payload === 'string' ? Buffer.from(payload) : payload, qos, retain };
}

function asDone(value: unknown): Done {
  return typeof value === 'function' ? (error) => void value(error) : nothing;
}

const nothing = (): void => {};
