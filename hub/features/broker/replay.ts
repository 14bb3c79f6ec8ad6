/**
 * Retained values for a new subscription: a slice at a time, as many as the client has room for, so that neither the
 * event loop nor the client is flooded by a filter that takes in everything.
 */
import { hasWildcard } from '../../domain/topic-filter.ts';
import type { Write } from '../../store/store.ts';
import { Envelope } from './envelope.ts';
import type { Mailbox } from './mailbox.ts';
import { flagsOf, type Parcel } from './parcel.ts';
import { blankPost, type Post } from './post.ts';
import type { RetainedTree } from './retained-tree.ts';
import type { Shelf } from './shelf.ts';
import type { Subscription } from './subscription.ts';

export interface ReplayParts {
  readonly retained: RetainedTree;
  readonly shelf: Shelf;
  nowMs(): number;
  commit(writes: readonly Write[]): Promise<void>;
  /** What is left is not shown: the client must come again and ask. */
  failed(error: unknown): void;
}

/** Places of the tree looked at in one turn of the event loop. */
const STEPS_MAX = 500;

interface Job {
  readonly subscription: Subscription;
  readonly found: Iterator<Parcel | undefined, void, undefined>;
}

/** A value that must be stored for the session before it is shown. */
interface Shown {
  readonly topic: string;
  /** That of the value when it was found. */
  readonly version: number | undefined;
  readonly envelope: Envelope;
  readonly post: Post;
}

/** Everything one client has yet to be shown. */
export class Replay {
  readonly #mailbox: Mailbox;
  readonly #parts: ReplayParts;
  #jobs: Job[] = [];
  #isScheduled = false;

  constructor(mailbox: Mailbox, parts: ReplayParts) {
    this.#mailbox = mailbox;
    this.#parts = parts;
  }

  /** SUBACK is on its way. */
  add(subscription: Subscription): void {
    const isFirst = this.#jobs.length === 0 && !this.#isScheduled;
    this.#jobs.push({ subscription, found: this.#parts.retained.match(subscription.filter) });
    // One topic is found at once; what a wildcard finds waits for the others of this turn.
    if (isFirst && !hasWildcard(subscription.filter)) this.#begin();
    else this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#mailbox.onRoom = undefined;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#begin();
    });
  }

  #begin(): void {
    this.#slice().catch(this.#parts.failed);
  }

  async #slice(): Promise<void> {
    const link = this.#mailbox.link;
    if (link === undefined) {
      this.#jobs = [];
      return;
    }
    const stored: Shown[] = [];
    let left = this.#mailbox.room;
    for (let steps = 0; steps < STEPS_MAX && left > 0; steps++) {
      const job = this.#jobs[0];
      if (job === undefined) break;
      const step = job.found.next();
      if (step.done === true) {
        this.#jobs.shift();
        continue;
      }
      if (step.value === undefined || this.#isExpired(step.value)) continue;
      const shown = this.#show(step.value, job.subscription);
      if (shown !== undefined) stored.push(shown);
      left = this.#mailbox.room - stored.length;
    }
    if (stored.length > 0) await this.#store(stored);
    if (this.#jobs.length === 0) return;
    if (this.#mailbox.room > 0) this.#schedule();
    else this.#mailbox.onRoom = () => this.#schedule();
  }

  /** Sends it, or answers what must be stored first. */
  #show(parcel: Parcel, { qos, id }: Subscription): Shown | undefined {
    const least = qos < parcel.qos ? qos : parcel.qos;
    const flags = flagsOf(least, { retain: true }); // [MQTT-3.3.1-8]
    const ids = id === undefined ? undefined : [id];
    if (!this.#mailbox.isKept || least === 0) {
      this.#mailbox.deliver(new Envelope(parcel), flags, ids);
      return undefined;
    }
    if (this.#mailbox.link?.mayRead(parcel) !== true) return undefined;
    const envelope = new Envelope(parcel, this.#parts.shelf.nextSeq());
    const blank = blankPost(envelope, flags, this.#parts.nowMs());
    const post = { ...blank, seq: envelope.seq, packetId: this.#mailbox.takePacketId(), subscriptionIds: ids };
    return { topic: parcel.topic, version: this.#parts.retained.versionOf(parcel.topic), envelope, post };
  }

  async #store(all: readonly Shown[]): Promise<void> {
    const { shelf, retained, commit } = this.#parts;
    try {
      await commit(all.map(({ envelope, post }) => shelf.postWrite(envelope, [[this.#mailbox, post]])));
    } catch (error) {
      for (const { envelope } of all) shelf.withdraw(envelope);
      throw error;
    }
    for (const { topic, version, post } of all) {
      // A newer value was sent meanwhile, as any live message: after that one, the old one would be taken for the newest.
      if (retained.versionOf(topic) === version) this.#mailbox.accept(post);
      else shelf.drop(this.#mailbox.key, post);
    }
  }

  #isExpired({ expiresMs }: Parcel): boolean {
    return expiresMs !== undefined && expiresMs <= this.#parts.nowMs();
  }
}
