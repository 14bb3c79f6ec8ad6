/** The mailboxes of all sessions: connected ones, and kept ones whose clients are away, until they are away too long. */
import type { Clock } from '../../lib/clock.ts';
import { Envelope } from './envelope.ts';
import type { BrokerLimits } from './limits.ts';
import { Mailbox, type MailboxDeps } from './mailbox.ts';
import type { LoadedSession, Shelf } from './shelf.ts';
import type { Subscription } from './subscription.ts';
import { SubscriptionTree } from './subscription-tree.ts';

export interface MailboxesDeps {
  readonly clock: Clock;
  readonly limits: BrokerLimits;
  readonly shelf: Shelf;
  dropped(sessionKey: string, count: number): void;
  leftOut(): void;
  failed(error: unknown): void;
}

const SWEEP_MS = 60_000;
/** Sessions removed in one go; the others wait for the next sweep. */
const SWEPT_MAX = 100;

export class Mailboxes {
  readonly subscriptions = new SubscriptionTree<Mailbox>();
  readonly #deps: MailboxesDeps;
  readonly #mailboxDeps: MailboxDeps;
  readonly #byKey = new Map<string, Mailbox>();
  #kept = 0;
  readonly #stopSweeping: () => void;

  constructor(deps: MailboxesDeps) {
    const { clock, limits, shelf } = deps;
    this.#deps = deps;
    this.#mailboxDeps = {
      limits,
      nowMs: () => clock.nowMs(),
      forget: ({ key }, post) => {
        if (post.seq > 0) shelf.drop(key, post);
      },
      release: ({ key }, post) => shelf.release(key, post),
      bodies: (seqs) => Promise.all(seqs.map((seq) => this.#body(seq))),
      dropped: ({ key }, count) => deps.dropped(key, count),
      leftOut: () => deps.leftOut(),
      failed: (error) => deps.failed(error),
    };
    this.#stopSweeping = clock.every(SWEEP_MS, () => this.#sweep());
  }

  /** Sessions that are kept, connected or not. */
  get kept(): number {
    return this.#kept;
  }

  /** Messages that wait, in all. */
  get waiting(): number {
    let waiting = 0;
    for (const mailbox of this.#byKey.values()) waiting += mailbox.waiting;
    return waiting;
  }

  get(key: string): Mailbox | undefined {
    return this.#byKey.get(key);
  }

  /** As they were stored. */
  restore(sessions: ReadonlyMap<string, LoadedSession>): void {
    const nowMs = this.#deps.clock.nowMs();
    for (const [key, session] of sessions) {
      const mailbox = this.#add(key, true);
      mailbox.keptMs = session.keptMs;
      // Connected when the hub ended: away since it is back.
      mailbox.leftMs = session.leftMs === 0 ? nowMs : session.leftMs;
      for (const subscription of session.subscriptions) this.subscribe(mailbox, subscription);
      for (const packetId of session.handshakes) mailbox.handshakes.add(packetId);
      for (const post of session.posts) mailbox.restore(post);
    }
  }

  /** For a client that is about to have its CONNACK. A session that is not to be kept begins anew. [MQTT-3.1.2-6] */
  async open(key: string, isKept: boolean): Promise<{ mailbox: Mailbox; isPresent: boolean }> {
    const known = this.#byKey.get(key);
    if (known?.isKept === true && isKept) {
      await this.#write(known, 0);
      return { mailbox: known, isPresent: true };
    }
    if (known !== undefined) await this.remove(known);
    if (isKept && this.#kept >= this.#deps.limits.keptSessionsMax) await this.#removeOldest();
    const mailbox = this.#add(key, isKept);
    if (isKept) await this.#write(mailbox, 0);
    return { mailbox, isPresent: false };
  }

  /** The connection has ended. */
  left(mailbox: Mailbox): void {
    mailbox.detach();
    if (this.#byKey.get(mailbox.key) !== mailbox) return;
    const ended = mailbox.isKept && mailbox.keptMs > 0 ? this.#write(mailbox, mailbox.leftMs) : this.remove(mailbox);
    ended.catch(this.#deps.failed);
  }

  /** Ends the session for good. */
  async remove(mailbox: Mailbox): Promise<void> {
    if (this.#byKey.get(mailbox.key) !== mailbox) return;
    this.#byKey.delete(mailbox.key);
    for (const filter of mailbox.subscriptions.keys()) this.subscriptions.remove(mailbox, filter);
    mailbox.subscriptions.clear();
    const posts = mailbox.isKept ? [...mailbox.stored()] : [];
    mailbox.clear();
    if (!mailbox.isKept) return;
    this.#kept--;
    await this.#deps.shelf.removeSession(mailbox.key, posts);
  }

  subscribe(mailbox: Mailbox, subscription: Subscription): void {
    mailbox.subscriptions.set(subscription.filter, subscription);
    this.subscriptions.add(mailbox, subscription);
  }

  unsubscribe(mailbox: Mailbox, filter: string): void {
    if (mailbox.subscriptions.delete(filter)) this.subscriptions.remove(mailbox, filter);
  }

  stop(): void {
    this.#stopSweeping();
  }

  #add(key: string, isKept: boolean): Mailbox {
    const mailbox = new Mailbox(key, isKept, this.#mailboxDeps);
    this.#byKey.set(key, mailbox);
    if (isKept) this.#kept++;
    return mailbox;
  }

  #write(mailbox: Mailbox, leftMs: number): Promise<void> {
    return this.#deps.shelf.putSession(mailbox.key, { leftMs, keptMs: mailbox.keptMs });
  }

  async #body(seq: number): Promise<Envelope | undefined> {
    const parcel = await this.#deps.shelf.body(seq);
    return parcel === undefined ? undefined : new Envelope(parcel, seq);
  }

  #sweep(): void {
    const nowMs = this.#deps.clock.nowMs();
    let swept = 0;
    for (const mailbox of this.#byKey.values()) {
      if (swept === SWEPT_MAX) return;
      if (mailbox.leftMs === 0 || nowMs - mailbox.leftMs < mailbox.keptMs) continue;
      swept++;
      this.remove(mailbox).catch(this.#deps.failed);
    }
  }

  async #removeOldest(): Promise<void> {
    let oldest: Mailbox | undefined;
    for (const mailbox of this.#byKey.values()) {
      if (mailbox.leftMs > 0 && mailbox.leftMs < (oldest?.leftMs ?? Number.POSITIVE_INFINITY)) oldest = mailbox;
    }
    if (oldest !== undefined) await this.remove(oldest);
  }
}
