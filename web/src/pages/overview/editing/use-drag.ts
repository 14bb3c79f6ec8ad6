/** Dragging tiles with a mouse or pen: the others make room as it passes. Fingers scroll, and have buttons. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Tile } from '../../../../../hub/contract/board.ts';
import { changeTiles } from './board-draft.ts';
import { moveOver } from './tile-list.ts';

/** Less is a press that trembled. */
const BEGIN_PX = 6;

export interface Drag {
  /** The tile being dragged. */
  readonly id: string | null;
  begin(event: PointerEvent, id: string): void;
}

export function useDrag(tiles: readonly Tile[]): Drag {
  const id = useSignal<string | null>(null);
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);

  const begin = (event: PointerEvent, tileId: string): void => {
    if (event.pointerType === 'touch' || event.button !== 0) return;
    event.preventDefault();
    const before = tiles;
    const { clientX, clientY } = event;
    let lastOver = tileId;
    stop.current?.abort();
    const listening = new AbortController();
    stop.current = listening;
    const end = (): void => {
      id.value = null;
      listening.abort();
    };
    const move = ({ clientX: x, clientY: y }: PointerEvent): void => {
      if (id.value === null && Math.hypot(x - clientX, y - clientY) < BEGIN_PX) return;
      id.value = tileId;
      const over = tileAt(x, y);
      // once passed, a tile is not passed again before the pointer has left it: a large one would jump to and fro
      if (over !== undefined && over !== lastOver && over !== tileId) changeTiles((now) => moveOver(now, tileId, over));
      lastOver = over ?? '';
    };
    const options = { signal: listening.signal };
    // on the window: the tile itself may be taken out and put elsewhere while it is dragged
    addEventListener('pointermove', move, options);
    addEventListener('pointerup', end, options);
    addEventListener('pointercancel', end, options);
    addEventListener(
      'keydown',
      (pressed) => {
        if (pressed.key !== 'Escape') return;
        pressed.stopPropagation();
        changeTiles(() => before);
        end();
      },
      { ...options, capture: true },
    );
  };
  return { id: id.value, begin };
}

function tileAt(x: number, y: number): string | undefined {
  return document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-tile]')?.dataset.tile;
}
