/** The head of a board: its name, the others, and what can be done with it. */
import { useSignal } from '@preact/signals';
import type { Board } from '../../../../hub/contract/board.ts';
import { boardPath, OVERVIEW_ID } from '../../board-paths.ts';
import { t } from '../../i18n/language.ts';
import { attempt } from '../../parts/attempt.ts';
import { Button } from '../../parts/button.tsx';
import { PageHead } from '../../parts/card.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Menu, MenuItem, MenuLink } from '../../parts/menu.tsx';
import { toast } from '../../parts/toast.tsx';
import { navigate } from '../../router.ts';
import { may } from '../../session.ts';
import { createBoard, mayChange, patchBoard, removeBoard, restoreBoard } from '../../state/boards.ts';
import { titleOf } from './board-words.ts';
import { beginEditing } from './editing/board-draft.ts';
import { NameDialog } from './name-dialog.tsx';

interface BoardBarProps {
  board: Board;
  boards: readonly Board[];
}

export function BoardBar({ board, boards }: BoardBarProps) {
  return (
    <PageHead title={titleOf(board)}>
      {boards.length > 1 && <BoardTabs board={board} boards={boards} />}
      <span class="grow" />
      {mayChange(board) && (
        <Button class="icon-s" icon="pencil" onClick={() => beginEditing(board)}>
          {t('board.edit')}
        </Button>
      )}
      <BoardMenu board={board} />
    </PageHead>
  );
}

function BoardTabs({ board, boards }: BoardBarProps) {
  return (
    <nav class="seg boards" aria-label={t('board.all')}>
      {boards.map((each) => (
        <a key={each.id} href={boardPath(each.id)} aria-current={each.id === board.id ? 'page' : undefined}>
          {!each.shared && <Icon name="lock" />}
          {titleOf(each)}
          {!each.shared && <span class="vh"> ({t('board.private')})</span>}
        </a>
      ))}
    </nav>
  );
}

function BoardMenu({ board }: { board: Board }) {
  const dialog = useSignal<'new' | 'rename' | null>(null);
  const close = (): void => {
    dialog.value = null;
  };
  const make = async (body: Parameters<typeof createBoard>[0]): Promise<void> => {
    const made = await createBoard(body);
    navigate(boardPath(made.id));
    if (made.tiles.length === 0) beginEditing(made);
  };
  const copy = () =>
    attempt(() => make({ name: t('board.copyName', { name: titleOf(board) }).slice(0, 64), tiles: board.tiles }));
  const share = (shared: boolean) =>
    attempt(async () => {
      await patchBoard(board, { shared });
      toast({ kind: 'ok', text: t(shared ? 'board.nowShared' : 'board.nowPrivate') });
    });
  const isOverview = board.id === OVERVIEW_ID;
  return (
    <>
      <Menu label={t('board.menu')} button={<Icon name="ellipsis" />}>
        <MenuItem
          icon="plus"
          onClick={() => {
            dialog.value = 'new';
          }}
        >
          {t('board.new')}
        </MenuItem>
        <MenuItem icon="copy" onClick={() => void copy()}>
          {t('board.copy')}
        </MenuItem>
        {mayChange(board) && (
          <MenuItem
            icon="pencil"
            onClick={() => {
              dialog.value = 'rename';
            }}
          >
            {t('board.rename')}
          </MenuItem>
        )}
        {mayChange(board) && !isOverview && may('boards.manage') && (
          <MenuItem icon={board.shared ? 'lock' : 'users'} onClick={() => void share(!board.shared)}>
            {t(board.shared ? 'board.unshare' : 'board.share')}
          </MenuItem>
        )}
        {may('pairing.self') && (
          <MenuLink icon="link" href="/pair">
            {t('overview.pairAction')}
          </MenuLink>
        )}
        {mayChange(board) && !board.generated && (
          <MenuItem icon={isOverview ? 'refresh-cw' : 'trash-2'} danger onClick={() => void remove(board)}>
            {t(isOverview ? 'board.regenerate' : 'board.delete')}
          </MenuItem>
        )}
      </Menu>
      {dialog.value === 'new' && (
        <NameDialog title={t('board.new')} name="" onName={(name) => make({ name })} onClose={close} />
      )}
      {dialog.value === 'rename' && (
        <NameDialog
          title={t('board.rename')}
          name={titleOf(board)}
          onName={async (name) => void (await patchBoard(board, { name }))}
          onClose={close}
        />
      )}
    </>
  );
}

async function remove(board: Board): Promise<void> {
  await attempt(async () => {
    await removeBoard(board);
    if (board.id !== OVERVIEW_ID) navigate('/');
    const undo = async (): Promise<void> => {
      const back = await restoreBoard(board);
      navigate(boardPath(back.id));
    };
    toast({ text: t('board.deleted', { name: titleOf(board) }), undo: () => void attempt(undo) });
  });
}
