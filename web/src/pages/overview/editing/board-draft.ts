/** The board being edited: kept while other pages are looked at, so that nothing arranged is lost. */
import { signal } from '@preact/signals';
import type { Board, Tile } from '../../../../../hub/contract/board.ts';
import { currentUser } from '../../../session.ts';

export interface BoardDraft {
  /** As it was when the editing began: its revision is what the change is made to. */
  readonly base: Board;
  readonly tiles: readonly Tile[];
  readonly username: string;
}

const draft = signal<BoardDraft | null>(null);

/** Of this board, by the person who is signed in. */
export function draftOf(boardId: string): BoardDraft | null {
  const { value } = draft;
  return value?.base.id === boardId && value.username === currentUser.value?.username ? value : null;
}

export function beginEditing(base: Board): void {
  draft.value = { base, tiles: base.tiles, username: currentUser.peek()?.username ?? '' };
}

export function changeTiles(change: (tiles: readonly Tile[]) => readonly Tile[]): void {
  const now = draft.peek();
  if (now !== null) draft.value = { ...now, tiles: change(now.tiles) };
}

export function endEditing(): void {
  draft.value = null;
}

export function isChanged({ base, tiles }: BoardDraft): boolean {
  return JSON.stringify(base.tiles) !== JSON.stringify(tiles);
}

/** Whether leaving now would lose something. */
export function hasUnsaved(): boolean {
  const now = draft.peek();
  return now !== null && isChanged(now);
}
