/** The boards this person may see, and the changes to them; each says which revision it was made to. */
import type { Board, BoardCreate, BoardPatch, Tile } from '../../../hub/contract/board.ts';
import { call } from '../api.ts';
import { OVERVIEW_ID } from '../board-paths.ts';
import { currentUser, may } from '../session.ts';
import { makeResource } from './loading.ts';

const resource = makeResource(async (signal) => (await call('GET /api/v1/boards', { query: {}, signal })).items);
/** The overview first. */
export const boards = resource.state;
let loadedFor: string | null = null;

/** What somebody else saw in this browser is not shown while it is asked for again. */
export function loadBoards(): Promise<void> {
  const username = currentUser.peek()?.username ?? null;
  if (username !== loadedFor) boards.value = { kind: 'loading' };
  loadedFor = username;
  return resource.reload();
}

/** Shared ones are for those who manage them, one's own is one's own. */
export function mayChange({ shared, owner }: Pick<Board, 'shared' | 'owner'>): boolean {
  if (shared) return may('boards.manage');
  return may('boards.own') && owner === currentUser.value?.username;
}

export async function createBoard(body: BoardCreate): Promise<Board> {
  return put(await call('POST /api/v1/boards', { body }));
}

/** Throws ApiProblem BOARD_STALE when somebody has changed it since that revision. */
export async function saveTiles({ id, name, revision }: Board, tiles: readonly Tile[]): Promise<Board> {
  return put(await call('PUT /api/v1/boards/:id', { params: { id }, body: { revision, name, tiles: [...tiles] } }));
}

export async function patchBoard({ id, revision }: Board, change: Omit<BoardPatch, 'revision'>): Promise<Board> {
  return put(await call('PATCH /api/v1/boards/:id', { params: { id }, body: { revision, ...change } }));
}

export async function fetchBoard(id: string): Promise<Board> {
  return put(await call('GET /api/v1/boards/:id', { params: { id } }));
}

/** Brings back what `removeBoard` took away, under a new id unless it is the overview. */
export async function restoreBoard(board: Board): Promise<Board> {
  const { name, shared, tiles } = board;
  if (board.id === OVERVIEW_ID) return saveTiles({ ...board, revision: 0 }, tiles);
  return createBoard({ name, shared, tiles });
}

export async function removeBoard({ id }: Board): Promise<void> {
  await call('DELETE /api/v1/boards/:id', { params: { id } });
  if (id !== OVERVIEW_ID && boards.peek().kind === 'ready')
    setBoards((known) => known.filter((board) => board.id !== id));
  // the overview is generated anew
  else await resource.reload();
}

function put(board: Board): Board {
  setBoards((known) =>
    known.some(({ id }) => id === board.id)
      ? known.map((each) => (each.id === board.id ? board : each))
      : [...known, board],
  );
  return board;
}

function setBoards(change: (known: Board[]) => Board[]): void {
  const known = boards.peek();
  if (known.kind === 'ready') resource.set(change(known.value));
}
