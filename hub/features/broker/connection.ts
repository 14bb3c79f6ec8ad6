/** One open connection: what its client says goes to the publish pipeline or its mailbox, what it is owed goes out. */
import { mayRead } from '../../domain/acl.ts';
import type { Envelope } from './envelope.ts';
import { type AckType, type Codec, PACKET, type Reason, type Violation } from './front/codec.ts';
import type { Speaker } from './front/front.ts';
import type { Link } from './link.ts';
import type { Mailbox } from './mailbox.ts';
import { bytesOf, type Handed, type Parcel, type Publish } from './parcel.ts';
import type { PublishPipeline } from './publish.ts';
import type { ReceiptKeeper } from './receipts.ts';
import type { Session } from './session.ts';
import type { Counters } from './stats.ts';

export interface ConnectionStart {
  readonly session: Session;
  readonly mailbox: Mailbox;
  readonly codec: Codec;
  readonly window: number;
  readonly pipeline: PublishPipeline;
  readonly counters: Counters;
  readonly receipts: ReceiptKeeper;
  /** The client has sent more than it may at a time. */
  slowed(session: Session): void;
}

export class Connection implements Link, Speaker {
  readonly mailbox: Mailbox;
  readonly codec: Codec;
  readonly window: number;
  readonly #session: Session;
  readonly #pipeline: PublishPipeline;
  readonly #counters: Counters;
  readonly #receipts: ReceiptKeeper;
  readonly #slowed: (session: Session) => void;
  /** By packet id, of the window: who wants to know that the client has it. */
  readonly #handed = new Map<number, Handed>();

  constructor({ session, mailbox, codec, window, pipeline, counters, receipts, slowed }: ConnectionStart) {
    this.mailbox = mailbox;
    this.codec = codec;
    this.window = window;
    this.#session = session;
    this.#pipeline = pipeline;
    this.#counters = counters;
    this.#receipts = receipts;
    this.#slowed = slowed;
  }

  get unsentBytes(): number {
    return this.#session.front.unsentBytes;
  }

  mayRead({ topic, payload }: Parcel): boolean {
    return mayRead(this.#session.principal, topic, payload);
  }

  publish(envelope: Envelope, flags: number, packetId: number, ids: readonly number[] | undefined): boolean {
    const frame = this.codec.frame(envelope, flags, ids);
    if (frame === undefined) return false;
    this.#session.front.send(frame, packetId);
    const { handed } = envelope.parcel;
    if (packetId > 0 && handed?.key === this.#session.key) this.#handed.set(packetId, handed);
    this.#counters.messagesOut++;
    this.#counters.publishBytesOut += envelope.parcel.payload.length;
    return true;
  }

  ack(type: AckType, packetId: number, reason?: Reason): void {
    this.#session.front.send(this.codec.ack(type, packetId, reason), packetId);
  }

  shut(): void {
    this.#session.front.shut();
  }

  /** The client published something. */
  received(publish: Publish): void {
    this.#counters.publishBytesIn += publish.payload.length;
    if (!this.#session.pace.spend(bytesOf(publish))) this.#slowed(this.#session);
    const { receipts, receiptsKey, front } = this.#session;
    if (!publish.dup || receipts === undefined || receipts.isLoaded) {
      this.#pipeline.receive(this.#session, publish);
      return;
    }
    const load = this.#receipts.load(receiptsKey, receipts);
    front.wait(load.then(() => this.#pipeline.receive(this.#session, publish)));
  }

  /** The client acknowledged something of ours, or says that it has our PUBREC. */
  acknowledged(type: AckType, packetId: number, reason: number): Violation | undefined {
    if (type === PACKET.pubrel) {
      this.#pipeline.release(this.#session, packetId);
      return undefined;
    }
    const violation = this.mailbox.answered(type, packetId, reason);
    if (violation !== undefined) return violation;
    const handed = type === PACKET.puback ? this.#handed.get(packetId) : undefined;
    if (handed !== undefined && this.#handed.delete(packetId)) handed.taken();
    return undefined;
  }

  onRoom(): void {
    this.mailbox.pump();
  }

  untilPublished(): Promise<void> | undefined {
    const { lane } = this.#session;
    return lane.length === 0 ? undefined : lane.idle();
  }
}
