/**
 * Where a message goes. First as a plan: what must be stored so that every kept session gets it and its topic remembers
 * it; then, when that is stored, out to everybody.
 */
import type { Write } from '../../store/store.ts';
import { Envelope } from './envelope.ts';
import { blankPost, isAtLeastQos1, type Mailbox, type Post } from './mailbox.ts';
import type { Mailboxes } from './mailboxes.ts';
import { compact, flagsOf, type Parcel } from './parcel.ts';
import type { RetainedTree } from './retained-tree.ts';
import type { Shelf } from './shelf.ts';
import type { Route } from './subscription-tree.ts';

export interface Plan {
  readonly envelope: Envelope;
  /** To be committed before `deliver`; often nothing. */
  readonly writes: readonly Write[];
  /** For kept sessions. */
  readonly posts: readonly (readonly [Mailbox, Post])[];
  readonly isRetained: boolean;
}

export interface DispatchParts {
  readonly mailboxes: Mailboxes;
  readonly retained: RetainedTree;
  readonly shelf: Shelf;
  nowMs(): number;
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
    if (posts.length === 0 && !isRetained) {
      return { envelope: new Envelope(parcel), writes: NOTHING, posts, isRetained };
    }
    const { shelf } = this.#parts;
    const envelope = new Envelope(parcel, posts.length === 0 ? 0 : shelf.nextSeq());
    const stored = posts.map(([mailbox, post]) => [mailbox, { ...post, envelope, seq: envelope.seq }] as const);
    const writes: Write[] = [];
    if (stored.length > 0) writes.push(shelf.postWrite(envelope, stored));
    if (isRetained) writes.push(shelf.retainedWrite(parcel));
    return { envelope, writes, posts: stored, isRetained };
  }

  /** Its writes are stored. Called in the order in which they were. Answers whether anybody subscribed. */
  deliver({ envelope, posts, isRetained }: Plan): boolean {
    const { parcel } = envelope;
    const { mailboxes, retained } = this.#parts;
    if (isRetained) retained.set({ ...parcel, payload: compact(parcel.payload) });
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
    return routes.length > 0;
  }

  /** Its writes could not be stored. */
  withdraw({ envelope, posts }: Plan): void {
    if (posts.length > 0) this.#parts.shelf.withdraw(envelope.seq);
  }

  #postsFor(parcel: Parcel): [Mailbox, Post][] {
    const { mailboxes, nowMs } = this.#parts;
    const posts: [Mailbox, Post][] = [];
    let envelope: Envelope | undefined;
    for (const route of mailboxes.subscriptions.match(parcel.topic)) {
      const { owner, qos, subscriptionIds } = route;
      if (!owner.isKept || qos === 0 || isEcho(route, parcel)) continue;
      if (owner.link?.mayRead(parcel) === false) continue;
      envelope ??= new Envelope(parcel);
      const post = blankPost(envelope, liveFlags(route, parcel), nowMs());
      posts.push([owner, { ...post, packetId: owner.takePacketId(), subscriptionIds }]);
    }
    return posts;
  }

  #mayRetain(parcel: Parcel): boolean {
    if (this.#parts.retained.hasRoomFor(parcel)) return true;
    this.#parts.retainedFull(parcel.topic);
    return false;
  }
}

const isEcho = ({ noLocal, owner }: Route<Mailbox>, { from }: Parcel): boolean => noLocal && owner.key === from;

/** Live messages carry the retain flag only for who asked for it. [MQTT-3.3.1-9] */
const liveFlags = ({ qos, retainAsPublished }: Route<Mailbox>, parcel: Parcel): number =>
  flagsOf(qos < parcel.qos ? qos : parcel.qos, { retain: retainAsPublished && parcel.retain });
