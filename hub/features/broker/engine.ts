/**
 * The border to Aedes: the only file that knows its loose types, its private parts and its habits. Aedes keeps what
 * clients subscribe to: SUBSCRIBE, UNSUBSCRIBE and their answers. It gets to know a client with its first request, by a
 * CONNECT of ours on a line of ours; sockets, messages and wills it never sees. A line costs three times what a
 * connection does, so who only publishes has none.
 */
import type { EventEmitter } from 'node:events';
import { Duplex } from 'node:stream';
import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';
import { connectFor } from './front/connect.ts';
import { lineId } from './identity.ts';
import type { BrokerLimits } from './limits.ts';
import type { Qos } from './parcel.ts';
import type { Persistence } from './persistence.ts';
import type { Session } from './session.ts';

export interface Granted {
  readonly filter: string;
  readonly qos: Qos;
}

export interface EngineHooks {
  maySubscribe(session: Session, filter: string): boolean;
  /** SUBACK was written. */
  onSubscribed(session: Session, granted: Granted[]): void;
  /** UNSUBACK was written. */
  onUnsubscribed(session: Session, filters: string[]): void;
  /** Aedes has closed the line; without an error it found the request invalid. */
  onBroken(session: Session, error: Error | undefined): void;
  onError(error: unknown): void;
}

type Done = (error?: Error | null) => void;

const GRANT_REFUSED = 128;

/** What Aedes takes for the connection of one client. */
class Line extends Duplex {
  readonly session: Session;
  /** The session is over, or the line was broken: nobody listens anymore. */
  isOver = false;
  /** Aedes has let the client in. */
  isReady = false;
  /** Requests that came before. */
  #waiting: Buffer[] = [];
  readonly #broken: (error: Error | undefined) => void;

  constructor(session: Session, broken: (error: Error | undefined) => void) {
    super();
    this.session = session;
    this.#broken = broken;
  }

  ask(packet: Buffer): void {
    if (this.isReady) this.push(packet);
    else this.#waiting.push(packet); // one at most: a client's next request waits for the answer to this one
  }

  begin(): void {
    this.isReady = true;
    if (this.isOver) {
      this.destroy();
      return;
    }
    for (const packet of this.#waiting.splice(0)) this.push(packet);
  }

  /** Nobody listens anymore. While Aedes is still letting the client in it is not told: it is, when that is over. */
  leave(): void {
    this.isOver = true;
    if (this.isReady) this.destroy();
  }

  override _read(): void {}

  /** What Aedes says is small, so it is never asked to wait. Its CONNACK is nobody's. */
  override write(chunk: Buffer): boolean {
    if (this.isReady && !this.isOver) this.session.front.say(chunk);
    return true;
  }

  override cork(): void {}
  override uncork(): void {}

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // An error here is Aedes' own reason to close; it has told its listeners already.
    done(null);
    if (this.isOver) return;
    this.isOver = true;
    this.#broken(error ?? undefined);
  }
}

class HookedAedes extends Aedes {
  declare readonly brokers: Record<string, number>;
  readonly #news: string;

  constructor(options: AedesOptions & { id: string }) {
    super(options);
    this.#news = `$SYS/${options.id}/`;
  }

  /** What clients publish never comes here, nor do their wills. */
  override publish(packet: PublishPacket, client: unknown, callback?: unknown): void {
    const done = asDone(typeof client === 'function' ? client : callback);
    // To the other brokers of a cluster; there are none. It must know that it is alive itself.
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
  /** Clients that Aedes knows. */
  readonly clients: number;
  /** The hooks may be called from now on. */
  start(): Promise<void>;
  /** The client sent SUBSCRIBE or UNSUBSCRIBE; the answer goes to its front. */
  ask(session: Session, packet: Buffer): void;
  /** The session is over. */
  left(session: Session): void;
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
  const lines = new Map<Session, Line>();
  let lineCount = 0;
  const begin = (session: Session): Line => {
    const line = new Line(session, (error) => {
      lines.delete(session);
      hooks.onBroken(session, error);
    });
    lines.set(session, line);
    aedes.handle(line);
    lineCount++;
    const { key, isKept, isPresent } = session;
    line.push(connectFor({ clientId: lineId(lineCount, key), clean: !isKept && !isPresent }));
    return line;
  };
  listen(aedes, hooks);
  return {
    get clients() {
      return aedes.connectedClients;
    },
    start: () => aedes.listen(),
    ask: (session, packet) => (lines.get(session) ?? begin(session)).ask(packet),
    left(session) {
      const line = lines.get(session);
      if (line === undefined) return;
      lines.delete(session);
      line.leave();
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
    // Keep-alives are ours, see keep-alive.ts.
    keepaliveLimit: 0,
  };
}

function authorizers(hooks: EngineHooks): AedesOptions {
  return {
    // The door has decided before Aedes saw the connection.
    authenticate: (_client, _username, _password, done) => done(null, true),
    authorizePublish: (_client, _packet, done) => done(null),
    authorizeSubscribe(client, subscription, done) {
      const line = lineOf(client);
      // What is restored was decided on when the session began.
      const isRight = line !== undefined && (!line.isReady || hooks.maySubscribe(line.session, subscription.topic));
      done(null, isRight ? subscription : null);
    },
  };
}

/** Undefined: nobody listens anymore. */
function lineOf({ conn }: Client): Line | undefined {
  return conn instanceof Line && !conn.isOver ? conn : undefined;
}

function listen(aedes: Aedes, hooks: EngineHooks): void {
  aedes
    .on('connackSent', (_connack, { conn }) => {
      if (conn instanceof Line) conn.begin();
    })
    .on('subscribe', (subscriptions, client) => {
      const line = lineOf(client);
      if (line === undefined) return;
      const granted = subscriptions.filter(({ qos }) => Number(qos) !== GRANT_REFUSED);
      hooks.onSubscribed(
        line.session,
        granted.map(({ topic, qos }) => ({ filter: topic, qos })),
      );
    })
    .on('unsubscribe', (filters, client) => {
      const line = lineOf(client);
      if (line !== undefined) hooks.onUnsubscribed(line.session, filters);
    });
  const emitter: EventEmitter = aedes;
  emitter.on('error', hooks.onError);
}

function asDone(value: unknown): Done {
  return typeof value === 'function' ? (error) => void value(error) : nothing;
}

const nothing = (): void => {};
