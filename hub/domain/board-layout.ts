/** Which sizes and order leave no hole on a board: tiles flow row by row into the first gap that takes them, as in the app. */
import type { Tile, TileSize } from '../contract/board.ts';

/** The grid in units of the smallest tile: so many columns, and columns × rows of each size. */
const COLUMNS = 4;
const SPANS: Readonly<Record<TileSize, readonly [number, number]>> = { S: [1, 1], M: [1, 2], L: [2, 2], XL: [4, 2] };
/** A last tile may come so many places earlier, where that fills a row. */
const EARLIER_MAX = 4;
/** Small tiles that may be made taller for it. */
const TALLER_MAX = 3;

/** Cells without a tile, down to the end of the last one. */
export function holesOf(sizes: readonly TileSize[]): number {
  const taken: boolean[] = [];
  let rows = 0;
  for (const size of sizes) {
    const [width, height] = SPANS[size];
    const cells = Array.from({ length: width * height }, (_, n) => Math.floor(n / width) * COLUMNS + (n % width));
    let at = 0;
    while ((at % COLUMNS) + width > COLUMNS || cells.some((cell) => taken[at + cell] === true)) at += 1;
    for (const cell of cells) taken[at + cell] = true;
    rows = Math.max(rows, Math.floor(at / COLUMNS) + height);
  }
  return rows * COLUMNS - taken.filter(Boolean).length;
}

interface Parts {
  /** Left out where the board is full without it; at most one. */
  readonly chart: readonly Tile[];
  readonly fixed: readonly Tile[];
  readonly values: readonly Tile[];
  /** Of whatever size is left, near the end. */
  readonly last: Tile;
  /** A row of its own at the end, or half of one where that costs less than what else would be given up. */
  readonly closing: Tile;
  readonly halfClosingCost: number;
}

/** What is given up for a full board: the chart, the right size of the last tile, the right height of small ones. */
const NO_CHART_COST = 3;
const LAST_COSTS: Readonly<Record<TileSize, number>> = { M: 0, L: 1, S: 4, XL: 5 };
const CHOICES = [true, false].flatMap((hasChart) =>
  (['M', 'L', 'S', 'XL'] as const).flatMap((last) =>
    (['XL', 'L'] as const).flatMap((closing) =>
      Array.from({ length: TALLER_MAX + 1 }, (_, taller) => ({ hasChart, last, closing, taller })),
    ),
  ),
);

/** The cheapest arrangement without a hole; of those with holes the one with the fewest. */
export function arranged(parts: Parts): readonly Tile[] {
  const { chart, fixed, values, halfClosingCost } = parts;
  const costOf = ({ hasChart, last, closing, taller }: (typeof CHOICES)[number]): number =>
    (hasChart ? 0 : NO_CHART_COST) + LAST_COSTS[last] + (closing === 'L' ? halfClosingCost : 0) + taller;
  const choices = CHOICES.toSorted((a, b) => costOf(a) - costOf(b));
  let best: { tiles: readonly Tile[]; holes: number } | undefined;
  for (const { hasChart, last, closing, taller } of choices) {
    const grown = withTaller(values, taller);
    for (let earlier = 0; earlier <= Math.min(EARLIER_MAX, values.length); earlier += 1) {
      const middle = grown.toSpliced(values.length - earlier, 0, { ...parts.last, size: last });
      const tiles = [...(hasChart ? chart : []), ...fixed, ...middle, { ...parts.closing, size: closing }];
      const holes = holesOf(tiles.map(({ size }) => size));
      if (holes === 0) return tiles;
      if (best === undefined || holes < best.holes) best = { tiles, holes };
    }
  }
  return best?.tiles ?? [];
}

/** A line has use for the height, a switch has not. */
function withTaller(tiles: readonly Tile[], count: number): Tile[] {
  const small = tiles.filter(({ size }) => size === 'S');
  const isLine = ({ widget }: Tile): boolean => widget?.type === 'value-spark';
  const taller = [...small.filter(isLine), ...small.filter((tile) => !isLine(tile))].slice(0, count);
  return tiles.map((tile) => (taller.includes(tile) ? { ...tile, size: 'M' } : tile));
}
