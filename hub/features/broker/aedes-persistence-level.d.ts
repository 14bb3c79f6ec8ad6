/** What we use of aedes-persistence-level, which has no types of its own. */
declare module 'aedes-persistence-level/asyncPersistence.js' {
  import type { Readable } from 'node:stream';

  interface StoredSubscription {
    topic: string;
    qos: number;
    clientId?: string;
  }
  interface StoredPacket {
    topic: string;
    payload: Buffer;
  }
  interface Owner {
    readonly id: string;
  }
  interface Handshake {
    readonly messageId?: number | undefined;
  }

  class AsyncLevelPersistence {
    constructor(db: object);
    storeRetained(packet: StoredPacket): Promise<void>;
    createRetainedStreamCombi(patterns: string[]): Readable;
    addSubscriptions(owner: Owner, subscriptions: StoredSubscription[]): Promise<void>;
    subscriptionsByTopic(topic: string): Promise<StoredSubscription[]>;
    outgoingEnqueueCombi(subscriptions: StoredSubscription[], packet: StoredPacket): Promise<unknown>;
    outgoingUpdate(owner: Owner, packet: Handshake): Promise<void>;
    putWill(owner: Owner, will: object): Promise<void>;
    incomingStorePacket(owner: Owner, packet: Handshake): Promise<void>;
    incomingGetPacket(owner: Owner, packet: Handshake): Promise<Handshake>;
    cleanIncoming(owner: Owner): Promise<void>;
    incomingDelPacket(owner: Owner, packet: Handshake): Promise<void>;
  }

  export = AsyncLevelPersistence;
}
