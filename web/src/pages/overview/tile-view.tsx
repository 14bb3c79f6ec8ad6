/** One tile of a board: its widget, or that the widget it names is gone. */
import type { Tile } from '../../../../hub/contract/board.ts';
import type { WidgetSpec } from '../../../../hub/contract/widget.ts';
import { t } from '../../i18n/language.ts';
import { keptWidgets } from '../../state/kept-widgets.ts';
import { TILE_AREA, TileFrame, TileIcon } from './widgets/tile-frame.tsx';
import { WidgetView, type WidgetViewProps } from './widgets/widget-view.tsx';

interface TileViewProps extends Pick<WidgetViewProps, 'onRepair'> {
  tile: Tile;
  spec: WidgetSpec | undefined;
}

export function TileView({ tile, spec, onRepair }: TileViewProps) {
  if (spec !== undefined) return <WidgetView spec={spec} size={tile.size} onRepair={onRepair} />;
  const isLoading = keptWidgets.state.value.kind === 'loading';
  return (
    <TileFrame name={t('widget.unknownName')} icon={<TileIcon name="info" />} class={`gone ${TILE_AREA[tile.size]}`}>
      <p class="muted">{isLoading ? `${t('common.loading')}…` : t('widget.gone')}</p>
    </TileFrame>
  );
}
