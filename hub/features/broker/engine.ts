/**
 * The border to Aedes: the only file that knows its loose types, its private parts and its habits. Aedes keeps the
 * connections: CONNECT, take-over, keep-alive, SUBSCRIBE, UNSUBSCRIBE and wills. It sees no message.
 */
import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';
import type { Reason } from './front/codec.ts';
import { REASON } from './front/reason-codes.ts';
import type { BrokerLimits } from './limits.ts';
import type { Qos } from './parcel.ts';
import type { Persistence } from './persistence.ts';
import { reasonFor } from './reasons.ts';

export interface Granted {
  readonly filter: string;
  readonly qos: Qos;
}

export interface EngineHooks {
  /** The client is gone without DISCONNECT; its will was checked at CONNECT. */
  onWill(conn: Duplex): void;
  maySubscribe(conn: Duplex, filter: string): boolean;
  /** Aedes has let the client in; `restored`: filters of the session that was kept. */
  onReady(conn: Duplex, restored: string[]): void;
  onSubscribed(conn: Duplex, granted: Granted[]): void;
  onUnsubscribed(conn: Duplex, filters: string[]): void;
  /** The session has been cleared away; `saidDisconnect`: the client ended it properly. */
  onGone(conn: Duplex, saidDisconnect: boolean): void;
  /** The client was disconnected because it broke the protocol. */
  onProtocolError(conn: Duplex, error: Error): void;
  onError(error: unknown): void;
}

type Done = (error?: Error | null) => void;

const GRANT_REFUSED = 128;
const KEEP_ALIVE_TIMEOUT = 'keep alive timeout';
/** Ends of connections that are no fault of the client's library. */
const QUIET_ENDS = new Set([KEEP_ALIVE_TIMEOUT, 'drain timeout', 'connection closed']);

/** What a client of MQTT 5 is told when Aedes ends its connection with this error. */
export const reasonOfEnd = ({ message }: Error): Reason =>
  message === KEEP_ALIVE_TIMEOUT
    ? { code: REASON.keepAliveTimeout, text: 'Nothing came for one and a half times the keep-alive.' }
    : reasonFor('PROTOCOL_ERROR', `The client was disconnected: ${message}.`);

class HookedAedes extends Aedes {
  declare readonly brokers: Record<string, number>;
  readonly #news: string;

  constructor(options: AedesOptions & { id: string }) {
    super(options);
    this.#news = `$SYS/${options.id}/`;
  }

  /** What clients publish never comes here; wills are ours, see onWill. */
  override publish(packet: PublishPacket, client: unknown, callback?: unknown): void {
    const done = asDone(typeof client === 'function' ? client : callback);
    // To the other brokers of a cluster; there are none. It must know that it is alive itself, or publishes our wills.
    if (packet.topic.startsWith(this.#news)) {
      this.brokers[this.id] = Number.MAX_SAFE_INTEGER;
    }
    done();
  }

  /** Matching is ours. */
  override subscribe(_filter: string, _deliver: unknown, callback?: unknown): void {
    asDone(callback)();
  }

  override unsubscribe(_filter: string, _deliver: unknown, callback?: unknown): void {
    asDone(callback)();
  }
}

export interface Engine {
  /** Loads what the persistence knows; the hooks may be called from now on. */
  start(): Promise<void>;
  /** Gives a connection to Aedes; its first packet must be CONNECT. */
  take(conn: Duplex): void;
  /** The client sent something Aedes does not see: its keep-alive begins anew. */
  heard(conn: Duplex): void;
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
  const aedes = new HookedAedes({ id, persistence, ...settingsOf(limits), ...authorizers(hooks) });
  const clients = new WeakMap<Duplex, Client>();
  listen(aedes, hooks);
  return {
    start: () => aedes.listen(),
    take: (conn) => void clients.set(conn, aedes.handle(conn)),
    heard(conn) {
      const client = clients.get(conn);
      if (client !== undefined) refresh(client);
    },
    keepWill(conn) {
      const client = clients.get(conn);
      if (client !== undefined) Object.assign(client, { will: null });
    },
    close: () => new Promise((resolve) => aedes.close(resolve)),
  };
}

function settingsOf(limits: BrokerLimits): AedesOptions {
  return {
    concurrency: 0,
    connectTimeout: limits.connectTimeoutMs,
    drainTimeout: limits.drainTimeoutMs,
    queueLimit: limits.queueLimit,
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
      if (client !== null && packet === Reflect.get(client, 'will')) hooks.onWill(client.conn);
      done(null);
    },
    authorizeSubscribe: (client, subscription, done) =>
      done(null, hooks.maySubscribe(client.conn, subscription.topic) ? subscription : null),
  };
}

/** Aedes' own timer: what it reads refreshes it, what we read does not. */
function refresh(client: Client): void {
  const timer: unknown = Reflect.get(client, '_keepaliveTimer');
  if (timer === null || typeof timer !== 'object' || !('refresh' in timer)) return;
  if (typeof timer.refresh === 'function') timer.refresh();
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
        granted.map(({ topic, qos }) => ({ filter: topic, qos })),
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

function asDone(value: unknown): Done {
  return typeof value === 'function' ? (error) => void value(error) : nothing;
}

const nothing = (): void => {};
