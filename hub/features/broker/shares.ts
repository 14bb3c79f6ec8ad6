/** All groups of shared subscriptions, and the handing over of what waits for them. */
import { sharedFilterOf } from '../../domain/shared-filter.ts';
import type { Write } from '../../store/store.ts';
import { Envelope } from './envelope.ts';
import type { Mailbox } from './mailbox.ts';
import { flagsOf, type Parcel } from './parcel.ts';
import { isForOthers, type Post, qosOfFlags } from './post.ts';
import { Share } from './share.ts';
import type { LoadedSession, Shelf } from './shelf.ts';
import { plainSubscription, type Subscription } from './subscription.ts';
import { SubscriptionTree } from './subscription-tree.ts';

export interface SharesDeps {
  readonly shelf: Shelf;
  /** Where the messages of a group wait. */
  makeQueue(key: string): Mailbox;
  commit(writes: readonly Write[]): Promise<void>;
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
  /** What is on its way back to the queues. */
  readonly #returning = new Set<Promise<void>>();

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
    const posts = [...share.queue.posts()];
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

  /**
   * The session of a member is over: what it was given and did not answer goes to the others of the group, before
   * anything that waits, or behind it with `isLate`. Answers the posts that are for nobody else. [4.8.2]
   */
  inherit(from: Mailbox, posts: readonly Post[], { isLate = false } = {}): readonly Post[] {
    if (this.#byName.size === 0) return posts;
    const rest: Post[] = [];
    const piles = new Map<Share, Post[]>();
    for (const post of posts) {
      const share = isForOthers(post) ? this.#byName.get(post.group ?? '') : undefined;
      const isThere = from.isKept ? post.seq > 0 : post.envelope !== undefined;
      if (share === undefined || !isThere) {
        rest.push(post);
        continue;
      }
      const pile = piles.get(share) ?? [];
      piles.set(share, pile);
      pile.push(post);
    }
    for (const [share, pile] of piles) this.#return(share, from, { posts: pile, isLate });
    return rest;
  }

  /** Resolves when nothing is on its way back to a queue. */
  async idle(): Promise<void> {
    while (this.#returning.size > 0) await Promise.allSettled(this.#returning);
  }

  #return(share: Share, from: Mailbox, { posts, isLate }: { posts: readonly Post[]; isLate: boolean }): void {
    const { queue } = share;
    share.coming++;
    const returning = (from.isKept ? this.#moveBack(queue, from, posts) : this.#storeBack(queue, posts))
      .then((waiting) => {
        if (isLate) for (const post of waiting) queue.accept(post);
        else queue.takeBack(waiting);
      })
      .catch(this.#deps.failed)
      .finally(() => {
        this.#returning.delete(returning);
        share.coming--;
        this.handOver(share);
      });
    this.#returning.add(returning);
  }

  async #moveBack(queue: Mailbox, from: Mailbox, posts: readonly Post[]): Promise<Post[]> {
    const { shelf } = this.#deps;
    const waiting = posts.map(asWaiting);
    try {
      await shelf.move(from.key, queue.key, waiting);
    } catch (error) {
      for (const post of posts) shelf.drop(from.key, post);
      throw error;
    }
    return waiting;
  }

  /** Of a session that was not kept. */
  async #storeBack(queue: Mailbox, posts: readonly Post[]): Promise<Post[]> {
    const { shelf, commit } = this.#deps;
    const all = posts.flatMap((post) => {
      if (post.envelope === undefined) return [];
      const envelope = new Envelope(post.envelope.parcel, shelf.nextSeq());
      return [[envelope, { ...asWaiting(post), seq: envelope.seq }] as const];
    });
    try {
      await commit([shelf.postsWrite(queue, all)]);
    } catch (error) {
      for (const [envelope] of all) shelf.withdraw(envelope);
      throw error;
    }
    return all.map(([, post]) => post);
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
    if (mailbox.link === undefined) {
      queue.takeBack(posts); // it left meanwhile
      return;
    }
    const piles = new Map<Mailbox, Pile>();
    for (const [at, post] of posts.entries()) {
      const parcel = parcels[at];
      const isRead = parcel !== undefined && mailbox.link.mayRead(parcel);
      const to = isRead ? { mailbox, subscription } : parcel && share.heirOf(parcel);
      if (parcel === undefined || to === undefined) {
        this.#deps.shelf.drop(queue.key, post);
        continue;
      }
      const pile = piles.get(to.mailbox) ?? { subscription: to.subscription, given: [] };
      piles.set(to.mailbox, pile);
      pile.given.push({ post, parcel });
    }
    const given = [...piles].map(([to, pile]) => this.#hand(share, to, pile));
    const failed = (await Promise.allSettled(given)).find((one) => one.status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  async #bodies(queue: Mailbox, posts: readonly Post[]): Promise<(Parcel | undefined)[]> {
    try {
      return await Promise.all(posts.map(({ seq }) => this.#deps.shelf.body(seq)));
    } catch (error) {
      queue.takeBack(posts);
      throw error;
    }
  }

  async #hand({ queue, name }: Share, mailbox: Mailbox, { subscription: { qos, id }, given }: Pile): Promise<void> {
    const subscriptionIds = id === undefined ? undefined : [id];
    const handed = given.map(({ post, parcel }) => {
      const least = Math.min(qos, qosOfFlags(post.flags));
      const flags = flagsOf(least === 0 ? 0 : least === 1 ? 1 : 2);
      return { parcel, post: { ...post, flags, subscriptionIds, group: name } };
    });
    if (mailbox.isKept && qos > 0) {
      const posts = handed.map(({ post }) => ({ ...post, packetId: mailbox.takePacketId() }));
      await this.#move(queue, mailbox, posts);
      return;
    }
    // Nothing is stored for this member.
    for (const { parcel, post } of handed) {
      mailbox.deliver(new Envelope(parcel), post.flags, subscriptionIds, name);
      this.#deps.shelf.drop(queue.key, post);
    }
  }

  /** They are the member's now, and stored as such before it sees them. */
  async #move(queue: Mailbox, mailbox: Mailbox, posts: readonly Post[]): Promise<void> {
    try {
      await this.#deps.shelf.move(queue.key, mailbox.key, posts);
    } catch (error) {
      queue.takeBack(posts.map(asWaiting));
      throw error;
    }
    const rest = mailbox.isEnded ? this.inherit(mailbox, posts) : posts;
    for (const post of rest) mailbox.accept(post);
  }
}

/** What one member is given. */
interface Pile {
  readonly subscription: Subscription;
  readonly given: { readonly post: Post; readonly parcel: Parcel }[];
}

/** As it stands in the queue: nobody has seen it. */
const asWaiting = (post: Post): Post => ({
  ...post,
  envelope: undefined,
  packetId: 0,
  subscriptionIds: undefined,
  group: undefined,
  wasSent: false,
});
