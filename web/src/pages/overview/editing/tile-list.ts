/** The ordered list a board is, and what editing does to it. Pure: each answers a new list. */
import type { Tile } from '../../../../../hub/contract/board.ts';
import { sizeBeside } from '../widgets/widget-kinds.ts';

/** One place earlier or later; the same list at either end. */
export function moveBy(tiles: readonly Tile[], id: string, by: 1 | -1): readonly Tile[] {
  const from = tiles.findIndex((tile) => tile.id === id);
  return moveTo(tiles, from, from + by);
}

/** To the place of another tile, which makes room towards where the moved one was. */
export function moveOver(tiles: readonly Tile[], id: string, overId: string): readonly Tile[] {
  const indexOf = (wanted: string): number => tiles.findIndex((tile) => tile.id === wanted);
  return moveTo(tiles, indexOf(id), indexOf(overId));
}

function moveTo(tiles: readonly Tile[], from: number, to: number): readonly Tile[] {
  const tile = tiles[from];
  if (tile === undefined || to < 0 || to >= tiles.length) return tiles;
  return tiles.toSpliced(from, 1).toSpliced(to, 0, tile);
}

export function resizeBy(tiles: readonly Tile[], id: string, by: 1 | -1): readonly Tile[] {
  return tiles.map((tile) => (tile.id === id ? { ...tile, size: sizeBeside(tile.size, by) } : tile));
}

export const without = (tiles: readonly Tile[], id: string): readonly Tile[] => tiles.filter((tile) => tile.id !== id);

/** In place of the one of its id, or at `at`, or at the end. */
export function withTile(tiles: readonly Tile[], tile: Tile, at = tiles.length): readonly Tile[] {
  if (tiles.some(({ id }) => id === tile.id)) return tiles.map((each) => (each.id === tile.id ? tile : each));
  return tiles.toSpliced(at, 0, tile);
}

/** An id no tile of the board has: `crypto.randomUUID` is missing where there is no HTTPS. */
export function freshTileId(tiles: readonly Tile[]): string {
  const taken = new Set(tiles.map(({ id }) => id));
  let number = tiles.length + 1;
  while (taken.has(`t${number}`)) number += 1;
  return `t${number}`;
}
