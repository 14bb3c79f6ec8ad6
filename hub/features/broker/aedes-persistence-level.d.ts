/** What we use of aedes-persistence-level, which has no types of its own. */
declare module 'aedes-persistence-level/asyncPersistence.js' {
  import type { Readable } from 'node:stream';

  export interface StoredSubscription {
    topic: string;
    qos: number;
    clientId?: string;
  }
  export interface StoredPacket {
    topic: string;
    payload: Buffer;
    qos: number;
    messageId?: number | undefined;
    brokerId?: string;
    brokerCounter?: number;
  }
  interface Owner {
    id: string;
  }

  class AsyncLevelPersistence {
    constructor(db: unknown);
    storeRetained(packet: StoredPacket): Promise<void>;
    createRetainedStreamCombi(patterns: string[]): Readable;
    addSubscriptions(client: Owner, subscriptions: StoredSubscription[]): Promise<void>;
    subscriptionsByTopic(topic: string): Promise<StoredSubscription[]>;
    outgoingEnqueueCombi(subscriptions: StoredSubscription[], packet: StoredPacket): Promise<unknown>;
    incomingStorePacket(client: Owner, packet: StoredPacket): Promise<void>;
    incomingDelPacket(client: Owner, packet: { messageId?: number | undefined }): Promise<void>;
    cleanIncoming(client: Owner): Promise<void>;
  }
  export default AsyncLevelPersistence;
}
