/** The Explorer: every topic the broker has seen, live, and what one of them says. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { mayRole } from '../../../../hub/contract/permissions.ts';
import { formatNumber } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Button, IconButton, LinkButton } from '../../parts/button.tsx';
import { PageHead } from '../../parts/card.tsx';
import { SearchField } from '../../parts/field.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Menu, MenuItem } from '../../parts/menu.tsx';
import { useShortcut } from '../../parts/shortcuts.ts';
import { Empty, Skeleton, WhenReady } from '../../parts/states.tsx';
import { href, navigate, place, setQuery } from '../../router.ts';
import type { PageProps } from '../../routes.ts';
import { session } from '../../session.ts';
import { DeleteRetained } from './delete-retained.tsx';
import { PublishSheet } from './publish-sheet.tsx';
import { OpenTopic } from './topic-detail.tsx';
import { TopicTree } from './topic-tree.tsx';
import { TrashSheet } from './trash-sheet.tsx';
import {
  heldTopics,
  heldUpdates,
  isPaused,
  leftOut,
  matchesTotal,
  pause,
  reloadTree,
  reveal,
  rows,
  setFilter,
  showArrivals,
  startTree,
  topicsTotal,
  treeLoading,
} from './tree-state.ts';

/** Typing goes to the hub once it pauses. */
const TYPING_MS = 250;

type Over = 'publish' | 'delete' | 'trash' | null;

export function ExplorerPage({ params }: PageProps) {
  const topic = params['topic'];
  const filter = place.value.query.get('q') ?? '';
  const over = useSignal<Over>(null);
  const role = session.value.kind === 'signed-in' ? session.value.user.role : 'viewer';
  useEffect(startTree, []);
  useEffect(() => setFilter(filter), [filter]);
  useEffect(() => {
    if (topic !== undefined) void reveal(topic);
  }, [topic, treeLoading.value.kind]);
  useShortcut(' ', pause);
  useShortcut('p', () => {
    if (mayRole(role, 'topics.publish')) over.value = 'publish';
  });
  const close = () => {
    over.value = null;
  };
  const select = (chosen: string) =>
    navigate(href('/explorer/:topic?', { topic: chosen }, { q: filter === '' ? undefined : filter }));
  return (
    <div class={topic === undefined ? 'explorer' : 'explorer has-topic'}>
      <PageHead title={t('nav.explorer')}>
        <span class="grow" />
        <PausePill />
        {mayRole(role, 'topics.publish') && (
          <Button icon="send" onClick={() => (over.value = 'publish')}>
            {t('explorer.publish')}
          </Button>
        )}
        {mayRole(role, 'retained.delete') && (
          <Menu label={t('common.more')} button={<Icon name="ellipsis" />}>
            <MenuItem icon="trash-2" onClick={() => (over.value = 'delete')}>
              {t('explorer.deleteRetained')}
            </MenuItem>
            <MenuItem icon="undo-2" onClick={() => (over.value = 'trash')}>
              {t('explorer.trash')}
            </MenuItem>
          </Menu>
        )}
      </PageHead>
      <div class="explorer-panes">
        <section class="card tree-pane" aria-label={t('explorer.tree')}>
          <Tools filter={filter} />
          <Tree topic={topic} filter={filter} onSelect={select} />
          <Foot filter={filter} />
        </section>
        <section class="topic-pane" aria-label={t('explorer.topic')}>
          {topic === undefined ? <NoTopic /> : <Topic key={topic} topic={topic} filter={filter} />}
        </section>
      </div>
      {over.value === 'publish' && <PublishSheet topic={topic ?? ''} onClose={close} />}
      {over.value === 'delete' && <DeleteRetained start={filter === '' ? under(topic) : filter} onClose={close} />}
      {over.value === 'trash' && <TrashSheet onClose={close} />}
    </div>
  );
}

/** A filter for a topic and everything below it. */
const under = (topic: string | undefined): string => (topic === undefined ? '' : `"${topic}/#"`);

function Tools({ filter }: { filter: string }) {
  const typed = useSignal(filter);
  useEffect(() => {
    typed.value = filter;
  }, [filter]);
  useEffect(() => {
    const timer = setTimeout(() => typed.value !== filter && setQuery({ q: typed.value }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed.value]);
  return (
    <div class="tree-tools">
      <SearchField
        label={t('explorer.filter')}
        value={typed.value}
        onInput={(text) => {
          typed.value = text;
        }}
      />
      <IconButton
        icon={isPaused.value ? 'play' : 'pause'}
        label={t(isPaused.value ? 'explorer.resume' : 'explorer.pause')}
        pressed={isPaused.value}
        onClick={pause}
      />
    </div>
  );
}

function PausePill() {
  if (!isPaused.value) return null;
  return (
    <button type="button" class="chip num paused" onClick={pause}>
      {t('explorer.paused', { count: heldUpdates.value })}
    </button>
  );
}

interface TreeProps {
  topic: string | undefined;
  filter: string;
  onSelect: (topic: string) => void;
}

function Tree({ topic, filter, onSelect }: TreeProps) {
  return (
    <WhenReady
      loading={treeLoading.value}
      onRetry={() => void reloadTree()}
      skeleton={<Skeleton rows={8} height={22} />}
    >
      {rows.value.length > 0 ? (
        <TopicTree selected={topic} onSelect={onSelect} />
      ) : filter === '' ? (
        <Empty icon="list-tree" title={t('explorer.empty')} text={t('explorer.emptyText')}>
          <LinkButton kind="primary" icon="plug" href="/setup?step=connect">
            {t('explorer.connect')}
          </LinkButton>
        </Empty>
      ) : (
        <Empty
          icon="search"
          title={t('explorer.noMatch', { count: topicsTotal.value })}
          text={t('explorer.filterHelp')}
        >
          <Button onClick={() => setQuery({ q: undefined })}>{t('common.clear')}</Button>
        </Empty>
      )}
    </WhenReady>
  );
}

function Foot({ filter }: { filter: string }) {
  return (
    <footer class="tree-foot">
      <span class="muted num">
        {filter === ''
          ? t('explorer.count', { count: topicsTotal.value })
          : t('explorer.matches', { found: formatNumber(matchesTotal.value), total: formatNumber(topicsTotal.value) })}
      </span>
      {leftOut.value > 0 && <span class="muted num">{t('explorer.leftOut', { count: leftOut.value })}</span>}
      <span class="grow" />
      {heldTopics.value > 0 && (
        <button type="button" class="chip num" onClick={showArrivals}>
          {t('explorer.newTopics', { count: heldTopics.value })}
        </button>
      )}
    </footer>
  );
}

function NoTopic() {
  return (
    <section class="card">
      <Empty icon="list-tree" title={t('explorer.choose')} text={t('explorer.filterHelp')} />
    </section>
  );
}

function Topic({ topic, filter }: { topic: string; filter: string }) {
  return (
    <>
      <div class="topic-head">
        <span class="only-s">
          <LinkButton
            icon="arrow-left"
            size="sm"
            href={href('/explorer', {}, { q: filter === '' ? undefined : filter })}
          >
            {t('explorer.tree')}
          </LinkButton>
        </span>
        <h2 class="mono">{topic}</h2>
      </div>
      <OpenTopic topic={topic} />
    </>
  );
}
