/** All groups of shared subscriptions, and the handing over of what waits for them. */
import { sharedFilterOf } from '../../domain/shared-filter.ts';
import { Envelope } from './envelope.ts';
import { type Mailbox, type Post, qosOfFlags } from './mailbox.ts';
import { flagsOf, type Parcel } from './parcel.ts';
import { Share } from './share.ts';
import type { LoadedSession, Shelf } from './shelf.ts';
import { plainSubscription, type Subscription } from './subscription.ts';
import { SubscriptionTree } from './subscription-tree.ts';

export interface SharesDeps {
  readonly shelf: Shelf;
  /** Where the messages of a group wait. */
  makeQueue(key: string): Mailbox;
  failed(error: unknown): void;
}

/** Rows of a group's queue stand under this; no session has such a key. */
const QUEUE_PREFIX = '$share/';
/** Messages handed over in one write. */
const HANDED_OVER_MAX = 100;
const HIGHEST_QOS = 2;
const NOBODY: readonly never[] = [];

export class Shares {
  readonly #deps: SharesDeps;
  readonly #byName = new Map<string, Share>();
  readonly #tree = new SubscriptionTree<Share>();

  constructor(deps: SharesDeps) {
    this.#deps = deps;
  }

  static isQueue(sessionKey: string): boolean {
    return sessionKey.startsWith(QUEUE_PREFIX);
  }

  *queues(): IterableIterator<Mailbox> {
    for (const { queue } of this.#byName.values()) yield queue;
  }

  /** The groups that get a message. */
  match(topic: string): readonly { readonly owner: Share }[] {
    return this.#byName.size === 0 ? NOBODY : this.#tree.match(topic);
  }

  /** Subscriptions in all groups. */
  get size(): number {
    let size = 0;
    for (const share of this.#byName.values()) size += share.size;
    return size;
  }

  /** `subscription.filter` is a shared one. */
  subscribe(mailbox: Mailbox, subscription: Subscription): void {
    const shared = sharedFilterOf(subscription.filter);
    if (shared === undefined) return;
    let share = this.#byName.get(subscription.filter);
    if (share === undefined) {
      share = new Share(subscription.filter, this.#deps.makeQueue(subscription.filter));
      this.#byName.set(share.name, share);
      this.#tree.add(share, plainSubscription(shared.filter, HIGHEST_QOS));
      // Before the first message that waits: the store performs writes in the order they were asked for.
      this.#deps.shelf.putSession(share.queue.key, { leftMs: 0, keptMs: 0 }).catch(this.#deps.failed);
    }
    share.add(mailbox, subscription);
    this.handOver(share);
  }

  unsubscribe(mailbox: Mailbox, filter: string): void {
    const share = this.#byName.get(filter);
    share?.remove(mailbox);
    if (share === undefined || share.size > 0) return;
    this.#byName.delete(filter);
    this.#tree.remove(share, sharedFilterOf(filter)?.filter ?? filter);
    const posts = [...share.queue.stored()];
    share.queue.clear();
    this.#remove(share.queue.key, posts);
  }

  /** After all sessions: what waited when the hub ended. */
  restore(queues: ReadonlyMap<string, LoadedSession>): void {
    for (const [key, { posts }] of queues) {
      const share = this.#byName.get(key);
      for (const post of posts) share?.queue.restore(post, false);
      if (share === undefined) this.#remove(key, posts);
    }
  }

  /** A queue has neither filters nor handshakes of its own. */
  #remove(key: string, posts: readonly Post[]): void {
    this.#deps.shelf.removeSession(key, { filters: [], handshakes: [], posts }).catch(this.#deps.failed);
  }

  /** A member is there again. */
  attached({ subscriptions }: Mailbox): void {
    if (this.#byName.size === 0) return;
    for (const filter of subscriptions.keys()) {
      const share = this.#byName.get(filter);
      if (share !== undefined) this.handOver(share);
    }
  }

  handOver(share: Share): void {
    if (share.queue.waiting === 0) return;
    share
      .handOver((mailbox, subscription) => this.#give(share, mailbox, subscription))
      .catch((error: unknown) => this.#deps.failed(error));
  }

  /** What the member may not read is for somebody else in the group. */
  async #give(share: Share, mailbox: Mailbox, subscription: Subscription): Promise<void> {
    const { queue } = share;
    const posts = queue.takeWaiting(HANDED_OVER_MAX);
    const parcels = await this.#bodies(queue, posts);
    const piles = new Map<Mailbox, { subscription: Subscription; posts: Post[] }>();
    for (const [at, post] of posts.entries()) {
      const parcel = parcels[at];
      const isRead = parcel !== undefined && mailbox.link?.mayRead(parcel) !== false;
      const to = isRead ? { mailbox, subscription } : parcel && share.heirOf(parcel);
      if (to === undefined) {
        this.#deps.shelf.drop(queue.key, post);
        continue;
      }
      const pile = piles.get(to.mailbox) ?? { subscription: to.subscription, posts: [] };
      piles.set(to.mailbox, pile);
      pile.posts.push(post);
    }
    const given = [...piles].map(([to, pile]) => this.#hand(queue, to, pile));
    const failed = (await Promise.allSettled(given)).find((one) => one.status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  async #bodies(queue: Mailbox, posts: readonly Post[]): Promise<(Parcel | undefined)[]> {
    try {
      return await Promise.all(posts.map(({ seq }) => this.#deps.shelf.body(seq)));
    } catch (error) {
      for (const post of posts) queue.accept(post);
      throw error;
    }
  }

  async #hand(
    queue: Mailbox,
    mailbox: Mailbox,
    { subscription: { qos, id }, posts }: { readonly subscription: Subscription; readonly posts: readonly Post[] },
  ): Promise<void> {
    const subscriptionIds = id === undefined ? undefined : [id];
    const handed = posts.map((post) => {
      const least = Math.min(qos, qosOfFlags(post.flags));
      return { ...post, flags: flagsOf(least === 0 ? 0 : least === 1 ? 1 : 2), subscriptionIds };
    });
    if (!mailbox.isKept || qos === 0) await this.#deliverNow(queue, mailbox, handed);
    else await this.#move(queue, mailbox, handed);
  }

  /** They are the member's now, and stored as such before it sees them. */
  async #move(queue: Mailbox, mailbox: Mailbox, posts: readonly Post[]): Promise<void> {
    const moved = posts.map((post) => ({ ...post, packetId: mailbox.takePacketId() }));
    try {
      await this.#deps.shelf.move(queue.key, mailbox.key, moved);
    } catch (error) {
      for (const post of posts) queue.accept(post);
      throw error;
    }
    for (const post of moved) mailbox.accept(post);
  }

  /** Nothing is stored for this member. */
  async #deliverNow(queue: Mailbox, mailbox: Mailbox, posts: readonly Post[]): Promise<void> {
    const parcels = await Promise.all(posts.map(({ seq }) => this.#deps.shelf.body(seq)));
    for (const [at, post] of posts.entries()) {
      const parcel = parcels[at];
      if (parcel !== undefined) mailbox.deliver(new Envelope(parcel), post.flags, post.subscriptionIds);
      this.#deps.shelf.drop(queue.key, post);
    }
  }
}
