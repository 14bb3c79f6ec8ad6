/**
 * What waits for one destination: rows in the store, and their places and sizes in memory, so that depth and age are
 * known and the oldest can make room in the same commit that brings the newest.
 */
import type { Clock } from '../../lib/clock.ts';
import type { OutboxRow } from '../../store/forwarding-store.ts';
import type { Store, Write } from '../../store/store.ts';
import { LOAD_ROWS, QUEUED_BYTES_MAX, QUEUED_MAX, UNSTORED_MS } from './limits.ts';

export interface QueueLimits {
  readonly entriesMax: number;
  readonly bytesMax: number;
}
const LIMITS: QueueLimits = { entriesMax: QUEUED_MAX, bytesMax: QUEUED_BYTES_MAX };

interface Place {
  readonly seq: number;
  readonly bytes: number;
  readonly atMs: number;
  /** When its commit was asked for: not when it happened, which is long ago for one that is sent again. */
  readonly sinceSteadyMs: number;
}

export interface QueueDeps {
  readonly store: Pick<Store, 'outbox'>;
  readonly clock: Pick<Clock, 'steadyMs'>;
  readonly destinationId: string;
}

export type Entry = Omit<OutboxRow, 'seq' | 'destinationId'>;

export class Queue {
  readonly #store: Pick<Store, 'outbox'>;
  readonly #clock: Pick<Clock, 'steadyMs'>;
  readonly #destinationId: string;
  readonly #limits: QueueLimits;
  /** By place; those before `#first` have left and are cut off now and then. */
  #places: Place[] = [];
  #first = 0;
  #bytes = 0;
  #nextSeq = 0;
  /** Oldest entries that had to go since the start. */
  dropped = 0;

  constructor({ store, clock, destinationId }: QueueDeps, limits = LIMITS) {
    this.#store = store;
    this.#clock = clock;
    this.#destinationId = destinationId;
    this.#limits = limits;
  }

  /** Counts what is there from before. */
  async load(): Promise<void> {
    for (;;) {
      const rows = await this.#store.outbox.list(this.#destinationId, this.#nextSeq - 1, LOAD_ROWS);
      for (const row of rows) this.#add(row);
      this.#nextSeq = (rows.at(-1)?.seq ?? this.#nextSeq - 1) + 1;
      if (rows.length < LOAD_ROWS) return;
    }
  }

  get depth(): number {
    return this.#places.length - this.#first;
  }

  get oldestMs(): number | null {
    return this.#places[this.#first]?.atMs ?? null;
  }

  /** The newest entry, and the removal of the oldest where there is no room. */
  writesFor(entry: Entry): Write[] {
    const row = { ...entry, destinationId: this.#destinationId, seq: this.#nextSeq++ };
    this.#add(row);
    const writes = [this.#store.outbox.put(row)];
    while (this.depth > 1 && (this.depth > this.#limits.entriesMax || this.#bytes > this.#limits.bytesMax)) {
      const oldest = this.#shift();
      if (oldest === undefined) break;
      this.dropped++;
      writes.push(this.#store.outbox.remove(this.#destinationId, oldest.seq));
    }
    return writes;
  }

  /** The first that are stored, in order. */
  async next(limit: number): Promise<OutboxRow[]> {
    // Reading begins at the first place, past what LevelDB still remembers as deleted.
    const leftSeq = (this.#places[this.#first]?.seq ?? this.#nextSeq) - 1;
    const rows = await this.#store.outbox.list(this.#destinationId, leftSeq, limit);
    // One that is not there may wait for its commit longer than those after it; after a while it was never stored.
    const firstSeq = rows[0]?.seq ?? this.#nextSeq;
    const unstoredSteadyMs = this.#clock.steadyMs() - UNSTORED_MS;
    for (let place = this.#places[this.#first]; place !== undefined; place = this.#places[this.#first]) {
      if (place.seq >= firstSeq || place.sinceSteadyMs > unstoredSteadyMs) break;
      this.#shift();
    }
    return rows;
  }

  removal({ seq }: OutboxRow): Write {
    return this.#store.outbox.remove(this.#destinationId, seq);
  }

  /** Their removal is stored. In order; there may be others between them that stay. */
  left(rows: readonly OutboxRow[]): void {
    for (const { seq } of rows) {
      if (this.#places[this.#first]?.seq === seq) this.#shift();
      else this.#cutOut(seq);
    }
  }

  /** Discards everything that is here now: when `write` is stored, which `stored` is to be called for. */
  discarding(): { count: number; write: Write; stored(): void } {
    const endSeq = this.#nextSeq;
    return {
      count: this.depth,
      write: this.#store.outbox.clear(this.#destinationId),
      stored: () => {
        while ((this.#places[this.#first]?.seq ?? endSeq) < endSeq) this.#shift();
      },
    };
  }

  #add(row: OutboxRow): void {
    const { seq, atMs } = row;
    const bytes = weightOf(row);
    this.#places.push({ seq, bytes, atMs, sinceSteadyMs: this.#clock.steadyMs() });
    this.#bytes += bytes;
  }

  #shift(): Place | undefined {
    const place = this.#places[this.#first];
    if (place === undefined) return undefined;
    this.#first++;
    this.#bytes -= place.bytes;
    if (this.#first > CUT_AT) {
      this.#places = this.#places.slice(this.#first);
      this.#first = 0;
    }
    return place;
  }

  /** One that overtook others, because those have to be sent again. */
  #cutOut(seq: number): void {
    const at = this.#places.findIndex((place, index) => index >= this.#first && place.seq === seq);
    if (at === -1) return;
    this.#bytes -= this.#places[at]?.bytes ?? 0;
    this.#places.splice(at, 1);
  }
}

/** Places that have left before the array is cut. */
const CUT_AT = 1024;
/** What a row takes besides its texts. */
const ROW_BYTES = 200;

const weightOf = ({ body, topic, properties }: OutboxRow): number =>
  ROW_BYTES + body.length + (topic?.length ?? 0) + properties.length;
