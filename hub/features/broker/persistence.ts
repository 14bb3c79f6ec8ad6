/**
 * What Aedes keeps between connections (sessions, offline queues, retained values, QoS 2 handshakes, wills): the class
 * of aedes-persistence-level over a database of ours, with the repairs that cannot wait.
 */
import type { Readable } from 'node:stream';
import LevelPersistence, { type StoredPacket, type StoredSubscription } from 'aedes-persistence-level/asyncPersistence.js';

/** The part of abstract-level (a sublevel is one) that the persistence needs. */
export interface PersistenceDb {
  get(key: string, options: object): Promise<unknown>;
  put(key: string, value: Buffer, options: object): Promise<void>;
  del(key: string): Promise<void>;
  clear(range: object): Promise<void>;
  batch(operations: object[], options: object): Promise<void>;
  batch(): { del(key: string): unknown; write(): Promise<void> };
  keys(range: object): AsyncIterable<string>;
  values(range: object): AsyncIterable<unknown>;
}

export interface PersistenceHooks {
  /** Whether a session that wants to be kept may subscribe with this filter. */
  maySubscribe(clientId: string, filter: string): boolean;
  /** A QoS 2 handshake of this client is over. */
  onReleased(clientId: string, messageId: number): void;
  onReadFailed(error: unknown): void;
}

const NO_PAYLOAD = Buffer.alloc(0);
/** Message ids are 16 bits: a client has at most this many handshakes. */
const MESSAGE_IDS_MAX = 65_535;

export class Persistence extends LevelPersistence {
  readonly #db: PersistenceDb;
  readonly #hooks: PersistenceHooks;

  constructor(db: PersistenceDb, hooks: PersistenceHooks) {
    super(db);
    this.#db = db;
    this.#hooks = hooks;
  }

  /** Aedes hands over every filter of a SUBSCRIBE when it granted one of them: the others must not come back. */
  override addSubscriptions(client: { id: string }, subscriptions: StoredSubscription[]): Promise<void> {
    const granted = subscriptions.filter(({ topic }) => this.#hooks.maySubscribe(client.id, topic));
    return super.addSubscriptions(client, granted);
  }

  /** Nobody listens for a read error of this stream in Aedes: it would end the process. */
  override createRetainedStreamCombi(patterns: string[]): Readable {
    return super.createRetainedStreamCombi(patterns).on('error', this.#hooks.onReadFailed);
  }

  /** Only its id is ever asked for; the message itself is stored and delivered by the publish pipeline. */
  override incomingStorePacket(client: { id: string }, packet: StoredPacket): Promise<void> {
    return super.incomingStorePacket(client, { ...packet, payload: NO_PAYLOAD });
  }

  override async incomingDelPacket(client: { id: string }, packet: { messageId?: number | undefined }): Promise<void> {
    await super.incomingDelPacket(client, packet);
    if (packet.messageId !== undefined) this.#hooks.onReleased(client.id, packet.messageId);
  }

  /** Message ids of the QoS 2 handshakes this client left open. */
  async openHandshakes(clientId: string): Promise<Set<number>> {
    const prefix = `incoming:${encodeURIComponent(clientId)}`;
    const ids = new Set<number>();
    for await (const key of this.#db.keys({ gte: `${prefix}:`, lt: `${prefix};`, limit: MESSAGE_IDS_MAX })) {
      ids.add(Number(key.slice(prefix.length + 1)));
    }
    return ids;
  }
}
