/**
 * What Aedes' suite for persistences needs, made of the parts that keep these things for the broker: our persistence for
 * subscriptions, the shelf and its trees for the rest. Whoever reads reads from the store: everything is loaded anew.
 */
import { Readable } from 'node:stream';
import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { matchesFilter } from '../../hub/domain/topic-filter.ts';
import { BROKER_LIMITS } from '../../hub/features/broker/limits.ts';
import type { Mailbox } from '../../hub/features/broker/mailbox.ts';
import { Mailboxes } from '../../hub/features/broker/mailboxes.ts';
import type { Parcel, Qos } from '../../hub/features/broker/parcel.ts';
import { Persistence } from '../../hub/features/broker/persistence.ts';
import { RetainedTree } from '../../hub/features/broker/retained-tree.ts';
import { Shelf } from '../../hub/features/broker/shelf.ts';
import type { Subscription } from '../../hub/features/broker/subscription.ts';
import { FakeClock } from '../../hub/lib/fake-clock.ts';
import { type OpenedLevel, openLevel } from '../../hub/store/level/open.ts';
import type { Write } from '../../hub/store/store.ts';

/** A subscription in the words of Aedes. */
interface Asked {
  topic: string;
  qos: number;
  rh?: 0 | 1 | 2;
  rap?: boolean;
  nl?: boolean;
  subscriptionIdentifier?: number;
}
interface Owner {
  readonly id: string;
}
type Packet = Pick<Parcel, 'topic' | 'payload' | 'qos' | 'retain'>;

/** What is in the store now. */
interface World {
  readonly shelf: Shelf;
  readonly mailboxes: Mailboxes;
  readonly retained: RetainedTree;
  readonly persistence: Persistence;
}

const KEPT_MS = 60_000;

export async function storedPersistence(): Promise<StoredPersistence> {
  const clock = new FakeClock();
  const memory = () => new MemoryLevel<string, string>();
  const log = pino({ level: 'silent' });
  return new StoredPersistence(await openLevel({ dir: undefined, memory, durability: 'commit', log, clock }), clock);
}

class StoredPersistence {
  broker: { readonly id?: string } = {};
  readonly #opened: OpenedLevel;
  readonly #clock: FakeClock;
  /** Of the SUBSCRIBE under way: what MQTT 5 says of each filter does not reach Aedes. */
  #asked: readonly Asked[] = [];

  constructor(opened: OpenedLevel, clock: FakeClock) {
    this.#opened = opened;
    this.#clock = clock;
  }

  async setup(broker: { readonly id: string }): Promise<void> {
    this.broker = broker;
  }

  async destroy(): Promise<void> {
    await this.#opened.store.close();
  }

  async addSubscriptions(owner: Owner, asked: Asked[]): Promise<void> {
    const { persistence, mailboxes } = await this.#load();
    if (mailboxes.get(owner.id) === undefined) await mailboxes.open(owner.id, { isClean: false, keptMs: KEPT_MS });
    this.#asked = asked;
    await persistence.addSubscriptions(owner, asked);
  }

  async removeSubscriptions(owner: Owner, filters: string[]): Promise<void> {
    await (await this.#load()).persistence.removeSubscriptions(owner, filters);
  }

  async subscriptionsByClient(owner: Owner): Promise<Asked[]> {
    const { persistence, mailboxes } = await this.#load();
    const options = mailboxes.get(owner.id)?.subscriptions;
    return (await persistence.subscriptionsByClient(owner)).map(({ topic, qos }) => ({
      topic,
      qos,
      ...optionsOf(options?.get(topic)),
    }));
  }

  /** As the hub does it: a session that begins anew is another one. */
  async cleanSubscriptions(owner: Owner): Promise<void> {
    const { persistence, mailboxes } = await this.#load();
    const mailbox = mailboxes.get(owner.id);
    if (mailbox !== undefined) await mailboxes.remove(mailbox);
    await persistence.cleanSubscriptions();
  }

  /** Those for which something is kept. */
  async subscriptionsByTopic(topic: string): Promise<(Asked & { clientId: string })[]> {
    return (await this.#matching(topic)).map(([{ key }, { filter, qos, ...rest }]) => ({
      clientId: key,
      topic: filter,
      qos,
      ...optionsOf({ filter, qos, ...rest }),
    }));
  }

  getClientList(topic: string): Readable {
    return Readable.from(this.#owners(topic));
  }

  async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
    const { mailboxes } = await this.#load();
    const all = [...mailboxes.keys()].map((key) => [...(mailboxes.get(key)?.subscriptions.values() ?? [])]);
    const kept = all.flat().filter(({ qos }) => qos > 0);
    return { subsCount: kept.length, clientsCount: all.filter(({ length }) => length > 0).length };
  }

  async storeRetained({ topic, payload, qos, retain }: Packet): Promise<void> {
    const { shelf } = await this.#load();
    await this.#opened.store.commit([shelf.retainedWrite({ topic, payload, qos, retain })]);
  }

  createRetainedStream(filter: string): Readable {
    return this.createRetainedStreamCombi([filter]);
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(this.#retained(filters));
  }

  async *#retained(filters: readonly string[]): AsyncGenerator<object> {
    const { retained } = await this.#load();
    const seen = new Set<string>();
    for (const parcel of filters.flatMap((filter) => [...retained.match(filter)])) {
      if (parcel === undefined || seen.has(parcel.topic)) continue;
      seen.add(parcel.topic);
      const { topic, payload, qos, retain } = parcel;
      yield { cmd: 'publish', id: this.broker.id, topic, payload, qos, retain };
    }
  }

  async *#owners(topic: string): AsyncGenerator<string> {
    for (const [{ key }] of await this.#matching(topic)) yield key;
  }

  async #matching(topic: string): Promise<[Mailbox, Subscription][]> {
    const { mailboxes } = await this.#load();
    return mailboxes.subscriptions.match(topic).flatMap(({ owner }) =>
      [...owner.subscriptions.values()]
        .filter(({ filter, qos }) => qos > 0 && matchesFilter(filter, topic))
        // The suite knows the order of another tree: the widest first.
        .sort((one, other) => other.filter.length - one.filter.length)
        .map((subscription): [Mailbox, Subscription] => [owner, subscription]),
    );
  }

  async #load(): Promise<World> {
    const failed = (error: unknown): never => {
      throw error;
    };
    const shelf = new Shelf(this.#opened.mqtt, failed);
    const ignored = { dropped: () => undefined, leftOut: () => undefined, ended: () => undefined };
    const commit = (writes: readonly Write[]): Promise<void> => this.#opened.store.commit(writes);
    const mailboxes = new Mailboxes({ clock: this.#clock, limits: BROKER_LIMITS, shelf, failed, commit, ...ignored });
    const retained = new RetainedTree(BROKER_LIMITS);
    const loaded = await shelf.load();
    mailboxes.restore(loaded.sessions);
    for (const parcel of loaded.retained) retained.set(parcel);
    const granted = (_key: string, filter: string, qos: Qos): Subscription => this.#granted(filter, qos);
    const persistence = new Persistence({ db: this.#opened.mqtt, shelf, mailboxes }, { granted });
    return { shelf, mailboxes, retained, persistence };
  }

  #granted(filter: string, qos: Qos): Subscription {
    const {
      rh = 0,
      rap = false,
      nl = false,
      subscriptionIdentifier,
    } = this.#asked.find(({ topic }) => topic === filter) ?? {};
    return { filter, qos, noLocal: nl, retainAsPublished: rap, retainHandling: rh, id: subscriptionIdentifier };
  }
}

/** In the words of Aedes. */
function optionsOf(subscription: Subscription | undefined): Omit<Asked, 'topic' | 'qos'> {
  if (subscription === undefined) return {};
  const { retainHandling, retainAsPublished, noLocal, id } = subscription;
  const options = { rh: retainHandling, rap: retainAsPublished, nl: noLocal };
  return id === undefined ? options : { ...options, subscriptionIdentifier: id };
}
