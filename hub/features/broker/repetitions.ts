/** Whether a QoS 1 or QoS 2 message is here already, and what is stored with one so that this is known. */
import type { ReceiptRow, ReceiptStore, Write } from '../../store/store.ts';
import type { Commits } from './commits.ts';
import type { Log } from './decision.ts';
import type { HandshakeRow } from './handshakes.ts';
import type { BrokerLimits } from './limits.ts';
import type { Publish } from './parcel.ts';
import { digestOf } from './receipts.ts';
import type { Session } from './session.ts';
import type { Shelf } from './shelf.ts';

interface RepetitionsDeps {
  readonly limits: BrokerLimits;
  readonly receipts: Pick<ReceiptStore, 'put'>;
  readonly shelf: Shelf;
  readonly commits: Commits;
  readonly log: Log;
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
  isRepeated(session: Session, publish: Publish): boolean {
    const { qos, packetId, dup } = publish;
    if (qos === 0) return false;
    if (qos === 2 && session.mailbox.handshakes.isRepeated(handshakeOf(publish), dup)) return true;
    if (dup) return session.receipts?.has(packetId, digestOf(publish)) === true;
    this.#goOn(session);
    return false;
  }

  /** `isTaken`: the hub keeps something of it, and taking it again would not leave the store as it is. */
  writesFor(session: Session, publish: Publish, isTaken: boolean): readonly Write[] {
    const { qos, packetId } = publish;
    const { mailbox, receipts, isIdOurs, receiptsKey, key } = session;
    const needsHandshake = qos === 2 && mailbox.isKept;
    if (qos === 0 || (!isTaken && !needsHandshake)) return NONE;
    const digest = digestOf(publish);
    const writes: Write[] = [];
    if (isTaken && receipts !== undefined) {
      const receipt = receipts.add(packetId, digest);
      if (!isIdOurs) writes.push(this.#deps.receipts.put(receiptsKey, receipt));
    }
    if (needsHandshake) writes.push(this.#deps.shelf.handshakeWrite(key, { packetId, digest }));
    return writes;
  }

  /** In turn with what is stored for messages: before the one that is new. */
  #goOn({ receipts, receiptsKey }: Session): void {
    const rows = receipts?.goOn() ?? NO_ROWS;
    if (rows.length === 0) return;
    const { commits, log } = this.#deps;
    const stored = commits.commit(rows.map((row) => this.#deps.receipts.put(receiptsKey, row)));
    stored.catch((error: unknown) => log.error({ err: error }, 'receipts cannot be renewed'));
  }
}

const NONE: readonly Write[] = [];
const NO_ROWS: readonly ReceiptRow[] = [];

const handshakeOf = (publish: Publish): HandshakeRow => ({ packetId: publish.packetId, digest: digestOf(publish) });
