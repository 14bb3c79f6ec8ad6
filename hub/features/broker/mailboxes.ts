/** The mailboxes of all sessions: connected ones, and kept ones whose clients are away, until they are away too long. */
import { isSharedFilter } from '../../domain/shared-filter.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Write } from '../../store/store.ts';
import { AddressTally, type Subscribed } from './address-tally.ts';
import { Crowd } from './crowd.ts';
import { Envelope } from './envelope.ts';
import type { BrokerLimits } from './limits.ts';
import type { Link } from './link.ts';
import { Mailbox, type MailboxDeps } from './mailbox.ts';
import type { Post } from './post.ts';
import { Shares } from './shares.ts';
import type { Belongings, LoadedSession, Shelf } from './shelf.ts';
import { levelsOf, type Subscription } from './subscription.ts';
import { SubscriptionTree } from './subscription-tree.ts';

export interface MailboxesDeps {
  readonly clock: Clock;
  readonly limits: BrokerLimits;
  readonly shelf: Shelf;
  /** `isNews`: it was not told a moment ago. */
  dropped(sessionKey: string, count: number, isNews: boolean): void;
  leftOut(): void;
  /** A kept session is over. */
  ended(sessionKey: string): void;
  commit(writes: readonly Write[]): Promise<void>;
  failed(error: unknown): void;
}

const SWEEP_MS = 60_000;
/** A queue that overflows does so with each message; it is told once in this time. */
const DROPS_TOLD_MS = 10_000;
/** Sessions removed in one go; the others wait for the next sweep. */
const SWEPT_MAX = 100;

const NO_POSTS: readonly Post[] = [];

export interface Opening {
  readonly isClean: boolean;
  /** How long the session is kept when its client is away; 0: not at all. */
  readonly keptMs: number;
}

export interface Opened {
  readonly mailbox: Mailbox;
  /** It was kept from an earlier connection. */
  readonly isPresent: boolean;
}

export class Mailboxes {
  readonly subscriptions = new SubscriptionTree<Mailbox>();
  readonly shares: Shares;
  readonly #deps: MailboxesDeps;
  readonly #mailboxDeps: MailboxDeps;
  readonly #byKey = new Map<string, Mailbox>();
  #kept = 0;
  #subscribed = 0;
  #levels = 0;
  readonly #strangers = new AddressTally();
  #expired = 0;
  readonly #stopSweeping: () => void;

  constructor(deps: MailboxesDeps) {
    const { clock, limits, shelf } = deps;
    this.#deps = deps;
    this.#mailboxDeps = {
      limits,
      crowd: new Crowd(limits, () => this.#queues()),
      nowMs: () => clock.nowMs(),
      forget: ({ key }, post) => {
        if (post.seq > 0) shelf.drop(key, post);
      },
      release: ({ key }, post) => shelf.release(key, post),
      bodies: (seqs) => Promise.all(seqs.map((seq) => this.#body(seq))),
      dropped: (mailbox, count) => this.#dropped(mailbox, count),
      leftOut: () => deps.leftOut(),
      failed: (error) => deps.failed(error),
    };
    this.shares = new Shares({
      shelf,
      makeQueue: (key) => new Mailbox(key, true, this.#mailboxDeps),
      commit: (writes) => deps.commit(writes),
      failed: (error) => deps.failed(error),
    });
    this.#stopSweeping = clock.every(SWEEP_MS, () => this.#sweep());
  }

  /** Sessions that are kept, connected or not. */
  get kept(): number {
    return this.#kept;
  }

  /** Subscriptions of all sessions, shared ones too. */
  get subscribed(): Subscribed {
    return { count: this.#subscribed, levels: this.#levels };
  }

  /** The same of strangers of one address: of kept sessions, those whose clients came since the start. */
  subscribedFrom(address: string): Subscribed {
    return this.#strangers.of(address);
  }

  /** Kept sessions whose client stayed away too long, since the start. */
  get expired(): number {
    return this.#expired;
  }

  /** What waits, in all. */
  waiting(): { messages: number; bytes: number } {
    const all = { messages: 0, bytes: 0 };
    for (const queue of this.#queues()) {
      all.messages += queue.waiting;
      all.bytes += queue.waitingBytes;
    }
    return all;
  }

  get(key: string): Mailbox | undefined {
    return this.#byKey.get(key);
  }

  /** As they were stored. */
  restore(sessions: ReadonlyMap<string, LoadedSession>): void {
    const nowMs = this.#deps.clock.nowMs();
    const queues = new Map<string, LoadedSession>();
    for (const [key, session] of sessions) {
      if (Shares.isQueue(key)) {
        queues.set(key, session);
        continue;
      }
      const mailbox = this.#add(key, session.keptMs, true);
      // Connected when the hub ended: away since it is back.
      mailbox.leftMs = session.leftMs === 0 ? nowMs : session.leftMs;
      for (const subscription of session.subscriptions) this.subscribe(mailbox, subscription);
      mailbox.handshakes.saidGoodbye = session.saidGoodbye === true;
      for (const handshake of session.handshakes) mailbox.handshakes.restore(handshake);
      // What came after its client had gone was not sent to it, and may have expired. [MQTT-3.3.2-5]
      const { leftMs } = session;
      for (const post of session.posts) mailbox.restore(post, leftMs === 0 || post.atMs <= leftMs);
    }
    this.shares.restore(queues);
  }

  /** For a client that is about to have its CONNACK; `isClean`: whatever was there before has ended. [MQTT-3.1.2-4] */
  open(key: string, { isClean, keptMs }: Opening): Opened | Promise<Opened> {
    const known = this.#byKey.get(key);
    if (known === undefined && keptMs <= 0) return { mailbox: this.#add(key, keptMs), isPresent: false };
    return this.#open(key, known, { isClean, keptMs });
  }

  /** The store knows of it. */
  async #open(key: string, known: Mailbox | undefined, { isClean, keptMs }: Opening): Promise<Opened> {
    const isOver = known !== undefined && this.#isOver(known);
    if (isOver) this.#expired++;
    if (known?.isKept === true && !isClean && !isOver) {
      known.keptMs = keptMs;
      known.handshakes.arrived();
      await this.#write(known, 0);
      return { mailbox: known, isPresent: true };
    }
    if (known !== undefined) await this.remove(known);
    const isKept = keptMs > 0;
    if (isKept && this.#kept >= this.#deps.limits.keptSessionsMax) await this.#removeOldest();
    const mailbox = this.#add(key, keptMs);
    if (isKept) await this.#write(mailbox, 0);
    return { mailbox, isPresent: false };
  }

  /** The client of the session is there; `address`: it is a stranger, and what it subscribed to counts there. */
  comesFrom(mailbox: Mailbox, address: string | undefined): void {
    if (mailbox.address === address || this.#byKey.get(mailbox.key) !== mailbox) return;
    for (const filter of mailbox.subscriptions.keys()) {
      this.#strangers.add(mailbox.address, filter, -1);
      this.#strangers.add(address, filter, 1);
    }
    mailbox.address = address;
  }

  /** The connection has ended; `saidGoodbye`: with DISCONNECT. */
  left(mailbox: Mailbox, link: Link, saidGoodbye: boolean): void {
    if (!mailbox.detach(link)) return;
    mailbox.handshakes.saidGoodbye = saidGoodbye;
    if (this.#byKey.get(mailbox.key) !== mailbox) return;
    const ended = mailbox.isKept && mailbox.keptMs > 0 ? this.#write(mailbox, mailbox.leftMs) : this.remove(mailbox);
    ended.catch(this.#deps.failed);
  }

  /** Ends the session for good. */
  async remove(mailbox: Mailbox): Promise<void> {
    if (this.#byKey.get(mailbox.key) !== mailbox) return;
    const belongings = this.#end(mailbox);
    if (mailbox.isKept) await this.#deps.shelf.removeSession(mailbox.key, belongings);
  }

  keys(): IterableIterator<string> {
    return this.#byKey.keys();
  }

  /** Ends every session whose key begins so: at once for whoever asks, and stored when this resolves. */
  async removeUnder(prefix: string): Promise<void> {
    const over = [...this.#byKey.values()].filter(({ key }) => key.startsWith(prefix));
    const posts = over.flatMap((mailbox) => this.#end(mailbox).posts);
    // However many there were, few writes: the store takes only so many at a time.
    await this.#deps.shelf.removeSessionsUnder(prefix, posts);
  }

  subscribe(mailbox: Mailbox, subscription: Subscription): void {
    if (this.#byKey.get(mailbox.key) !== mailbox) return; // it ended while the request was under way
    if (!mailbox.subscriptions.has(subscription.filter)) this.#count(mailbox, subscription.filter, 1);
    mailbox.subscriptions.set(subscription.filter, subscription);
    if (isSharedFilter(subscription.filter)) this.shares.subscribe(mailbox, subscription);
    else this.subscriptions.add(mailbox, subscription);
  }

  unsubscribe(mailbox: Mailbox, filter: string): void {
    if (!mailbox.subscriptions.delete(filter)) return;
    this.#count(mailbox, filter, -1);
    if (isSharedFilter(filter)) this.shares.unsubscribe(mailbox, filter);
    else this.subscriptions.remove(mailbox, filter);
  }

  stop(): void {
    this.#stopSweeping();
  }

  #count({ address }: Mailbox, filter: string, by: 1 | -1): void {
    this.#strangers.add(address, filter, by);
    this.#subscribed += by;
    this.#levels += by * levelsOf(filter);
  }

  /** Of sessions and of groups. */
  *#queues(): IterableIterator<Mailbox> {
    yield* this.#byKey.values();
    yield* this.shares.queues();
  }

  /** In memory; answers what is stored of it. */
  #end(mailbox: Mailbox): Belongings {
    this.#byKey.delete(mailbox.key);
    const filters = [...mailbox.subscriptions.keys()];
    for (const filter of filters) this.unsubscribe(mailbox, filter);
    const rest = this.shares.inherit(mailbox, [...mailbox.posts()]);
    const posts = mailbox.isKept ? rest.filter(({ seq }) => seq > 0) : NO_POSTS;
    const belongings = { filters, handshakes: mailbox.handshakes.ids(), posts };
    mailbox.clear();
    mailbox.keptMs = 0;
    if (!mailbox.isKept) return belongings;
    this.#kept--;
    this.#deps.ended(mailbox.key);
    return belongings;
  }

  #add(key: string, keptMs: number, isKept = keptMs > 0): Mailbox {
    const mailbox = new Mailbox(key, isKept, this.#mailboxDeps);
    mailbox.keptMs = keptMs;
    this.#byKey.set(key, mailbox);
    if (isKept) this.#kept++;
    return mailbox;
  }

  #dropped(mailbox: Mailbox, count: number): void {
    const nowMs = this.#deps.clock.nowMs();
    const isNews = nowMs - mailbox.dropsToldMs >= DROPS_TOLD_MS;
    if (isNews) mailbox.dropsToldMs = nowMs;
    this.#deps.dropped(mailbox.key, count, isNews);
  }

  #write(mailbox: Mailbox, leftMs: number): Promise<void> {
    const { key, keptMs, handshakes } = mailbox;
    return this.#deps.shelf.putSession(key, { leftMs, keptMs, saidGoodbye: handshakes.saidGoodbye });
  }

  async #body(seq: number): Promise<Envelope | undefined> {
    const parcel = await this.#deps.shelf.body(seq);
    return parcel === undefined ? undefined : new Envelope(parcel, seq);
  }

  #sweep(): void {
    let swept = 0;
    for (const mailbox of this.#byKey.values()) {
      if (swept === SWEPT_MAX) return;
      if (!this.#isOver(mailbox)) continue;
      swept++;
      this.#expired++;
      this.remove(mailbox).catch(this.#deps.failed);
    }
  }

  /** Its client has stayed away too long. */
  #isOver({ leftMs, keptMs }: Mailbox): boolean {
    return leftMs > 0 && this.#deps.clock.nowMs() - leftMs >= keptMs;
  }

  /** Of whoever keeps most of them away: nobody is to push out the sessions of others by making up client ids. */
  async #removeOldest(): Promise<void> {
    const away = new Map<string, { count: number; oldest: Mailbox }>();
    for (const mailbox of this.#byKey.values()) {
      if (mailbox.leftMs === 0) continue;
      const known = away.get(mailbox.ownerKey);
      const isOlder = known === undefined || mailbox.leftMs < known.oldest.leftMs;
      away.set(mailbox.ownerKey, { count: (known?.count ?? 0) + 1, oldest: isOlder ? mailbox : known.oldest });
    }
    let most: { count: number; oldest: Mailbox } | undefined;
    for (const one of away.values()) {
      const isOlder = one.count === most?.count && one.oldest.leftMs < most.oldest.leftMs;
      if (most === undefined || one.count > most.count || isOlder) most = one;
    }
    if (most !== undefined) await this.remove(most.oldest);
  }
}
