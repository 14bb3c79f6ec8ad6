/** One kind of row: where it lies, its indexes, and the ways every noun reads and writes it. */
import { RucheError } from '../../contract/errors.ts';
import type { PageOf, PageRequest } from '../store.ts';
import type { Database, Entry } from './database.ts';
import { type KeyRange, keyOf, lastPartOf, type TableName } from './keys.ts';
import { type IndexEntry, LevelWrite, type Step } from './level-write.ts';
import type { Shape } from './shape.ts';

export interface TableOptions<Row> {
  readonly database: Database;
  readonly shape: Shape<Row>;
  /** Only for tables whose rows are found by one id. */
  readonly name: TableName;
  /** Every index entry of a row. Keys end in the id. */
  readonly entriesOf?: (row: Row) => readonly IndexEntry[];
}

export interface ListOptions {
  readonly reverse?: boolean;
  /** On index entries: which are wanted, by their value. */
  readonly accept?: ((value: string) => boolean) | undefined;
}

interface EntryPage {
  readonly entries: readonly Entry[];
  readonly next: string | undefined;
}

export class Table<Row extends object> {
  readonly #options: TableOptions<Row>;

  constructor(options: TableOptions<Row>) {
    this.#options = options;
  }

  async get(...parts: readonly (string | number)[]): Promise<Row | undefined> {
    const { database, shape, name } = this.#options;
    const text = await database.get(keyOf(name, ...parts));
    return text === undefined ? undefined : shape.decode(text);
  }

  /** Rows in the order of their keys. */
  async list(range: KeyRange, limit: number): Promise<Row[]> {
    assertLimit(limit);
    const entries = await this.#options.database.scan(range, { limit });
    return entries.map(([, text]) => this.#options.shape.decode(text));
  }

  async page(range: KeyRange, request: PageRequest, options: ListOptions = {}): Promise<PageOf<Row>> {
    const { entries, next } = await this.#entries(range, request, options);
    return pageOf(
      entries.map(([, text]) => this.#options.shape.decode(text)),
      next,
    );
  }

  /** Rows in the order of an index. */
  async listBy(range: KeyRange, limit: number, options: ListOptions = {}): Promise<Row[]> {
    assertLimit(limit);
    return this.#rowsOf(await this.#options.database.scan(range, { ...options, limit }));
  }

  async pageBy(range: KeyRange, request: PageRequest, options: ListOptions = {}): Promise<PageOf<Row>> {
    const { entries, next } = await this.#entries(range, request, options);
    return pageOf(await this.#rowsOf(entries), next);
  }

  /** Index entries themselves, where they say enough. */
  async pageOfEntries(range: KeyRange, request: PageRequest): Promise<PageOf<Entry>> {
    const { entries, next } = await this.#entries(range, request, {});
    return pageOf([...entries], next);
  }

  put(row: Row, ...parts: readonly (string | number)[]): LevelWrite {
    const value = this.#options.shape.encode(row);
    return new LevelWrite([this.#step(keyOf(this.#options.name, ...parts), value, row)]);
  }

  /** A row under a key that was never used: no entries of a replaced row to look for. */
  add(row: Row, ...parts: readonly (string | number)[]): LevelWrite {
    const { shape, name, entriesOf } = this.#options;
    const steps: Step[] = [{ kind: 'set', key: keyOf(name, ...parts), value: shape.encode(row) }];
    for (const [key, value] of entriesOf?.(row) ?? []) steps.push({ kind: 'set', key, value });
    return new LevelWrite(steps);
  }

  remove(...parts: readonly (string | number)[]): LevelWrite {
    return new LevelWrite([this.#step(keyOf(this.#options.name, ...parts))]);
  }

  /** Entries of a row that is replaced are found from the row itself, so nobody has to know what it was. */
  #step(key: string, value?: string, row?: Row): Step {
    const { shape, entriesOf } = this.#options;
    if (entriesOf === undefined) return { kind: 'set', key, value };
    return {
      kind: 'row',
      key,
      value,
      entries: row === undefined ? [] : entriesOf(row),
      entriesOf: (stored) => {
        // A damaged row must not make its own replacement impossible.
        const replaced = shape.tryDecode(stored);
        return replaced === undefined ? [] : entriesOf(replaced);
      },
    };
  }

  async #entries(range: KeyRange, { limit, cursor }: PageRequest, options: ListOptions): Promise<EntryPage> {
    assertLimit(limit);
    const after = cursor === undefined ? undefined : keyOfCursor(cursor, range);
    // One more than asked for tells whether there is a next page.
    const entries = await this.#options.database.scan(range, { ...options, limit: limit + 1, after });
    const last = entries.length > limit ? entries[limit - 1] : undefined;
    return { entries: entries.slice(0, limit), next: last === undefined ? undefined : cursorOf(last[0]) };
  }

  async #rowsOf(entries: readonly Entry[]): Promise<Row[]> {
    const { database, shape, name } = this.#options;
    const rows = await database.getMany(entries.map(([key]) => keyOf(name, lastPartOf(key))));
    return [...rows.values()].map((text) => shape.decode(text));
  }
}

function pageOf<Row>(items: Row[], nextCursor: string | undefined): PageOf<Row> {
  return nextCursor === undefined ? { items } : { items, nextCursor };
}

export function assertLimit(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new RangeError(`a list needs a limit of at least 1, not ${limit}`);
}

/** A cursor is the key of the last row given out: it needs no row to be there any more. */
const cursorOf = (key: string): string => Buffer.from(key).toString('base64url');

function keyOfCursor(cursor: string, range: KeyRange): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (cursorOf(key) !== cursor || key < range.gte || key >= range.lt) throw new RucheError('CURSOR_INVALID');
  return key;
}
