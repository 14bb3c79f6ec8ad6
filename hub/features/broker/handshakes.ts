/**
 * QoS 2 messages of one session that are stored and wait for their PUBREL: under which packet id each came, and which one
 * it was. An id alone does not tell: programs that end before the PUBREL number from 1 again in their next run.
 */

interface Open {
  /** Of id, topic and payload; NO_DIGEST: it was stored by a hub that did not note it. */
  readonly digest: string;
  /** Number of the connection in which it was said last. */
  readonly connection: number;
}

export interface HandshakeRow {
  readonly packetId: number;
  readonly digest: string;
}

const NO_DIGEST = '';

export class Handshakes {
  /** The one that was said longest ago first. */
  readonly #open = new Map<number, Open>();
  #connection = 0;
  /** The last connection broke, and nothing new was said in this one: what comes may be said again, also without DUP. */
  #isSayingAgain = false;
  /** The client ended its last connection with DISCONNECT. */
  saidGoodbye = false;

  get size(): number {
    return this.#open.size;
  }

  has(packetId: number): boolean {
    return this.#open.has(packetId);
  }

  ids(): number[] {
    return [...this.#open.keys()];
  }

  /** As it was stored, or because its end could not be. */
  restore({ packetId, digest }: HandshakeRow): void {
    this.#open.set(packetId, { digest, connection: 0 });
  }

  /** The client has come back. */
  arrived(): void {
    this.#connection++;
    this.#isSayingAgain = !this.saidGoodbye;
    this.saidGoodbye = false;
  }

  /**
   * A message is said under this id; false: it is a new one, and takes the place of any that had the id. A repetition has
   * the same text. In the connection in which it was said before, it is one whether it is marked DUP or not
   * [MQTT-4.3.3-2]; in a later one it must be marked. But mqtt.js 5 marks nothing: where a connection broke, what comes
   * before anything new is the rest of it.
   */
  isRepeated({ packetId, digest }: HandshakeRow, dup: boolean): boolean {
    const open = this.#open.get(packetId);
    const isSame = open !== undefined && (open.digest === NO_DIGEST ? dup : open.digest === digest);
    const isRepeated = isSame && (dup || this.#isSayingAgain || open.connection === this.#connection);
    this.#open.delete(packetId);
    this.#open.set(packetId, { digest, connection: this.#connection });
    if (!isRepeated && !dup) this.#isSayingAgain = false;
    return isRepeated;
  }

  /** Which message waits under this id. */
  digestOf(packetId: number): string | undefined {
    return this.#open.get(packetId)?.digest;
  }

  /** The id is free again. */
  delete(packetId: number): void {
    this.#open.delete(packetId);
  }

  /** Forgets the oldest one of earlier connections: nobody has come back to it. Undefined: there is none. */
  forgetOldest(): number | undefined {
    const [oldest] = this.#open;
    if (oldest === undefined || oldest[1].connection === this.#connection) return undefined;
    this.#open.delete(oldest[0]);
    return oldest[0];
  }
}
