/** Boards: shared ones and everybody's own, changed as a whole and only by who has seen what they change. */
import {
  type Board,
  type BoardCreate,
  type BoardPatch,
  type BoardPut,
  OVERVIEW_BOARD,
  type Tile,
} from '../../contract/board.ts';
import { RucheError } from '../../contract/errors.ts';
import { BOARDS_MAX, BOARDS_PER_PERSON_MAX, PAGE_LIMIT_MAX } from '../../contract/limits.ts';
import { mayRole } from '../../contract/permissions.ts';
import { type BoardDevice, generateTiles, whyNotTiles } from '../../domain/boards.ts';
import type { Person } from '../../domain/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { makeTurnstile } from '../../lib/turnstile.ts';
import type { BoardRow } from '../../store/board-store.ts';
import type { Store } from '../../store/store.ts';

export interface BoardsDeps {
  readonly store: Pick<Store, 'boards' | 'commit'>;
  readonly clock: Clock;
  usernameOf(userId: string): string | undefined;
  hasWidget(id: string): boolean;
  /** The first devices of the hub, with their latest values: what the first board is made from. */
  devices(limit: number): Promise<BoardDevice[]>;
}

/** People who wait to make or change one. */
const WAITING_MAX = 100;
/** Devices looked at for the generated board. */
const GENERATED_DEVICES_MAX = 12;

export async function createBoards(deps: BoardsDeps): Promise<Boards> {
  const rows: BoardRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await deps.store.boards.list({ limit: PAGE_LIMIT_MAX, cursor });
    rows.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return new Boards(deps, rows);
}

export class Boards {
  readonly #deps: BoardsDeps;
  /** In the order they were made. */
  readonly #rows: Map<string, BoardRow>;
  readonly #turnstile = makeTurnstile({
    concurrency: 1,
    waitingMax: WAITING_MAX,
    whenFull: () => new RucheError('STORE_BUSY'),
  });

  constructor(deps: BoardsDeps, rows: readonly BoardRow[]) {
    this.#deps = deps;
    this.#rows = new Map(rows.map((row) => [row.id, row]));
  }

  /** What the person may see: the overview first, then in the order they were made. */
  async list(person: Person): Promise<Board[]> {
    const others = [...this.#rows.values()].filter((row) => row.id !== OVERVIEW_BOARD && maySee(person, row));
    return [await this.get(person, OVERVIEW_BOARD), ...others.map((row) => this.#view(row))];
  }

  /** Throws BOARD_UNKNOWN. */
  async get(person: Person, id: string): Promise<Board> {
    const row = this.#rows.get(id);
    if (row !== undefined && maySee(person, row)) return this.#view(row);
    if (id === OVERVIEW_BOARD) return this.#generated();
    throw new RucheError('BOARD_UNKNOWN');
  }

  /** Throws BOARD_INVALID, BOARD_NOT_YOURS, BOARDS_FULL, BOARDS_OWN_FULL. */
  create(person: Person, { name, shared = false, tiles = [] }: BoardCreate): Promise<Board> {
    return this.#turnstile(async () => {
      if (shared) mustManage(person);
      this.#mustHaveRoomFor(person);
      const nowMs = this.#deps.clock.nowMs();
      const made = { id: newId(), ownerId: person.userId, createdMs: nowMs, revision: 0 };
      return this.#keep(person, { ...made, name, shared }, tiles);
    });
  }

  /** Throws BOARD_UNKNOWN, BOARD_NOT_YOURS, BOARD_STALE, BOARD_INVALID. */
  put(person: Person, id: string, { revision, name, tiles }: BoardPut): Promise<Board> {
    return this.#turnstile(async () => {
      const row = this.#changeable(person, id, revision);
      return this.#keep(person, { ...row, name }, tiles);
    });
  }

  /** Throws BOARD_UNKNOWN, BOARD_NOT_YOURS, BOARD_STALE, BOARD_INVALID. */
  patch(person: Person, id: string, { revision, name, shared }: BoardPatch): Promise<Board> {
    return this.#turnstile(async () => {
      const row = this.#changeable(person, id, revision);
      if (shared !== undefined && shared !== row.shared) mustManage(person);
      if (shared === false && id === OVERVIEW_BOARD) {
        throw new RucheError('BOARD_INVALID', 'shared: the overview is everybody’s.');
      }
      const tiles = row.revision === 0 ? (await this.#generated()).tiles : tilesOf(row);
      return this.#keep(person, { ...row, name: name ?? row.name, shared: shared ?? row.shared }, tiles);
    });
  }

  /** The overview is generated again after that. Throws BOARD_UNKNOWN, BOARD_NOT_YOURS. */
  remove(person: Person, id: string): Promise<void> {
    return this.#turnstile(async () => {
      const row = this.#rows.get(id);
      if (row === undefined || !maySee(person, row)) throw new RucheError('BOARD_UNKNOWN');
      mustOwn(person, row);
      await this.#deps.store.commit([this.#deps.store.boards.remove(id)]);
      this.#rows.delete(id);
    });
  }

  /** The person is gone: their own boards go, the shared ones belong to nobody. */
  release(userId: string): Promise<void> {
    const { boards, commit } = this.#deps.store;
    return this.#turnstile(async () => {
      for (const row of [...this.#rows.values()].filter(({ ownerId }) => ownerId === userId)) {
        const after = { ...row, ownerId: null };
        await commit([row.shared ? boards.put(after) : boards.remove(row.id)]);
        if (row.shared) this.#rows.set(row.id, after);
        else this.#rows.delete(row.id);
      }
    });
  }

  #mustHaveRoomFor(person: Person): void {
    if (this.#rows.size >= BOARDS_MAX) throw new RucheError('BOARDS_FULL');
    if (mayRole(person.role, 'boards.manage')) return;
    const own = [...this.#rows.values()].filter(({ ownerId }) => ownerId === person.userId);
    if (own.length >= BOARDS_PER_PERSON_MAX) throw new RucheError('BOARDS_OWN_FULL');
  }

  #changeable(person: Person, id: string, revision: number): BoardRow {
    const row = this.#rows.get(id) ?? (id === OVERVIEW_BOARD ? this.#unstored() : undefined);
    if (row === undefined || !maySee(person, row)) throw new RucheError('BOARD_UNKNOWN');
    mustOwn(person, row);
    if (row.revision !== revision) {
      throw new RucheError('BOARD_STALE', `It has revision ${row.revision}; the change was made to ${revision}.`);
    }
    return row;
  }

  async #keep(
    person: Person,
    row: Omit<BoardRow, 'tilesJson' | 'changedMs' | 'changedBy'>,
    tiles: readonly Tile[],
  ): Promise<Board> {
    const problem = whyNotTiles(tiles, this.#deps.hasWidget);
    if (problem !== undefined) throw new RucheError('BOARD_INVALID', problem);
    const changed = { changedMs: this.#deps.clock.nowMs(), changedBy: person.username };
    const after = { ...row, ...changed, revision: row.revision + 1, tilesJson: JSON.stringify(tiles) };
    await this.#deps.store.commit([this.#deps.store.boards.put(after)]);
    this.#rows.set(after.id, after);
    return this.#view(after);
  }

  async #generated(): Promise<Board> {
    const devices = await this.#deps.devices(GENERATED_DEVICES_MAX);
    const { id, name, shared, revision, createdMs } = this.#unstored();
    const tiles = generateTiles(devices);
    return { id, name, shared, owner: null, tiles, revision, generated: true, changedMs: createdMs, changedBy: null };
  }

  #unstored(): BoardRow {
    const nowMs = this.#deps.clock.nowMs();
    const made = { createdMs: nowMs, changedMs: nowMs, changedBy: '', tilesJson: '[]', revision: 0 };
    return { id: OVERVIEW_BOARD, name: 'Overview', shared: true, ownerId: null, ...made };
  }

  #view(row: BoardRow): Board {
    const { id, name, shared, ownerId, revision, changedMs, changedBy } = row;
    const owner = ownerId === null ? null : (this.#deps.usernameOf(ownerId) ?? null);
    return { id, name, shared, owner, tiles: tilesOf(row), revision, generated: false, changedMs, changedBy };
  }
}

type Whose = Pick<BoardRow, 'shared' | 'ownerId'>;

const tilesOf = ({ tilesJson }: Pick<BoardRow, 'tilesJson'>): Tile[] => JSON.parse(tilesJson);

const maySee = (person: Person, { shared, ownerId }: Whose): boolean => shared || ownerId === person.userId;

/** Shared boards are for those who manage them; one's own is one's own. */
function mustOwn(person: Person, { shared, ownerId }: Whose): void {
  if (shared) mustManage(person);
  else if (ownerId !== person.userId) throw new RucheError('BOARD_NOT_YOURS');
}

function mustManage(person: Person): void {
  if (!mayRole(person.role, 'boards.manage')) throw new RucheError('BOARD_NOT_YOURS');
}
