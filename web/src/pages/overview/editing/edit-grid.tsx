/** The board while it is edited: every tile can be moved, sized, changed and taken away, by mouse, keys or fingers. */
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Tile } from '../../../../../hub/contract/board.ts';
import type { WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { t } from '../../../i18n/language.ts';
import { IconButton } from '../../../parts/button.tsx';
import { Icon, type IconName } from '../../../parts/icon.tsx';
import { Menu, MenuItem } from '../../../parts/menu.tsx';
import { toast } from '../../../parts/toast.tsx';
import { PHONE, useMedia } from '../../../parts/use-media.ts';
import { TileView } from '../tile-view.tsx';
import { TILE_AREA } from '../widgets/tile-frame.tsx';
import { changeTiles } from './board-draft.ts';
import { moveBy, resizeBy, without, withTile } from './tile-list.ts';
import { useDrag } from './use-drag.ts';

interface EditGridProps {
  tiles: readonly Tile[];
  specOf: (tile: Tile) => WidgetSpec | undefined;
  onEdit: (tile: Tile) => void;
}

type Act = 'earlier' | 'later' | 'smaller' | 'larger' | 'edit' | 'remove';
const ACTS: readonly { act: Act; icon: IconName }[] = [
  { act: 'earlier', icon: 'arrow-left' },
  { act: 'later', icon: 'arrow-right' },
  { act: 'smaller', icon: 'minimize' },
  { act: 'larger', icon: 'maximize' },
  { act: 'edit', icon: 'pencil' },
  { act: 'remove', icon: 'trash-2' },
];

export function EditGrid({ tiles, specOf, onEdit }: EditGridProps) {
  const grid = useRef<HTMLDivElement>(null);
  const said = useSignal('');
  const isPhone = useMedia(PHONE);
  const drag = useDrag(tiles);
  const focusOn = useRef<string | null>(null);
  // a tile that changes its place loses the focus on the way
  useLayoutEffect(() => {
    if (focusOn.current === null) return;
    grid.current?.querySelector<HTMLElement>(focusOn.current)?.focus();
    focusOn.current = null;
  }, [tiles]);
  const nameOf = (tile: Tile): string => specOf(tile)?.name ?? t('widget.unknownName');

  const perform = (tile: Tile, act: Act): void => {
    const at = tiles.indexOf(tile);
    if (act === 'edit') onEdit(tile);
    else if (act === 'remove') remove(tile, at);
    else {
      const isMove = act === 'earlier' || act === 'later';
      const by = act === 'earlier' || act === 'smaller' ? -1 : 1;
      const next = isMove ? moveBy(tiles, tile.id, by) : resizeBy(tiles, tile.id, by);
      focusOn.current = `[data-tile="${CSS.escape(tile.id)}"] ${isPhone ? 'button' : `button[value="${act}"]`}`;
      changeTiles(() => next);
      const place = { at: next.findIndex(({ id }) => id === tile.id) + 1, count: next.length };
      const size = next.find(({ id }) => id === tile.id)?.size ?? tile.size;
      said.value = isMove
        ? t('board.said.moved', { name: nameOf(tile), ...place })
        : t('board.said.sized', { name: nameOf(tile), size: t(`board.size.${size}`) });
    }
  };
  const remove = (tile: Tile, at: number): void => {
    changeTiles((now) => without(now, tile.id));
    const undo = () => changeTiles((now) => withTile(now, tile, at));
    toast({ text: t('board.said.removed', { name: nameOf(tile) }), undo });
    const neighbour = tiles[at + 1] ?? tiles[at - 1];
    if (neighbour !== undefined) focusOn.current = `[data-tile="${CSS.escape(neighbour.id)}"] button`;
  };

  return (
    <div class={`grid tiles-grid editing ${drag.id === null ? '' : 'dragged'}`} ref={grid}>
      <p class="vh" role="status">
        {said.value}
      </p>
      {tiles.map((tile) => (
        <div
          key={tile.id}
          data-tile={tile.id}
          class={`edit-tile ${TILE_AREA[tile.size]} ${drag.id === tile.id ? 'dragging' : ''}`}
        >
          <div class="edit-content" inert>
            <TileView tile={tile} spec={specOf(tile)} onRepair={null} />
          </div>
          <div class="edit-cover" aria-hidden="true" onPointerDown={(event) => drag.begin(event, tile.id)}>
            {!isPhone && <Icon name="grip-vertical" />}
          </div>
          <Tools name={nameOf(tile)} isPhone={isPhone} onAct={(act) => perform(tile, act)} />
        </div>
      ))}
    </div>
  );
}

function Tools({ name, isPhone, onAct }: { name: string; isPhone: boolean; onAct: (act: Act) => void }) {
  if (isPhone) {
    return (
      <div class="edit-tools">
        <Menu label={t('board.tile.menu', { name })} button={<Icon name="ellipsis" />}>
          {ACTS.map(({ act, icon }) => (
            <MenuItem key={act} icon={icon} danger={act === 'remove'} onClick={() => onAct(act)}>
              {t(`board.tile.${act}`)}
            </MenuItem>
          ))}
        </Menu>
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out inline in every browser we support
    <div class="edit-tools" role="group" aria-label={name}>
      {ACTS.map(({ act, icon }) => (
        <IconButton
          key={act}
          icon={icon}
          kind="ghost"
          size="sm"
          label={t('common.labelled', { label: t(`board.tile.${act}`), text: name })}
          onClick={() => onAct(act)}
          more={{ value: act }}
        />
      ))}
    </div>
  );
}
