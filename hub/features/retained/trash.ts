/** Retained messages that were deleted, kept for a while: bounded in time, number and bytes, the oldest go first. */
import type { Clock } from '../../lib/clock.ts';
import type { RetainedTrashRow, Store, Write } from '../../store/store.ts';
import type { TrashLimits } from './trash-limits.ts';

export interface TrashDeps {
  readonly clock: Clock;
  readonly store: Pick<Store, 'retainedTrash' | 'commit'>;
  readonly limits: TrashLimits;
}

/** Rows looked at in one go. */
const PAGE_ROWS = 500;

export class Trash {
  readonly #deps: TrashDeps;
  #rows = 0;
  #bytes = 0;

  constructor(deps: TrashDeps) {
    this.#deps = deps;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Counts what is there. */
  async load(): Promise<void> {
    const { retainedTrash } = this.#deps.store;
    let cursor: string | undefined;
    do {
      const page = await retainedTrash.list({ limit: PAGE_ROWS, cursor });
      for (const row of page.items) this.#count(row, 1);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  /** To be committed with the deletion itself, and counted by `added` when that is done. */
  writesFor(rows: readonly RetainedTrashRow[]): Write[] {
    return rows.map((row) => this.#deps.store.retainedTrash.put(row));
  }

  added(rows: readonly RetainedTrashRow[]): void {
    for (const row of rows) this.#count(row, 1);
  }

  /** The same for what is brought back. */
  removalsOf(rows: readonly RetainedTrashRow[]): Write[] {
    return rows.map((row) => this.#deps.store.retainedTrash.remove(row.id));
  }

  removed(rows: readonly RetainedTrashRow[]): void {
    for (const row of rows) this.#count(row, -1);
  }

  /** Forgets what is too old, and the oldest while there is too much. */
  async sweep(): Promise<void> {
    const { store, clock, limits } = this.#deps;
    for (;;) {
      const oldest = await store.retainedTrash.oldest(PAGE_ROWS);
      const tooOldMs = clock.nowMs() - limits.keptMs;
      const gone: RetainedTrashRow[] = [];
      let { rows, bytes } = { rows: this.#rows, bytes: this.#bytes };
      for (const row of oldest) {
        if (row.deletedMs > tooOldMs && rows <= limits.rowsMax && bytes <= limits.bytesMax) break;
        rows--;
        bytes -= weightOf(row);
        gone.push(row);
      }
      if (gone.length === 0) return;
      await store.commit(this.removalsOf(gone));
      this.removed(gone);
      if (gone.length < PAGE_ROWS) return;
    }
  }

  #count(row: RetainedTrashRow, sign: 1 | -1): void {
    this.#rows += sign;
    this.#bytes += sign * weightOf(row);
  }
}

const weightOf = ({ topic, payload, properties }: RetainedTrashRow): number =>
  topic.length + payload.length + properties.length;
