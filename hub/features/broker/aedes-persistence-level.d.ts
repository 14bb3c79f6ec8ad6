/** What we use of aedes-persistence-level, which has no types of its own. */
declare module 'aedes-persistence-level/asyncPersistence.js' {
  import type { Readable } from 'node:stream';

  interface StoredSubscription {
    topic: string;
    qos: number;
    clientId?: string;
  }
  interface Owner {
    readonly id: string;
  }

  class AsyncLevelPersistence {
    constructor(db: object);
    setup(broker: object): Promise<void>;
    addSubscriptions(owner: Owner, subscriptions: StoredSubscription[]): Promise<void>;
    removeSubscriptions(owner: Owner, filters: string[]): Promise<void>;
    subscriptionsByClient(owner: Owner): Promise<StoredSubscription[]>;
    cleanSubscriptions(owner: Owner): Promise<void>;
    cleanIncoming(owner: Owner): Promise<void>;
    createRetainedStreamCombi(patterns: string[]): Readable;
    outgoingStream(owner: Owner): Iterable<unknown>;
    putWill(owner: Owner, will: object): Promise<void>;
    delWill(owner: Owner): Promise<unknown>;
    streamWill(): Readable;
  }

  export = AsyncLevelPersistence;
}
