/** Whether a QoS 1 or QoS 2 message is here already, and what is stored with one so that this is known. */
import type { ReceiptStore, Write } from '../../store/store.ts';
import type { BrokerLimits } from './limits.ts';
import type { Publish } from './parcel.ts';
import { digestOf } from './receipts.ts';
import type { Session } from './session.ts';
import type { Shelf } from './shelf.ts';

export interface RepetitionsDeps {
  readonly limits: BrokerLimits;
  readonly receipts: Pick<ReceiptStore, 'put'>;
  readonly shelf: Shelf;
}

export class Repetitions {
  readonly #deps: RepetitionsDeps;

  constructor(deps: RepetitionsDeps) {
    this.#deps = deps;
  }

  /** False: too many QoS 2 messages wait for their PUBREL. One whose client has not come back to it makes room. */
  hasRoomFor({ mailbox }: Session, { qos, packetId }: Publish): boolean {
    if (qos !== 2) return true;
    const { handshakes, isKept, key } = mailbox;
    if (handshakes.size < this.#deps.limits.handshakesInFlightMax || handshakes.has(packetId)) return true;
    const forgotten = handshakes.forgetOldest();
    if (forgotten !== undefined && isKept) this.#deps.shelf.forgetHandshake(key, forgotten);
    return forgotten !== undefined;
  }

  /** At QoS 2 one that waits for its PUBREL; else a packet marked DUP that is stored already. */
  isRepeated({ mailbox, receipts }: Session, { qos, packetId, dup, topic, payload }: Publish): boolean {
    if (qos === 0 || (qos === 1 && !dup)) return false;
    const digest = digestOf(topic, payload);
    if (qos === 2 && mailbox.handshakes.isRepeated({ packetId, digest }, dup)) return true;
    return dup && receipts?.has(packetId, digest) === true;
  }

  /** `isTaken`: the hub keeps something of it, and taking it again would not leave the store as it is. */
  writesFor(session: Session, { qos, packetId, topic, payload }: Publish, isTaken: boolean): readonly Write[] {
    const { mailbox, receipts, isIdOurs, receiptsKey, key } = session;
    const needsHandshake = qos === 2 && mailbox.isKept;
    if (qos === 0 || (!isTaken && !needsHandshake)) return NONE;
    const digest = digestOf(topic, payload);
    const writes: Write[] = [];
    if (isTaken && receipts !== undefined) {
      const receipt = receipts.add(packetId, digest);
      if (!isIdOurs) writes.push(this.#deps.receipts.put(receiptsKey, receipt));
    }
    if (needsHandshake) writes.push(this.#deps.shelf.handshakeWrite(key, { packetId, digest }));
    return writes;
  }
}

const NONE: readonly Write[] = [];
