/**
 * Where a message goes. First as a plan: what must be stored so that every kept session gets it and its topic remembers
 * it; then, when that is stored, out to everybody.
 */
import type { Write } from '../../store/store.ts';
import { Envelope } from './envelope.ts';
import type { Mailbox } from './mailbox.ts';
import type { Mailboxes } from './mailboxes.ts';
import { flagsOf, type Parcel } from './parcel.ts';
import { blankPost, isAtLeastQos1, type Post } from './post.ts';
import type { RetainedTree } from './retained-tree.ts';
import type { Share } from './share.ts';
import type { Shelf } from './shelf.ts';
import type { Route } from './subscription-tree.ts';

export interface Plan {
  readonly envelope: Envelope;
  /** To be committed before `deliver`, or else `withdraw`; often nothing. */
  readonly writes: readonly Write[];
  /** For kept sessions. */
  readonly posts: readonly (readonly [Mailbox, Post])[];
  /** One for each group of a shared subscription. */
  readonly copies: readonly Copy[];
  readonly isRetained: boolean;
}

/** What one group of a shared subscription gets: it may be for a session that has the message already. */
interface Copy {
  readonly share: Share;
  readonly mailbox: Mailbox;
  readonly envelope: Envelope;
  readonly flags: number;
  readonly subscriptionIds: readonly number[] | undefined;
  /** Undefined: nothing is stored. */
  readonly post: Post | undefined;
}

export interface DispatchParts {
  readonly mailboxes: Mailboxes;
  readonly retained: RetainedTree;
  readonly shelf: Shelf;
  nowMs(): number;
  /** What others store of this message in the same commit. */
  alsoWrite(parcel: Parcel): readonly Write[];
  /** There is no room for one more retained message; it is delivered all the same. */
  retainedFull(topic: string): void;
}

const NOTHING: readonly never[] = [];

export class Dispatch {
  readonly #parts: DispatchParts;

  constructor(parts: DispatchParts) {
    this.#parts = parts;
  }

  plan(parcel: Parcel): Plan {
    const posts = parcel.qos === 0 ? NOTHING : this.#postsFor(parcel);
    const isRetained = parcel.retain && this.#mayRetain(parcel);
    const more = this.#parts.alsoWrite(parcel);
    const copies = this.#copiesFor(parcel);
    if (posts.length === 0 && copies.length === 0 && !isRetained) {
      return { envelope: new Envelope(parcel), writes: more, posts, copies, isRetained };
    }
    const { shelf } = this.#parts;
    const envelope = new Envelope(parcel, posts.length === 0 ? 0 : shelf.nextSeq());
    const stored = posts.map(([mailbox, post]) => [mailbox, { ...post, envelope, seq: envelope.seq }] as const);
    const writes: Write[] = [...more];
    if (stored.length > 0) writes.push(shelf.postWrite(envelope, stored));
    if (isRetained) writes.push(shelf.retainedWrite(parcel));
    for (const { mailbox, envelope: own, post } of copies) {
      if (post !== undefined) writes.push(shelf.postWrite(own, [[mailbox, post]]));
    }
    return { envelope, writes, posts: stored, copies, isRetained };
  }

  /** Whether anybody subscribed. */
  isWanted({ envelope, copies }: Plan): boolean {
    return copies.length > 0 || this.#parts.mailboxes.subscriptions.match(envelope.parcel.topic).length > 0;
  }

  /** Its writes are stored. Called in the order in which they were. */
  deliver({ envelope, posts, copies, isRetained }: Plan): void {
    const { parcel } = envelope;
    const { mailboxes, retained } = this.#parts;
    if (isRetained) retained.set(parcel);
    for (const [mailbox, post] of posts) mailbox.accept(post);
    const routes = mailboxes.subscriptions.match(parcel.topic);
    for (const route of routes) {
      const { owner } = route;
      if (isEcho(route, parcel)) continue;
      const flags = liveFlags(route, parcel);
      // It has its own, stored one already.
      if (owner.isKept && posts.length > 0 && owner.lastSeq === envelope.seq && isAtLeastQos1(flags)) continue;
      owner.deliver(envelope, flags, route.subscriptionIds);
    }
    for (const copy of copies) this.#deliverCopy(copy);
  }

  /** Its writes could not be stored. */
  withdraw({ envelope, posts, copies }: Plan): void {
    if (posts.length > 0) this.#parts.shelf.withdraw(envelope);
    for (const { share, mailbox, envelope: own, post } of copies) {
      if (mailbox === share.queue) share.coming--;
      if (post !== undefined) this.#parts.shelf.withdraw(own);
    }
  }

  #postsFor(parcel: Parcel): [Mailbox, Post][] {
    const { mailboxes, nowMs } = this.#parts;
    const posts: [Mailbox, Post][] = [];
    let envelope: Envelope | undefined;
    for (const route of mailboxes.subscriptions.match(parcel.topic)) {
      const { owner, qos, subscriptionIds } = route;
      if (!owner.isKept || qos === 0 || isEcho(route, parcel)) continue;
      if (owner.ownerKey === parcel.handed?.ownerKey) continue;
      if (owner.link?.mayRead(parcel) === false) continue;
      envelope ??= new Envelope(parcel);
      const post = blankPost(envelope, liveFlags(route, parcel), nowMs());
      posts.push([owner, { ...post, packetId: owner.takePacketId(), subscriptionIds }]);
    }
    return posts;
  }

  #copiesFor(parcel: Parcel): readonly Copy[] {
    const shares = this.#parts.mailboxes.shares.match(parcel.topic);
    if (shares.length === 0) return NOTHING;
    return shares.flatMap(({ owner }) => this.#copyFor(owner, parcel) ?? []);
  }

  #copyFor(share: Share, parcel: Parcel): Copy | undefined {
    const receiver = share.receiverOf(parcel);
    if (receiver === undefined) return undefined;
    const { mailbox } = receiver;
    const isMember = receiver.kind === 'member';
    if (!isMember) share.coming++;
    const flags = isMember ? liveFlags(receiver.subscription, parcel) : flagsOf(parcel.qos);
    const subscriptionIds = isMember && receiver.subscription.id !== undefined ? [receiver.subscription.id] : undefined;
    if (!isAtLeastQos1(flags) || !mailbox.isKept) {
      return { share, mailbox, envelope: new Envelope(parcel), flags, subscriptionIds, post: undefined };
    }
    const envelope = new Envelope(parcel, this.#parts.shelf.nextSeq());
    const blank = blankPost(envelope, flags, this.#parts.nowMs());
    const packetId = isMember ? mailbox.takePacketId() : 0;
    const group = isMember ? share.name : undefined;
    const post = { ...blank, seq: envelope.seq, packetId, subscriptionIds, group };
    return { share, mailbox, envelope, flags, subscriptionIds, post };
  }

  #deliverCopy(copy: Copy): void {
    const { share, mailbox, envelope, flags, subscriptionIds, post } = copy;
    const isForQueue = mailbox === share.queue;
    if (!isForQueue && (mailbox.isEnded || (post === undefined && mailbox.link === undefined))) {
      this.#deliverElsewhere(copy);
    } else if (post !== undefined) mailbox.accept(post);
    else mailbox.deliver(envelope, flags, subscriptionIds, share.name);
    if (!isForQueue) return;
    share.coming--;
    this.#parts.mailboxes.shares.handOver(share);
  }

  /** It left meanwhile: whoever else is there gets it. */
  #deliverElsewhere({ share, mailbox, envelope, flags, subscriptionIds, post }: Copy): void {
    if (isAtLeastQos1(flags)) {
      const late = post ?? { ...blankPost(envelope, flags, this.#parts.nowMs()), group: share.name };
      for (const rest of this.#parts.mailboxes.shares.inherit(mailbox, [late], { isLate: true })) mailbox.accept(rest);
      return;
    }
    const other = share.receiverOf(envelope.parcel);
    if (other?.kind === 'member') other.mailbox.deliver(envelope, flags, subscriptionIds);
  }

  #mayRetain(parcel: Parcel): boolean {
    if (this.#parts.retained.hasRoomFor(parcel)) return true;
    this.#parts.retainedFull(parcel.topic);
    return false;
  }
}

const isEcho = ({ noLocal, owner }: Route<Mailbox>, { from }: Parcel): boolean => noLocal && owner.key === from;

/** Live messages carry the retain flag only for who asked for it. [MQTT-3.3.1-9] */
const liveFlags = (
  { qos, retainAsPublished }: Pick<Route<Mailbox>, 'qos' | 'retainAsPublished'>,
  parcel: Parcel,
): number => flagsOf(qos < parcel.qos ? qos : parcel.qos, { retain: retainAsPublished && parcel.retain });
