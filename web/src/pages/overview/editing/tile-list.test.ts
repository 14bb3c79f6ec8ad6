import { describe, expect, it } from 'vitest';
import type { Tile } from '../../../../../hub/contract/board.ts';
import { freshTileId, moveBy, moveOver, resizeBy, without, withTile } from './tile-list.ts';

const tiles: readonly Tile[] = ['a', 'b', 'c', 'd'].map((id) => ({ id, size: 'S', widgetId: id }));
const ids = (list: readonly Tile[]) => list.map(({ id }) => id).join('');

describe('the tiles of a board', () => {
  it('move by one place, and no further than the ends', () => {
    expect([ids(moveBy(tiles, 'b', 1)), ids(moveBy(tiles, 'b', -1))]).toEqual(['acbd', 'bacd']);
    expect([moveBy(tiles, 'a', -1), moveBy(tiles, 'd', 1), moveBy(tiles, 'x', 1)]).toEqual([tiles, tiles, tiles]);
  });

  it('take the place of the one they are dragged over', () => {
    expect([ids(moveOver(tiles, 'a', 'c')), ids(moveOver(tiles, 'd', 'b'))]).toEqual(['bcad', 'adbc']);
    expect(moveOver(tiles, 'a', 'x')).toBe(tiles);
  });

  it('have four sizes', () => {
    const sizes = (list: readonly Tile[]) => list.map(({ size }) => size).join(' ');
    expect(sizes(resizeBy(tiles, 'b', 1))).toBe('S M S S');
    expect(sizes(resizeBy(tiles, 'b', -1))).toBe('S S S S');
  });

  it('come back where they were', () => {
    const [, second] = tiles;
    if (second === undefined) throw new Error('four tiles');
    expect(ids(withTile(without(tiles, 'b'), second, 1))).toBe('abcd');
    expect(withTile(tiles, { ...second, size: 'XL' })[1]?.size).toBe('XL');
  });

  it('get ids of their own', () => {
    const one: Tile = { id: 't2', size: 'S', widgetId: 'x' };
    expect(freshTileId([one])).toBe('t3');
    expect(freshTileId([])).toBe('t1');
  });
});
