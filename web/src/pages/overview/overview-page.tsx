/** Boards: the overview, which is generated from what exists until somebody arranges it, and the others. */
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Board, Tile } from '../../../../hub/contract/board.ts';
import type { WidgetSpec } from '../../../../hub/contract/widget.ts';
import { OVERVIEW_ID } from '../../board-paths.ts';
import { t } from '../../i18n/language.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { PageHead } from '../../parts/card.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useShortcut } from '../../parts/shortcuts.ts';
import { Empty, Whenever, WhenReady } from '../../parts/states.tsx';
import type { PageProps } from '../../routes.ts';
import { may } from '../../session.ts';
import { boards, loadBoards, mayChange } from '../../state/boards.ts';
import { demo, loadDemo } from '../../state/demo.ts';
import { devicesLoading, fleet, loadDevices } from '../../state/devices.ts';
import { keptWidgets } from '../../state/kept-widgets.ts';
import { useList } from '../../state/lists.ts';
import { waitingDevices } from '../../state/waiting.ts';
import { useTitle } from '../../title.ts';
import { Beginnings } from './beginnings.tsx';
import { BoardBar } from './board-bar.tsx';
import { inWords, titleOf } from './board-words.ts';
import { DemoBanner } from './demo-banner.tsx';
import { beginEditing, changeTiles, draftOf } from './editing/board-draft.ts';
import { BoardEditor } from './editing/board-editor.tsx';
import { without } from './editing/tile-list.ts';
import { Glance } from './glance.tsx';
import { TileView } from './tile-view.tsx';

/** What others changed, and what new devices bring, is looked for this often. */
const REFRESH_MS = 30_000;

export function OverviewPage({ params }: PageProps) {
  const { id = OVERVIEW_ID } = params;
  useBoards();
  useSignalEffect(() => {
    fleet.ids.value; // a demonstration that has just been paired has made data
    // without an answer the banner is simply not there; the devices say what is wrong
    if (may('demo.run')) loadDemo().catch(() => undefined);
  });
  return (
    <Whenever state={boards.value} onRetry={() => void loadBoards()} skeleton={<Starting />}>
      {(known) => <Shown boards={known} id={id} />}
    </Whenever>
  );
}

function useBoards(): void {
  useEffect(() => {
    const look = (): void => {
      if (!document.hidden) void loadBoards();
    };
    const timer = setInterval(look, REFRESH_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  // at first, and when there are other devices to generate the overview from
  useSignalEffect(() => {
    fleet.ids.value;
    void loadBoards();
  });
}

function Shown({ boards: known, id }: { boards: readonly Board[]; id: string }) {
  const found = known.find((board) => board.id === id);
  useTitle(found === undefined ? null : titleOf(found));
  if (found === undefined) {
    return (
      <>
        <PageHead title={t('overview.title')} />
        <Empty icon="layout-dashboard" title={t('board.unknown')} text={t('board.unknownText')}>
          <LinkButton href="/">{t('board.toOverview')}</LinkButton>
        </Empty>
      </>
    );
  }
  return <OneBoard key={id} board={inWords(found)} boards={known} />;
}

function OneBoard({ board, boards: known }: { board: Board; boards: readonly Board[] }) {
  const draft = draftOf(board.id);
  const firstEdited = useSignal<string | null>(null);
  useKept((draft ?? board).tiles);
  useShortcut('e', () => {
    if (draftOf(board.id) === null && mayChange(board)) beginEditing(board);
  });
  if (draft !== null) return <BoardEditor draft={draft} specOf={specOf} firstEdited={firstEdited.value} />;
  const repair = (tile: Tile) => ({
    edit() {
      firstEdited.value = tile.id;
      beginEditing(board);
    },
    remove() {
      beginEditing(board);
      changeTiles((tiles) => without(tiles, tile.id));
    },
  });
  return (
    <>
      <BoardBar board={board} boards={known} />
      <WaitingNotice />
      <WhenReady loading={devicesLoading.value} onRetry={() => void loadDevices()} skeleton={<GridSkeleton />}>
        <Tiles board={board} onRepair={mayChange(board) ? repair : null} />
      </WhenReady>
    </>
  );
}

type Repair = (tile: Tile) => { edit: () => void; remove: () => void };

function Tiles({ board, onRepair }: { board: Board; onRepair: Repair | null }) {
  const isOverview = board.id === OVERVIEW_ID;
  if (isOverview && board.generated && fleet.ids.value.length === 0 && !demo.value?.hasData) {
    return (
      <>
        <DemoBanner />
        <Beginnings />
      </>
    );
  }
  if (board.tiles.length === 0) return <EmptyBoard board={board} />;
  return (
    <>
      {isOverview && <DemoBanner />}
      <div class="grid tiles-grid">
        {isOverview && <Glance />}
        {board.tiles.map((tile) => (
          <TileView key={tile.id} tile={tile} spec={specOf(tile)} onRepair={onRepair?.(tile) ?? null} />
        ))}
      </div>
    </>
  );
}

function EmptyBoard({ board }: { board: Board }) {
  return (
    <section class="card">
      <Empty icon="layout-dashboard" title={t('board.empty')} text={t('board.emptyText')}>
        {mayChange(board) && (
          <Button kind="primary" icon="pencil" onClick={() => beginEditing(board)}>
            {t('board.edit')}
          </Button>
        )}
      </Empty>
    </section>
  );
}

/** Undefined: the widget it names is not known, or not yet. */
function specOf({ widget, widgetId }: Tile): WidgetSpec | undefined {
  if (widget !== undefined) return widget;
  const kept = keptWidgets.state.value;
  return kept.kind === 'ready' && widgetId !== undefined ? kept.value.get(widgetId) : undefined;
}

/** Widgets kept by themselves are asked for when a tile names one. */
function useKept(tiles: readonly Tile[]): void {
  const isNeeded = tiles.some(({ widgetId }) => widgetId !== undefined);
  useList('widgets', askForWidgets, isNeeded);
}
const askForWidgets = (): void => void keptWidgets.reload();

function WaitingNotice() {
  // the demonstration speaks for itself in its own banner
  const count = waitingDevices.value.filter((device) => !device.demo).length;
  if (count === 0) return null;
  return (
    <p class="card notice">
      <Icon name="plug" />
      <span class="grow">{t('overview.waiting', { count })}</span>
      <LinkButton size="sm" href="/devices">
        {t('overview.waitingShow')}
      </LinkButton>
    </p>
  );
}

const Starting = () => (
  <>
    <PageHead title={t('overview.title')} />
    <GridSkeleton />
  </>
);

/** The same boxes, empty: nothing moves when the values arrive. */
function GridSkeleton() {
  return (
    <div class="grid skeleton" aria-busy="true">
      <span class="vh">{t('common.loading')}</span>
      <i class="w12 h1" />
      <i class="w6 h4" />
      <i class="w6 h4" />
    </div>
  );
}
