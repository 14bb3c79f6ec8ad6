/** A board while it is changed: nothing is stored before Done, and Done asks when somebody else was quicker. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Board, Tile } from '../../../../../hub/contract/board.ts';
import { BOARD_TILES_MAX } from '../../../../../hub/contract/limits.ts';
import type { WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { boardPath } from '../../../board-paths.ts';
import { ApiProblem } from '../../../http.ts';
import { t } from '../../../i18n/language.ts';
import { attempt } from '../../../parts/attempt.ts';
import { Button } from '../../../parts/button.tsx';
import { PageHead } from '../../../parts/card.tsx';
import { useShortcut } from '../../../parts/shortcuts.ts';
import { toast } from '../../../parts/toast.tsx';
import { navigate } from '../../../router.ts';
import { fetchBoard, saveTiles } from '../../../state/boards.ts';
import { titleOf } from '../board-words.ts';
import { type BoardDraft, beginEditing, changeTiles, endEditing, hasUnsaved } from './board-draft.ts';
import { EditGrid } from './edit-grid.tsx';
import { StaleDialog } from './stale-dialog.tsx';
import { freshTileId, withTile } from './tile-list.ts';
import { type Chosen, WidgetSheet } from './widget-sheet.tsx';

interface BoardEditorProps {
  draft: BoardDraft;
  specOf: (tile: Tile) => WidgetSpec | undefined;
  /** A tile to be edited at once: the one that shows nothing any more. */
  firstEdited: string | null;
}

export function BoardEditor({ draft, specOf, firstEdited }: BoardEditorProps) {
  const { base, tiles } = draft;
  const sheet = useSignal<Tile | 'new' | null>(tiles.find(({ id }) => id === firstEdited) ?? null);
  const isSaving = useSignal(false);
  const theirs = useSignal<Board | null>(null);
  useUnsavedGuard(base);
  useFocus();
  useShortcut('Escape', () => leave(draft));

  const save = async (over: Board): Promise<void> => {
    isSaving.value = true;
    await attempt(async () => {
      const stale = await stored(over, tiles);
      theirs.value = stale;
      if (stale !== null) return;
      endEditing();
      toast({ kind: 'ok', text: t('board.saved') });
    });
    isSaving.value = false;
  };
  const choose = ({ widget, size }: Chosen): void => {
    const { value } = sheet;
    const id = value === null || value === 'new' ? freshTileId(tiles) : value.id;
    changeTiles((now) => withTile(now, { id, size, widget }));
    sheet.value = null;
  };
  return (
    <>
      <PageHead title={t('board.editing', { name: titleOf(base) })}>
        <span class="grow" />
        <Button
          icon="plus"
          disabled={tiles.length >= BOARD_TILES_MAX}
          onClick={() => {
            sheet.value = 'new';
          }}
        >
          {t('board.add')}
        </Button>
        <Button onClick={() => leave(draft)}>{t('common.cancel')}</Button>
        <Button kind="primary" icon="check" busy={isSaving.value} onClick={() => void save(base)}>
          {t('common.done')}
        </Button>
      </PageHead>
      {tiles.length === 0 && <p class="card notice">{t('board.emptyEditing')}</p>}
      <EditGrid
        tiles={tiles}
        specOf={specOf}
        onEdit={(tile) => {
          sheet.value = tile;
        }}
      />
      {sheet.value !== null && (
        <WidgetSheet
          tile={chosenOf(sheet.value, specOf)}
          onDone={choose}
          onClose={() => {
            sheet.value = null;
          }}
        />
      )}
      {theirs.value !== null && (
        <StaleDialog
          theirs={theirs.value}
          onReload={() => {
            endEditing();
          }}
          onOverwrite={(newest) => save(newest)}
          onClose={() => {
            theirs.value = null;
          }}
        />
      )}
    </>
  );
}

/** What was changed is thrown away, and can be taken up again. */
function leave({ base, tiles }: BoardDraft): void {
  const hadChanges = hasUnsaved();
  endEditing();
  if (!hadChanges) return;
  toast({
    text: t('board.discarded'),
    undo() {
      beginEditing(base);
      changeTiles(() => tiles);
    },
  });
}

/** The key that opens the editor, and the one that leaves it, take what had the focus away. */
function useFocus(): void {
  useEffect(() => {
    focusIfLost('.edit-tools button:not(:disabled)');
    return () => void setTimeout(() => focusIfLost('h1.title'));
  }, []);
}

function focusIfLost(selector: string): void {
  if (document.activeElement === document.body) document.querySelector<HTMLElement>(selector)?.focus();
}

function chosenOf(tile: Tile | 'new', specOf: BoardEditorProps['specOf']): Chosen | null {
  if (tile === 'new') return null;
  const widget = specOf(tile);
  return widget === undefined ? null : { widget, size: tile.size };
}

/** Null: stored. Otherwise the board as somebody else has made it meanwhile. */
async function stored(over: Board, tiles: readonly Tile[]): Promise<Board | null> {
  try {
    await saveTiles(over, tiles);
    return null;
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'BOARD_STALE') throw error;
    return fetchBoard(over.id);
  }
}

/** Closing the window asks; another page of the app keeps the draft, and says where it is. */
function useUnsavedGuard(base: Board): void {
  const path = useRef(boardPath(base.id)).current;
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent): void => {
      if (hasUnsaved()) event.preventDefault();
    };
    addEventListener('beforeunload', guard);
    return () => {
      removeEventListener('beforeunload', guard);
      if (!hasUnsaved()) return;
      toast({
        text: t('board.unsaved', { name: titleOf(base) }),
        undo: () => navigate(path),
        undoLabel: t('board.unsavedBack'),
      });
    };
  }, [path]);
}
