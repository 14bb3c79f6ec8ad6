/**
 * One group of a shared subscription: each message goes to one of its members, in turn. While none of them is there,
 * messages wait in a queue of the group's own; whoever comes first is given them all, before anything new.
 */
import type { Mailbox } from './mailbox.ts';
import type { Parcel } from './parcel.ts';
import type { Subscription } from './subscription.ts';

/** Who gets a message. */
export type Receiver =
  | { readonly kind: 'member'; readonly mailbox: Mailbox; readonly subscription: Subscription }
  /** Nobody now: it waits. */
  | { readonly kind: 'queue'; readonly mailbox: Mailbox };

export class Share {
  /** What the members wrote behind `$share/`. */
  readonly name: string;
  /** Where messages wait; stored like what waits for a session. */
  readonly queue: Mailbox;
  /** Messages on their way to the store that will wait there. */
  coming = 0;
  readonly #members = new Map<Mailbox, Subscription>();
  /** Members in the order of their turns. */
  #turns: Mailbox[] = [];
  #next = 0;
  #isHandingOver = false;

  constructor(name: string, queue: Mailbox) {
    this.name = name;
    this.queue = queue;
  }

  get size(): number {
    return this.#members.size;
  }

  get members(): IterableIterator<[Mailbox, Subscription]> {
    return this.#members.entries();
  }

  add(mailbox: Mailbox, subscription: Subscription): void {
    if (!this.#members.has(mailbox)) this.#turns.push(mailbox);
    this.#members.set(mailbox, subscription);
  }

  remove(mailbox: Mailbox): void {
    if (this.#members.delete(mailbox)) this.#turns = this.#turns.filter((member) => member !== mailbox);
  }

  /** Undefined: nobody could ever get it. */
  receiverOf(parcel: Parcel): Receiver | undefined {
    // Nothing overtakes what waits; at QoS 0 nothing can wait, and nothing has to. [MQTT-4.6.0-6]
    const isNext = parcel.qos === 0 || (this.queue.waiting === 0 && this.coming === 0 && !this.#isHandingOver);
    const isSomebodyThere = this.#turns.some(({ link }) => link !== undefined);
    const member = isNext ? this.#memberFor(parcel) : undefined;
    if (member !== undefined) return { kind: 'member', ...member };
    // In the queue it would stand in the way of what those who are there may read.
    if (isNext && isSomebodyThere) return parcel.qos === 0 ? undefined : this.#absent();
    const mayWait = parcel.qos > 0 && [...this.#members].some(([mailbox, { qos }]) => qos > 0 && canWait(mailbox));
    return mayWait ? { kind: 'queue', mailbox: this.queue } : undefined;
  }

  /** Who gets what somebody who came for it may not read; undefined: nobody could. */
  heirOf(parcel: Parcel): Extract<Receiver, { kind: 'member' }> | undefined {
    const member = this.#memberFor(parcel);
    return member === undefined ? this.#absent() : { kind: 'member', ...member };
  }

  /** Gives what waits to a member that is there; `give` must have stored the new owner before it resolves. */
  async handOver(give: (mailbox: Mailbox, subscription: Subscription) => Promise<void>): Promise<void> {
    if (this.#isHandingOver) return;
    this.#isHandingOver = true;
    try {
      for (;;) {
        const member = this.queue.waiting === 0 ? undefined : this.#memberFor(undefined);
        if (member === undefined) return;
        await give(member.mailbox, member.subscription);
      }
    } finally {
      this.#isHandingOver = false;
    }
  }

  /** The next one that is there, and may read it; one with room, if there is any. */
  #memberFor(parcel: Parcel | undefined): { mailbox: Mailbox; subscription: Subscription } | undefined {
    let second: { at: number; mailbox: Mailbox } | undefined;
    for (let step = 0; step < this.#turns.length; step++) {
      const at = (this.#next + step) % this.#turns.length;
      const mailbox = this.#turns[at];
      const link = mailbox?.link;
      if (mailbox === undefined || link === undefined) continue;
      if (parcel !== undefined && !link.mayRead(parcel)) continue;
      if (mailbox.room > 0) return this.#take(at, mailbox);
      second ??= { at, mailbox };
    }
    return second === undefined ? undefined : this.#take(second.at, second.mailbox);
  }

  /** The next one that is away and will be given it when it is back, if it may read it then. */
  #absent(): Extract<Receiver, { kind: 'member' }> | undefined {
    for (let step = 0; step < this.#turns.length; step++) {
      const at = (this.#next + step) % this.#turns.length;
      const mailbox = this.#turns[at];
      if (mailbox === undefined || mailbox.link !== undefined || !mailbox.isKept) continue;
      const qos = this.#members.get(mailbox)?.qos ?? 0;
      const member = qos > 0 ? this.#take(at, mailbox) : undefined;
      if (member !== undefined) return { kind: 'member', ...member };
    }
    return undefined;
  }

  #take(at: number, mailbox: Mailbox): { mailbox: Mailbox; subscription: Subscription } | undefined {
    this.#next = at + 1;
    const subscription = this.#members.get(mailbox);
    return subscription === undefined ? undefined : { mailbox, subscription };
  }
}

/** A member that is away and comes back, or one whose turn it will be when the queue is empty. */
const canWait = ({ isKept, link }: Mailbox): boolean => isKept || link !== undefined;
