/**
 * What is owed to one session: messages on their way to its client and messages that wait. A kept session's mailbox
 * outlives its connections and is stored; any other one ends with its connection.
 *
 * Everything at QoS 1 and 2 leaves in the order it came, at most a window of it unacknowledged at a time; what was sent
 * and not acknowledged when the connection ended goes out again first, in its old order, under its old packet ids.
 */

import { wrongAnswer } from './answers.ts';
import type { Crowd } from './crowd.ts';
import type { Envelope } from './envelope.ts';
import { type AckType, PACKET, type Violation } from './front/codec.ts';
import { REASON } from './front/reason-codes.ts';
import { Handshakes } from './handshakes.ts';
import { ownerKeyOf } from './identity.ts';
import type { BrokerLimits } from './limits.ts';
import type { Link } from './link.ts';
import { DUP, isOwed } from './parcel.ts';
import { blankPost, isForOthers, type Post, QOS_1_FLAGS } from './post.ts';
import { PostQueue } from './post-queue.ts';
import type { Subscription } from './subscription.ts';

/** What a mailbox needs of the broker around it. */
export interface MailboxDeps {
  readonly limits: BrokerLimits;
  /** All queues together, this one too. */
  readonly crowd: Crowd;
  nowMs(): number;
  /** The post is done with: what is stored of it may go, when there is time. */
  forget(mailbox: Mailbox, post: Post): void;
  /** Resolves when it is stored that the client has the message. */
  release(mailbox: Mailbox, post: Post): Promise<void>;
  /** Bodies of stored posts, in the order asked for. */
  bodies(seqs: readonly number[]): Promise<(Envelope | undefined)[]>;
  /** Messages that were dropped because the session is owed too many. */
  dropped(mailbox: Mailbox, count: number): void;
  /** One was left out because the client does not read. */
  leftOut(): void;
  failed(error: unknown): void;
}

const PACKET_ID_MAX = 65_535;
/** Bodies read from the store at a time. */
const BODIES_READ_MAX = 100;

export class Mailbox {
  /** Whose it is; see sessionKey. */
  readonly key: string;
  /** The same for all sessions of one owner. */
  readonly ownerKey: string;
  readonly isKept: boolean;
  readonly subscriptions = new Map<string, Subscription>();
  /** Incoming QoS 2 messages that wait for their PUBREL. */
  readonly handshakes = new Handshakes();
  /** Since when nobody is connected; 0: somebody is. */
  leftMs = 0;
  /** How long it is kept after that. */
  keptMs: number;
  /** Where its client came from last, if that is all that is known of it. */
  address: string | undefined;
  /** Number of the newest stored message it took in. */
  lastSeq = 0;
  /** Set while retained values are being sent: called when nothing waits. */
  onRoom: (() => void) | undefined;
  /** When somebody was told last that messages of it were dropped. */
  dropsToldMs = Number.NEGATIVE_INFINITY;
  readonly #deps: MailboxDeps;
  readonly #waiting: PostQueue;
  /** By packet id, in the order they were sent. */
  readonly #inFlight = new Map<number, Post>();
  #link: Link | undefined;
  #lastPacketId = 0;
  #isReading = false;
  #isPumping = false;
  #isCleared = false;

  constructor(key: string, isKept: boolean, deps: MailboxDeps) {
    this.key = key;
    this.ownerKey = ownerKeyOf(key);
    this.isKept = isKept;
    this.keptMs = deps.limits.sessionsKeptMs;
    this.#deps = deps;
    this.#waiting = new PostQueue(deps.crowd);
  }

  get link(): Link | undefined {
    return this.#link;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get waitingBytes(): number {
    return this.#waiting.bytes;
  }

  /** Further messages that could leave at once. */
  get room(): number {
    const link = this.#link;
    if (link === undefined || this.#waiting.length > 0 || !this.#hasRoom(link)) return 0;
    return link.window - this.#inFlight.size;
  }

  /** Its session is over, and whatever comes is too late. */
  get isEnded(): boolean {
    return this.#isCleared;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** The client is there, and has its CONNACK. */
  attach(link: Link): void {
    this.#link = link;
    this.leftMs = 0;
    this.pump();
  }

  /** This connection has ended; false: another one has taken its place. */
  detach(link: Link): boolean {
    if (this.#link !== undefined && this.#link !== link) return false;
    this.#link = undefined;
    this.onRoom = undefined;
    this.leftMs = this.#deps.nowMs();
    const unanswered = [...this.#inFlight.values()].filter(isOwed);
    this.#inFlight.clear();
    this.#waiting.dropUnkept();
    for (const post of unanswered) post.wasSent = true;
    this.#waiting.putBack(unanswered);
    if (this.isKept) this.#waiting.pack();
    return true;
  }

  /** Chooses the packet id under which a post will be stored and sent. */
  takePacketId(): number {
    do this.#lastPacketId = (this.#lastPacketId % PACKET_ID_MAX) + 1;
    while (this.#inFlight.has(this.#lastPacketId)); // [MQTT-2.3.1-2]
    return this.#lastPacketId;
  }

  /** A message that is not stored: sent at once if it can be, else it waits as long as the connection lasts. */
  deliver(envelope: Envelope, flags: number, subscriptionIds: Post['subscriptionIds'], group?: string): void {
    const link = this.#link;
    if (link === undefined) return;
    const isQos0 = flags < QOS_1_FLAGS;
    if (isQos0 && this.#waiting.length === 0) {
      if (link.unsentBytes > this.#deps.limits.unsentBytesBusy) this.#deps.leftOut();
      else if (link.mayRead(envelope.parcel)) link.publish(envelope, flags, 0, subscriptionIds);
      return;
    }
    this.accept({ ...blankPost(envelope, flags, this.#deps.nowMs()), subscriptionIds, group });
  }

  /** Takes a post in, behind everything that came before it. */
  accept(post: Post): void {
    if (post.seq > 0) this.lastSeq = post.seq;
    if (this.#isCleared) {
      this.#deps.forget(this, post);
      return;
    }
    const link = this.#link;
    const canGo = link !== undefined && this.#waiting.length === 0 && this.#hasRoom(link);
    if (canGo && post.envelope !== undefined) {
      this.#send(link, post, post.envelope);
      return;
    }
    // Nobody needs its body before somebody is there: it is in the store.
    if (this.isKept && link === undefined) post.envelope = undefined;
    else post.envelope?.settle();
    this.#waiting.push(post);
    this.#bound();
    this.pump();
  }

  /** Takes out the first ones that wait and are still wanted: they are somebody else's now. */
  takeWaiting(countMax: number): Post[] {
    const posts: Post[] = [];
    while (posts.length < countMax) {
      const post = this.#waiting.first;
      if (post === undefined) break;
      this.#waiting.shift();
      const taken = { ...post, wasSent: false };
      if (this.#isStale(taken)) this.#deps.forget(this, post);
      else posts.push(taken);
    }
    return posts;
  }

  /** Stored posts that come to the front again: who was to have them could not. */
  takeBack(posts: readonly Post[]): void {
    if (this.#isCleared) for (const post of posts) this.#deps.forget(this, post);
    else this.#waiting.putBack(posts);
    this.#waiting.pack();
    this.#bound();
  }

  /** A stored post of an earlier run, in the order of its number; `mayBeSent`: the client was there when it was. */
  restore(post: Post, mayBeSent: boolean): void {
    const isInWindow = this.#waiting.length < this.#deps.limits.outboundWindow;
    post.wasSent = post.isReleased || (mayBeSent && isInWindow);
    this.#lastPacketId = post.packetId;
    this.#waiting.push(post);
  }

  /** Sends what waits, as far as window and network allow. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#pumpOne());
    } finally {
      this.#isPumping = false;
    }
    if (this.#waiting.length === 0) this.onRoom?.();
  }

  /** The client answered one of our messages; an answer to nothing is a late one, and harmless. */
  answered(type: AckType, packetId: number, reason: number): Violation | undefined {
    const post = this.#inFlight.get(packetId);
    if (post === undefined) {
      if (type === PACKET.pubrec) this.#link?.ack(PACKET.pubrel, packetId, { code: REASON.packetIdNotFound });
      return undefined;
    }
    const wrong = wrongAnswer(post, type);
    if (wrong !== undefined) return wrong;
    if (type !== PACKET.pubrec || reason >= REASON.unspecified) this.#done(packetId, post);
    else this.#release(packetId, post);
    return undefined;
  }

  /** Drops the oldest that the client cannot have, until so much is left. */
  trim({ messages, bytes }: { messages: number; bytes: number }): void {
    let count = 0;
    while (this.#waiting.length > messages || this.#waiting.bytes > bytes) {
      const post = this.#waiting.dropOldest();
      if (post === undefined) break;
      this.#deps.forget(this, post);
      count++;
    }
    if (count > 0) this.#deps.dropped(this, count);
  }

  /** It ends for good: what it has stored is somebody else's to remove. */
  clear(): void {
    this.#isCleared = true;
    this.#inFlight.clear();
    this.#waiting.clear();
  }

  /** Every post, as it is when the connection has ended. */
  *posts(): IterableIterator<Post> {
    for (const post of this.#inFlight.values()) yield { ...post, wasSent: true };
    yield* this.#waiting;
  }

  #bound(): void {
    const { limits, crowd } = this.#deps;
    this.trim({ messages: limits.queuedMessagesMax, bytes: limits.queuedBytesMax });
    crowd.bound();
  }

  #pumpOne(): boolean {
    const link = this.#link;
    const post = link === undefined ? undefined : this.#waiting.first;
    if (link === undefined || post === undefined) return false;
    if (post.flags >= QOS_1_FLAGS && !this.#hasRoom(link)) return false;
    if (this.#isStale(post)) {
      this.#waiting.shift();
      this.#deps.forget(this, post);
      return true;
    }
    if (post.isReleased) {
      this.#waiting.shift();
      this.#inFlight.set(post.packetId, post);
      link.ack(PACKET.pubrel, post.packetId);
      return true;
    }
    if (post.envelope === undefined) {
      this.#read();
      return false;
    }
    this.#waiting.shift();
    this.#send(link, post, post.envelope);
    return true;
  }

  #hasRoom(link: Link): boolean {
    return this.#inFlight.size < link.window && link.unsentBytes <= this.#deps.limits.unsentBytesBusy;
  }

  #send(link: Link, post: Post, envelope: Envelope): void {
    if (!link.mayRead(envelope.parcel)) {
      this.#deps.forget(this, post);
      return;
    }
    if (post.flags < QOS_1_FLAGS) {
      link.publish(envelope, post.flags, 0, post.subscriptionIds);
      return;
    }
    // One that was chosen long ago may be that of a message which was never answered, from an earlier connection.
    const isTaken = !post.wasSent && this.#inFlight.has(post.packetId);
    if (post.packetId === 0 || isTaken) post.packetId = this.takePacketId();
    const flags = post.wasSent ? post.flags | DUP : post.flags;
    if (!link.publish(envelope, flags, post.packetId, post.subscriptionIds)) {
      this.#deps.forget(this, post);
      return;
    }
    this.#inFlight.set(post.packetId, post);
    // It can be read again from the store; and what is not kept is never sent a second time, unless to somebody else.
    if (post.seq > 0 || !(this.isKept || isForOthers(post))) post.envelope = undefined;
    else envelope.settle();
  }

  #release(packetId: number, post: Post): void {
    if (post.isReleased || post.seq === 0) {
      post.isReleased = true;
      this.#link?.ack(PACKET.pubrel, packetId);
      return;
    }
    this.#deps.release(this, post).then(
      () => {
        post.isReleased = true;
        if (this.#inFlight.get(packetId) === post) this.#link?.ack(PACKET.pubrel, packetId);
      },
      (error: unknown) => {
        this.#deps.failed(error);
        this.#link?.shut();
      },
    );
  }

  #done(packetId: number, post: Post): void {
    this.#inFlight.delete(packetId);
    this.#deps.forget(this, post);
    if (this.#waiting.length > 0) this.pump();
    else this.onRoom?.();
  }

  #isStale({ expiresMs, atMs, seq, wasSent }: Post): boolean {
    if (wasSent) return false; // its handshake must come to an end
    const nowMs = this.#deps.nowMs();
    return (expiresMs > 0 && expiresMs <= nowMs) || (seq > 0 && nowMs - atMs > this.#deps.limits.queuedAgeMsMax);
  }

  #read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    const posts = this.#waiting.unread(BODIES_READ_MAX);
    this.#deps.bodies(posts.map(({ seq }) => seq)).then(
      (envelopes) => {
        this.#isReading = false;
        if (this.#link === undefined) return; // they are read again when somebody is there
        for (const [at, post] of posts.entries()) {
          post.envelope = envelopes[at];
          if (post.envelope === undefined) this.#waiting.remove(post);
        }
        this.pump();
      },
      (error: unknown) => {
        this.#isReading = false;
        this.#deps.failed(error);
        this.#link?.shut();
      },
    );
  }
}
