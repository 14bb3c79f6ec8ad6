import { expect, it } from 'vitest';
import type { TileSize } from '../contract/board.ts';
import { holesOf } from './board-layout.ts';
import { type BoardDevice, generateTiles, whyNotTiles } from './boards.ts';

const letters = (text: string): TileSize[] =>
  text.split(' ').flatMap((size) => (['S', 'M', 'L', 'XL'] as const).filter((known) => known === size));

it('tiles flow into the first gap that takes them', () => {
  expect(holesOf([])).toBe(0);
  expect(holesOf(letters('L S S S S'))).toBe(0);
  expect(holesOf(letters('L M S S'))).toBe(0);
  expect(holesOf(letters('L S S M'))).toBe(4);
  expect(holesOf(letters('L S M S'))).toBe(0);
  expect(holesOf(letters('S XL'))).toBe(3);
});

const NAMES = ['temperature', 'humidity', 'co2', 'pressure'];
const device = (at: number, metrics: readonly [string, number][], dialect = 'ruche'): BoardDevice => {
  return { id: `d${at}`, name: `Device ${at}`, dialects: [dialect], metrics: new Map(metrics) };
};
/** Simons, devices that measure, with switches, with vital signs. */
function fleets(): BoardDevice[][] {
  const all: BoardDevice[][] = [];
  for (const simons of [0, 1, 3])
    for (const wrists of [0, 1, 2])
      for (const switches of [0, 1, 2])
        for (const values of Array.from({ length: 21 }, (_, count) => count)) {
          const fleet = [
            ...Array.from({ length: simons }, (_, at) => device(at, [], 'simon')),
            ...Array.from({ length: wrists }, (_, at) =>
              device(10 + at, [
                ['heart_rate', 60],
                ['spo2', 98],
              ]),
            ),
            ...Array.from({ length: switches }, (_, at) => device(20 + at, [['v0', 1]])),
            ...Array.from({ length: Math.ceil(values / 4) }, (_, at) =>
              device(
                30 + at,
                NAMES.slice(0, Math.min(4, values - at * 4)).map((name) => [name, 1]),
              ),
            ),
          ];
          if (fleet.length > 0) all.push(fleet);
        }
  return all;
}

it('a generated board has no hole, whatever devices there are', () => {
  const holed = fleets().flatMap((fleet) => {
    const tiles = generateTiles(fleet);
    expect(whyNotTiles(tiles, () => false)).toBeUndefined();
    const sizes = tiles.map(({ size }) => size);
    return holesOf(sizes) === 0 ? [] : [`${sizes.join(' ')}: ${holesOf(sizes)}`];
  });
  expect(holed).toEqual([]);
});
