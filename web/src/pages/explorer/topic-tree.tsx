/** The tree itself: only the rows in view are in the page, arrows walk it, and nothing moves under the pointer. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatNumber, formatRelative } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Icon } from '../../parts/icon.tsx';
import { PHONE, useMedia } from '../../parts/use-media.ts';
import { rowWindow } from '../../parts/virtual-window.ts';
import { now } from '../../state/now.ts';
import { isMore, type MoreRow, type Row, type TopicRow } from './topic-rows.ts';
import { fetchMore, rows, setPointedAt, toggle } from './tree-state.ts';

const ROW_PX = 28;
/** A finger needs more. */
const ROW_PHONE_PX = 44;
/** Heard within this time: the dot is lit. */
const FRESH_MS = 3_000;
const RECENT_MS = 60_000;

interface TopicTreeProps {
  selected: string | undefined;
  onSelect: (topic: string) => void;
}

export function TopicTree({ selected, onSelect }: TopicTreeProps) {
  const box = useRef<HTMLDivElement>(null);
  const rowPx = useMedia(PHONE) ? ROW_PHONE_PX : ROW_PX;
  const view = useScrolled(box, rowPx);
  const all = rows.value;
  const { first, end, before, after } = rowWindow({ ...view, rowHeight: rowPx, count: all.length });
  const shown = all.slice(first, end);
  const [focused, setFocused] = useState<string | undefined>(undefined);
  // One row takes the focus of the tree: the one that had it, the selected one, or the first.
  const tabStop = [focused, selected].find((topic) => shown.some((row) => keyOf(row) === topic)) ?? keyOf(shown[0]);
  useHold(box);
  const walk = (event: KeyboardEvent): void => {
    const target = step(all, focused ?? tabStop, event.key);
    if (target === undefined) return;
    event.preventDefault();
    if (target.act !== undefined) void toggle(target.act);
    setFocused(target.key);
    focusRow(box.current, { at: all.findIndex((row) => keyOf(row) === target.key), rowPx, key: target.key });
  };
  return (
    <div ref={box} class="topic-tree" role="tree" aria-label={t('explorer.tree')} tabIndex={-1} onKeyDown={walk}>
      <div style={{ padding: `${before}px 0 ${after}px` }}>
        {shown.map((row) =>
          isMore(row) ? (
            <MoreButton key={keyOf(row)} row={row} rowPx={rowPx} />
          ) : (
            <TreeRow
              key={row.node.topic}
              row={row}
              rowPx={rowPx}
              isSelected={row.node.topic === selected}
              isTabStop={row.node.topic === tabStop}
              onFocus={() => setFocused(row.node.topic)}
              onSelect={() => onSelect(row.node.topic)}
            />
          ),
        )}
      </div>
    </div>
  );
}

interface TreeRowProps {
  row: TopicRow;
  rowPx: number;
  isSelected: boolean;
  isTabStop: boolean;
  onFocus: () => void;
  onSelect: () => void;
}

function TreeRow({ row, rowPx, isSelected, isTabStop, onFocus, onSelect }: TreeRowProps) {
  const { node, name, depth, isOpen } = row;
  const { hasChildren, value, messages } = node;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree listens to the keys
    <div
      class={isSelected ? 'tr sel' : 'tr'}
      role="treeitem"
      data-topic={node.topic}
      aria-level={depth + 1}
      aria-expanded={hasChildren ? isOpen : undefined}
      aria-selected={isSelected}
      tabIndex={isTabStop ? 0 : -1}
      style={{ height: `${rowPx}px`, '--d': depth }}
      onFocus={onFocus}
      onClick={onSelect}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys do the same */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a larger way to press what aria-expanded tells */}
      <span
        class={hasChildren ? 'twist' : 'twist none'}
        onClick={(event) => {
          if (!hasChildren) return;
          event.stopPropagation();
          void toggle(node.topic);
        }}
      >
        {hasChildren && <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />}
      </span>
      <span class="mono name">{name === '' ? '∅' : name}</span>
      {value?.retained === true && (
        <span class="pin">
          <Icon name="pin" />
          <span class="vh">{t('explorer.retained')}</span>
        </span>
      )}
      <span class="mono muted grow tval">{value?.preview}</span>
      {messages > 0 && <span class="num muted">{formatNumber(messages)}</span>}
      <Age lastMs={node.lastMs} />
    </div>
  );
}

/** How long ago, as a dot; in words for who points at it or cannot see it. */
function Age({ lastMs }: { lastMs: number | null }) {
  if (lastMs === null) return <span class="age none" />;
  const passedMs = now.value - lastMs;
  const look = passedMs < FRESH_MS ? 'fresh' : passedMs < RECENT_MS ? 'recent' : 'old';
  const words = formatRelative(lastMs, Math.max(now.value, lastMs));
  return (
    <span class={`age ${look}`} title={words}>
      <span class="vh">{words}</span>
    </span>
  );
}

function MoreButton({ row, rowPx }: { row: MoreRow; rowPx: number }) {
  return (
    <button
      type="button"
      class="tr more text-btn"
      style={{ height: `${rowPx}px`, '--d': row.depth }}
      onClick={() => void fetchMore(row.more, row.cursor)}
    >
      {t('explorer.more')}
    </button>
  );
}

const keyOf = (row: Row | undefined): string =>
  row === undefined ? '' : isMore(row) ? `more of ${row.more ?? ''}` : row.node.topic;

/** Where a key leads from a row, and whether it opens or closes one. */
function step(all: readonly Row[], from: string, key: string): { key: string; act?: string } | undefined {
  const at = all.findIndex((row) => keyOf(row) === from);
  const row = all[at];
  const to = (index: number) => {
    const target = all[Math.min(Math.max(index, 0), all.length - 1)];
    return target === undefined ? undefined : { key: keyOf(target) };
  };
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return to(at + 1);
    case 'ArrowUp':
    case 'k':
      return to(at - 1);
    case 'Home':
      return to(0);
    case 'End':
      return to(all.length - 1);
    case 'ArrowRight':
      if (row === undefined || isMore(row) || !row.node.hasChildren) return undefined;
      return row.isOpen ? to(at + 1) : { key: from, act: row.node.topic };
    case 'ArrowLeft':
      if (row === undefined || isMore(row)) return undefined;
      if (row.isOpen) return { key: from, act: row.node.topic };
      return to(all.findLastIndex((one, index) => index < at && one.depth < row.depth));
    default:
      return undefined;
  }
}

function focusRow(box: HTMLElement | null, { at, rowPx, key }: { at: number; rowPx: number; key: string }): void {
  if (box === null || at === -1) return;
  const top = at * rowPx;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + rowPx > box.scrollTop + box.clientHeight) box.scrollTop = top + rowPx - box.clientHeight;
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const row = [...box.querySelectorAll<HTMLElement>('[data-topic]')].find((one) => one.dataset['topic'] === key);
      row?.focus({ preventScroll: true });
    }),
  );
}

function useScrolled(box: { current: HTMLElement | null }, rowPx: number): { scrolled: number; visible: number } {
  const [view, setView] = useState({ scrolled: 0, visible: 0 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => {
      // whole rows only: scrolling inside a row renders nothing
      const scrolled = Math.floor(element.scrollTop / rowPx) * rowPx;
      const visible = element.clientHeight;
      setView((known) => (known.scrolled === scrolled && known.visible === visible ? known : { scrolled, visible }));
    };
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [rowPx]);
  return view;
}

/** New topics wait while somebody points at the tree or walks it. */
function useHold(box: { current: HTMLElement | null }): void {
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const stop = new AbortController();
    const look = (): void => setPointedAt(element.matches(':hover, :focus-within'));
    for (const type of ['pointerenter', 'pointerleave', 'focusin', 'focusout']) {
      // after the event: only then does the page know where pointer and focus are
      element.addEventListener(type, () => setTimeout(look), { signal: stop.signal });
    }
    return () => {
      stop.abort();
      setPointedAt(false);
    };
  }, []);
}
