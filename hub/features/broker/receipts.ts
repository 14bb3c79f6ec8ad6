/**
 * Receipts: which QoS 1 and QoS 2 packets of a client are stored, so that a repetition (DUP) after a lost
 * acknowledgement, a reconnect or a crash is acknowledged and not stored twice. A ring for each client id: message ids
 * go round, and so do its slots. A receipt is written in the same commit as the message it stands for; what can be taken
 * twice without changing anything has none.
 */
import { hash } from 'node:crypto';
import type { Clock } from '../../lib/clock.ts';
import type { ReceiptRow, ReceiptStore, Write } from '../../store/store.ts';
import { type BrokerLimits, RECEIPT_SLOTS } from './limits.ts';

export class Receipts {
  /** Those of earlier connections are here, too; they are asked for when the client repeats something. */
  isLoaded = false;
  readonly #slots = new Map<number, ReceiptRow>();

  /** Rows of the store; what was added since is newer. */
  fill(rows: readonly ReceiptRow[]): void {
    for (const row of rows) if (!this.#slots.has(row.slot)) this.#slots.set(row.slot, row);
    this.isLoaded = true;
  }

  has(messageId: number, digest: string): boolean {
    const row = this.#slots.get(messageId % RECEIPT_SLOTS);
    return row !== undefined && row.messageId === messageId && row.hash === digest;
  }

  add(messageId: number, digest: string): ReceiptRow {
    const row = { slot: messageId % RECEIPT_SLOTS, messageId, hash: digest };
    this.#slots.set(row.slot, row);
    return row;
  }
}

/** Tells messages apart, not friend from foe: SHA-1 is the fastest of node's (0.25 µs for 140 bytes; JS took 0.9). */
export function digestOf(topic: string, payload: Buffer): string {
  const length = Buffer.byteLength(topic) + 1 + payload.length;
  const bytes = length > SCRATCH.length ? Buffer.allocUnsafe(length) : SCRATCH;
  const topicEnd = bytes.write(topic);
  bytes[topicEnd] = 0;
  payload.copy(bytes, topicEnd + 1);
  return hash('sha1', bytes.subarray(0, length), 'base64');
}
/** Most messages are smaller. */
const SCRATCH = Buffer.alloc(4096);

export interface ReceiptKeeperDeps {
  readonly receipts: Pick<ReceiptStore, 'list' | 'forget' | 'names' | 'nameOf' | 'forgetNamed'>;
  readonly clock: Clock;
  readonly limits: BrokerLimits;
  commit(writes: readonly Write[]): Promise<void>;
  onError(error: unknown): void;
}

const SWEEP_MS = 60_000;
const SWEEP_CLIENTS_MAX = 100;
const NAMES_READ_MAX = 1000;

/** Loads receipts, and forgets those of clients that went away long enough not to be retrying anymore. */
export class ReceiptKeeper {
  readonly #deps: ReceiptKeeperDeps;
  /** Client id → when its receipts may go; the oldest first. */
  readonly #leaving = new Map<string, number>();
  /** Of earlier runs, by the store's name for them: those whose clients have not come back. */
  readonly #leftovers = new Map<string, number>();
  readonly #stopSweeping: () => void;

  constructor(deps: ReceiptKeeperDeps) {
    this.#deps = deps;
    this.#stopSweeping = deps.clock.every(SWEEP_MS, () => this.#sweep());
  }

  /** At the start, before anybody connects: whoever has receipts has as long to come back as if it had left just now. */
  async restore(): Promise<void> {
    const { clock, limits, receipts } = this.#deps;
    const dueMs = clock.nowMs() + limits.receiptsKeptMs;
    let names: string[];
    let last: string | undefined;
    do {
      names = await receipts.names(NAMES_READ_MAX, last);
      for (const name of names) {
        if (this.#leftovers.size < limits.receiptClientsMax) this.#leftovers.set(name, dueMs);
        else this.#commit(receipts.forgetNamed(name));
      }
      last = names.at(-1);
    } while (names.length === NAMES_READ_MAX);
  }

  /** The client is back: what it may repeat must stay. */
  arrived(clientId: string): Receipts {
    this.#leaving.delete(clientId);
    if (this.#leftovers.size > 0) this.#leftovers.delete(this.#deps.receipts.nameOf(clientId));
    return new Receipts();
  }

  /** Nothing this client sent earlier may be on its way to the store. */
  async load(clientId: string, receipts: Receipts): Promise<void> {
    receipts.fill(await this.#deps.receipts.list(clientId, RECEIPT_SLOTS));
  }

  left(clientId: string): void {
    const { clock, limits } = this.#deps;
    this.#leaving.delete(clientId);
    this.#leaving.set(clientId, clock.nowMs() + limits.receiptsKeptMs);
    const [oldest] = this.#leaving.keys();
    if (this.#leaving.size > limits.receiptClientsMax && oldest !== undefined) this.#drop(oldest);
  }

  /** Nobody will come back under keys that begin so. */
  forgetUnder(prefix: string): void {
    for (const key of [...this.#leaving.keys()]) if (key.startsWith(prefix)) this.#drop(key);
  }

  stop(): void {
    this.#stopSweeping();
  }

  #sweep(): void {
    const nowMs = this.#deps.clock.nowMs();
    let swept = 0;
    for (const [clientId, atMs] of this.#leaving) {
      if (atMs > nowMs || swept === SWEEP_CLIENTS_MAX) break;
      swept++;
      this.#drop(clientId);
    }
    for (const [name, atMs] of this.#leftovers) {
      if (atMs > nowMs || swept === SWEEP_CLIENTS_MAX) break;
      swept++;
      this.#leftovers.delete(name);
      this.#commit(this.#deps.receipts.forgetNamed(name));
    }
  }

  #drop(clientId: string): void {
    this.#leaving.delete(clientId);
    this.#commit(this.#deps.receipts.forget(clientId));
  }

  #commit(forgetting: Promise<Write>): void {
    forgetting.then((write) => this.#deps.commit([write])).catch(this.#deps.onError);
  }
}
