/** Boards: ordered lists of tiles, each a widget kept by itself or one described inline. */
import { type Static, Type } from 'typebox';
import { BOARD_NAME_LENGTH_MAX, BOARD_TILES_MAX } from './limits.ts';
import { Ms } from './problem.ts';
import { WidgetSpec } from './widget.ts';

/** The board of the hub's first page; generated from what exists until somebody stores it. */
export const OVERVIEW_BOARD = 'overview';
export const TILE_SIZES = ['S', 'M', 'L', 'XL'] as const;
export type TileSize = (typeof TILE_SIZES)[number];

/** Exactly one of `widgetId` and `widget`. */
export const Tile = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 40, description: "Unique on its board; the app's own choice." }),
  size: Type.Enum(TILE_SIZES),
  widgetId: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  widget: Type.Optional(WidgetSpec),
});
export type Tile = Static<typeof Tile>;
const Tiles = Type.Array(Tile, { maxItems: BOARD_TILES_MAX });
const Name = Type.String({ minLength: 1, maxLength: BOARD_NAME_LENGTH_MAX });
const Revision = Type.Integer({ minimum: 0, description: 'Of the board the change was made to; 0: it was generated.' });

export const Board = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    shared: Type.Boolean({ description: 'False: only the person it belongs to sees it.' }),
    owner: Type.Union([Type.String(), Type.Null()]),
    tiles: Tiles,
    revision: Revision,
    generated: Type.Boolean({ description: 'Made from what exists now; storing it makes it stay as it is.' }),
    changedMs: Ms,
    changedBy: Type.Union([Type.String(), Type.Null()]),
  },
  { $id: 'Board' },
);
export type Board = Static<typeof Board>;

export const BoardCreate = Type.Object({
  name: Name,
  shared: Type.Optional(Type.Boolean()),
  tiles: Type.Optional(Tiles),
});
export type BoardCreate = Static<typeof BoardCreate>;
/** The whole board as it shall be, its tiles in their order. */
export const BoardPut = Type.Object({ revision: Revision, name: Name, tiles: Tiles });
export type BoardPut = Static<typeof BoardPut>;
export const BoardPatch = Type.Object({
  revision: Revision,
  name: Type.Optional(Name),
  shared: Type.Optional(Type.Boolean()),
});
export type BoardPatch = Static<typeof BoardPatch>;
