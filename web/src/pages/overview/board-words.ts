/** What the hub called things in English before anybody gave them a name, in the language of the reader. */
import type { Board, Tile } from '../../../../hub/contract/board.ts';
import type { WidgetType } from '../../../../hub/contract/widget.ts';
import { OVERVIEW_ID } from '../../board-paths.ts';
import { t } from '../../i18n/language.ts';

/** As the hub names the board and the tiles it generates. */
const OVERVIEW_NAME = 'Overview';
const GENERATED = ['pulse-wall', 'leaderboard', 'events'] as const satisfies readonly WidgetType[];

export function titleOf({ id, name }: Pick<Board, 'id' | 'name'>): string {
  return id === OVERVIEW_ID && name === OVERVIEW_NAME ? t('overview.title') : name;
}

export function inWords(board: Board): Board {
  return board.generated ? { ...board, tiles: board.tiles.map(tileInWords) } : board;
}

function tileInWords(tile: Tile): Tile {
  const type = GENERATED.find((each) => each === tile.widget?.type);
  if (type === undefined || tile.widget === undefined) return tile;
  return { ...tile, widget: { ...tile.widget, name: t(`widget.type.${type}`) } };
}
