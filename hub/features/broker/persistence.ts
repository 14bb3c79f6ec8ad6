/**
 * What Aedes asks its persistence for. Sessions and their subscriptions it gets from the mailboxes; messages it never
 * asks for, and wills are ours.
 */
import { Readable } from 'node:stream';
import LevelPersistence from 'aedes-persistence-level/asyncPersistence.js';
import { keyOfLine } from './identity.ts';
import type { Mailboxes } from './mailboxes.ts';
import type { Qos } from './parcel.ts';
import type { Shelf } from './shelf.ts';
import type { Subscription } from './subscription.ts';

export interface PersistenceParts {
  /** The part of abstract-level that aedes-persistence-level uses. */
  readonly db: object;
  readonly shelf: Shelf;
  readonly mailboxes: Mailboxes;
}

export interface PersistenceHooks {
  /** What a session that wants to be kept was granted with this filter; undefined: it was refused. */
  granted(sessionKey: string, filter: string, qos: Qos): Subscription | undefined;
}

type AedesSubscription = Parameters<LevelPersistence['addSubscriptions']>[1][number];

/** A client as Aedes hands it over; see lineId. */
interface Owner {
  readonly id: string;
}

export class Persistence extends LevelPersistence {
  readonly #parts: PersistenceParts;
  readonly #hooks: PersistenceHooks;
  /** One SUBSCRIBE comes here once for each of its filters, each time whole. */
  readonly #stored = new WeakMap<readonly AedesSubscription[], Promise<void>>();

  constructor(parts: PersistenceParts, hooks: PersistenceHooks) {
    super(parts.db);
    this.#parts = parts;
    this.#hooks = hooks;
  }

  override async setup(): Promise<void> {}

  /** Aedes hands over every filter of a SUBSCRIBE when it granted one of them: the others must not come back. */
  override addSubscriptions({ id }: Owner, subscriptions: AedesSubscription[]): Promise<void> {
    const known = this.#stored.get(subscriptions);
    if (known !== undefined) return known;
    // Called while Aedes still asks about the filters behind this one.
    const stored = Promise.resolve().then(() => this.#store(keyOfLine(id), subscriptions));
    this.#stored.set(subscriptions, stored);
    return stored;
  }

  override removeSubscriptions({ id }: Owner, filters: string[]): Promise<void> {
    return this.#parts.shelf.removeSubscriptions(keyOfLine(id), filters);
  }

  override async subscriptionsByClient({ id }: Owner): Promise<AedesSubscription[]> {
    const subscriptions = this.#parts.mailboxes.get(keyOfLine(id))?.subscriptions.values() ?? [];
    return [...subscriptions].map(({ filter, qos }) => ({ topic: filter, qos }));
  }

  /** The session was begun anew before Aedes got the connection. */
  override async cleanSubscriptions(): Promise<void> {}
  override async cleanIncoming(): Promise<void> {}

  /** Wills are ours, see wills.ts. */
  override async putWill(): Promise<void> {}
  override async delWill(): Promise<void> {}
  override streamWill(): Readable {
    return Readable.from([]);
  }

  /** Retained values and what waits come from the mailbox. */
  override createRetainedStreamCombi(): Readable {
    return NOTHING_RETAINED;
  }

  /** Aedes hands it to a pipeline, which takes a list for much less than a stream. */
  override outgoingStream(): Iterable<never> {
    return NOTHING_WAITS;
  }

  async #store(key: string, subscriptions: readonly AedesSubscription[]): Promise<void> {
    const granted = subscriptions.flatMap(({ topic, qos }) => {
      const subscription = isQos(qos) ? this.#hooks.granted(key, topic, qos) : undefined;
      return subscription === undefined ? [] : [subscription];
    });
    await this.#parts.shelf.putSubscriptions(key, granted);
  }
}

const NOTHING_WAITS: readonly never[] = [];

/** Aedes makes a stream of it for every SUBSCRIBE: this one is empty, and does not even end. */
class Nothing extends Readable {
  override pipe<T extends NodeJS.WritableStream>(target: T): T {
    return target;
  }
}
const NOTHING_RETAINED = new Nothing();

const isQos = (qos: number): qos is Qos => qos === 0 || qos === 1 || qos === 2;
