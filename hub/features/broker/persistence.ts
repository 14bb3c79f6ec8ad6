/**
 * What Aedes keeps between connections (sessions, offline queues, retained values, QoS 2 handshakes, wills): the class
 * of aedes-persistence-level over the hub's own store, with the repairs that cannot wait.
 */
import type { Readable } from 'node:stream';
import LevelPersistence from 'aedes-persistence-level/asyncPersistence.js';

/** The part of abstract-level that aedes-persistence-level uses. Writes are performed in the order of the calls. */
export interface PersistenceDb {
  get(key: string, encoding?: object): Promise<Buffer | undefined>;
  put(key: string, value: Buffer, encoding?: object): Promise<void>;
  del(key: string): Promise<void>;
  clear(range: { gte: string; lt: string }): Promise<void>;
  batch(): object;
  values(range: { gte: string; lt: string }): AsyncIterable<Buffer>;
}

export interface PersistenceHooks {
  /** Whether a session that wants to be kept may subscribe with this filter. */
  maySubscribe(sessionKey: string, filter: string): boolean;
  /** Whether the will of this session may outlive the hub. */
  mayKeepWill(sessionKey: string): boolean;
  /** A QoS 2 handshake of this session is over. */
  onReleased(sessionKey: string, messageId: number): void;
  onReadFailed(error: unknown): void;
}

/** How the class says that it does not know a packet. */
const NO_SUCH_PACKET = 'no such packet';

type StoredSubscription = Parameters<LevelPersistence['addSubscriptions']>[1][number];

/** A session as Aedes hands it over; its `id` is the session's key. */
interface Owner {
  readonly id: string;
}
interface Handshake {
  readonly messageId?: number | undefined;
}

export class Persistence extends LevelPersistence {
  readonly #db: PersistenceDb;
  readonly #hooks: PersistenceHooks;
  /** Of each SUBSCRIBE that is being worked on, the filters that are stored. */
  readonly #stored = new WeakMap<StoredSubscription[], Set<string>>();

  constructor(db: PersistenceDb, hooks: PersistenceHooks) {
    super(db);
    this.#db = db;
    this.#hooks = hooks;
  }

  /**
   * Aedes hands over every filter of a SUBSCRIBE each time it granted one of them: those it refused must not come back,
   * and those it handed over before need not be stored a thousand times.
   */
  override async addSubscriptions(owner: Owner, subscriptions: StoredSubscription[]): Promise<void> {
    const stored = this.#stored.get(subscriptions) ?? new Set<string>();
    this.#stored.set(subscriptions, stored);
    const granted = subscriptions.filter(
      ({ topic }) => !stored.has(topic) && this.#hooks.maySubscribe(owner.id, topic),
    );
    for (const { topic } of granted) stored.add(topic);
    if (granted.length > 0) await super.addSubscriptions(owner, granted);
  }

  /** Nobody listens for a read error of this stream in Aedes: it would end the process. */
  override createRetainedStreamCombi(patterns: string[]): Readable {
    return super.createRetainedStreamCombi(patterns).on('error', this.#hooks.onReadFailed);
  }

  /**
   * An error here disconnects the client. The class loses track of subscriptions that overlap, so what it did not queue
   * is delivered as to a session that is not kept; and a PUBREC for an id it does not know is owed a PUBREL anyway.
   */
  override async outgoingUpdate(owner: Owner, packet: Handshake): Promise<void> {
    try {
      await super.outgoingUpdate(owner, packet);
    } catch (error) {
      if (!(error instanceof Error) || error.message !== NO_SUCH_PACKET) throw error;
    }
  }

  /**
   * The next run of the hub publishes what is kept here and asks nobody, because the client is not there to be asked
   * about. A stranger's will is judged when the stranger goes, and ends with this run.
   */
  override async putWill(owner: Owner, will: object): Promise<void> {
    if (this.#hooks.mayKeepWill(owner.id)) await super.putWill(owner, will);
  }

  /** Of a QoS 2 handshake only the id is kept: the message itself went through the publish pipeline already. */
  override incomingStorePacket(owner: Owner, { messageId = 0 }: Handshake): Promise<void> {
    const value = Buffer.alloc(2);
    value.writeUInt16BE(messageId);
    return this.#db.put(handshakeKey(owner.id, messageId), value);
  }

  override async incomingGetPacket(owner: Owner, { messageId = 0 }: Handshake): Promise<Handshake> {
    const value = await this.#db.get(handshakeKey(owner.id, messageId));
    if (value === undefined) throw new Error(NO_SUCH_PACKET);
    return { messageId };
  }

  override async incomingDelPacket(owner: Owner, { messageId = 0 }: Handshake): Promise<void> {
    await this.#db.del(handshakeKey(owner.id, messageId));
    this.#hooks.onReleased(owner.id, messageId);
  }

  /** Every clean session asks for this when it comes and goes: only where there is something, it costs a commit. */
  override async cleanIncoming(owner: Owner): Promise<void> {
    if ((await this.openHandshakes(owner.id)).size > 0) await super.cleanIncoming(owner);
  }

  /** Message ids of the handshakes this session left open. */
  async openHandshakes(sessionKey: string): Promise<Set<number>> {
    const prefix = handshakePrefix(sessionKey);
    const ids = new Set<number>();
    for await (const value of this.#db.values({ gte: `${prefix}:`, lt: `${prefix};` })) ids.add(value.readUInt16BE());
    return ids;
  }
}

/** As aedes-persistence-level names them, so that its `cleanIncoming` finds them. */
const handshakePrefix = (sessionKey: string): string => `incoming:${encodeURIComponent(sessionKey)}`;
const handshakeKey = (sessionKey: string, messageId: number): string =>
  `${handshakePrefix(sessionKey)}:${String(messageId).padStart(MESSAGE_ID_DIGITS, '0')}`;
const MESSAGE_ID_DIGITS = 5;
