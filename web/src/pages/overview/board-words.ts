/** What the hub called things in English before anybody gave them a name, in the language of the reader. */
import type { Board, Tile } from '../../../../hub/contract/board.ts';
import type { WidgetSpec, WidgetType } from '../../../../hub/contract/widget.ts';
import { OVERVIEW_ID } from '../../board-paths.ts';
import { t } from '../../i18n/language.ts';
import { metricLabel } from '../../parts/metric.ts';

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
  return tile.widget === undefined ? tile : { ...tile, widget: { ...tile.widget, name: nameInWords(tile.widget) } };
}

/** "temperature · Greenhouse" is "Température · Greenhouse"; what devices and people named stays as it is. */
function nameInWords({ type, name, metric, options }: WidgetSpec): string {
  const generated = GENERATED.find((each) => each === type);
  if (generated !== undefined) return t(`widget.type.${generated}`);
  const named = type === 'chart' ? options?.series?.[0]?.metric : metric;
  const isNamedSo = named !== undefined && (name === named || name.startsWith(`${named} · `));
  return isNamedSo ? `${metricLabel(named)}${name.slice(named.length)}` : name;
}
