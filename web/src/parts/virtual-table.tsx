/** A table that keeps only the visible rows in the page, scrolls with it, and is walked with j, k and Enter. */
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useShortcut } from './shortcuts.ts';
import { type RowWindow, rowWindow } from './virtual-window.ts';

interface VirtualTableProps {
  label: string;
  class: string;
  /** Rows in order; each renders itself from its id, so that a change of one device touches one row. */
  ids: readonly string[];
  /** Pixels, the same for every row: nothing that arrives live can move what is below. */
  rowHeight: number;
  /** The column headers. */
  header: ComponentChildren;
  row: (id: string) => ComponentChildren;
}

export function VirtualTable({ label, class: className, ids, rowHeight, header, row }: VirtualTableProps) {
  const body = useRef<HTMLDivElement>(null);
  const { first, end, before, after } = useRowWindow(body, ids.length, rowHeight);
  useRowKeys(body, ids, rowHeight);
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows become two-line cards on phones, where a <table> cannot follow
    <div class={`vt ${className}`} role="table" aria-label={label} aria-rowcount={ids.length + 1}>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="rowgroup" class="vt-head">
        {/* biome-ignore lint/a11y/useSemanticElements: see above */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: the buttons in the headers take the focus */}
        <div role="row" class="vt-row" aria-rowindex={1}>
          {header}
        </div>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="rowgroup" ref={body} style={{ padding: `${before}px 0 ${after}px` }}>
        {ids.slice(first, end).map((id, at) => (
          // biome-ignore lint/a11y/useSemanticElements: see above
          // biome-ignore lint/a11y/useFocusableInteractive: the link in the row takes the focus
          <div
            role="row"
            class="vt-row"
            key={id}
            data-id={id}
            aria-rowindex={first + at + 2}
            style={{ height: `${rowHeight}px` }}
          >
            {row(id)}
          </div>
        ))}
      </div>
    </div>
  );
}

export function Cell({ class: className, children }: { class: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see VirtualTable
    <span role="cell" class={className}>
      {children}
    </span>
  );
}

interface ColumnProps {
  class: string;
  /** How the column is sorted; undefined when it cannot be. */
  sorted?: 'ascending' | 'descending' | 'none';
  children: ComponentChildren;
}

export function Column({ class: className, sorted, children }: ColumnProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see VirtualTable
    // biome-ignore lint/a11y/useFocusableInteractive: the button in it takes the focus
    <span role="columnheader" class={className} aria-sort={sorted}>
      {children}
    </span>
  );
}

function useRowWindow(body: RefObject<HTMLElement | null>, count: number, rowHeight: number): RowWindow {
  const [view, setView] = useState({ scrolled: 0, visible: 0 });
  useEffect(() => {
    let frame = 0;
    const measure = (): void => {
      frame = 0;
      const top = body.current?.getBoundingClientRect().top ?? 0;
      // whole rows only: scrolling inside a row renders nothing
      const scrolled = Math.floor(-top / rowHeight) * rowHeight;
      setView((known) =>
        known.scrolled === scrolled && known.visible === innerHeight ? known : { scrolled, visible: innerHeight },
      );
    };
    const soon = (): void => {
      if (frame === 0) frame = requestAnimationFrame(measure);
    };
    measure();
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
    };
  }, [body, rowHeight]);
  return rowWindow({ ...view, rowHeight, count });
}

/** j and k move the focus from row to row, also to rows that are not in the page yet; Enter follows the row's link. */
function useRowKeys(body: RefObject<HTMLElement | null>, ids: readonly string[], rowHeight: number): void {
  const move = (step: number): void => {
    const rows = body.current;
    if (rows === null || ids.length === 0) return;
    const here = document.activeElement?.closest<HTMLElement>('[data-id]')?.dataset['id'];
    const from = here === undefined ? -1 : ids.indexOf(here);
    const to = from === -1 ? 0 : Math.min(Math.max(from + step, 0), ids.length - 1);
    bringIntoView(rows, to, rowHeight);
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const row = [...rows.querySelectorAll<HTMLElement>('[data-id]')].find(
          ({ dataset }) => dataset['id'] === ids[to],
        );
        row?.querySelector('a')?.focus({ preventScroll: true });
      }),
    );
  };
  useShortcut('j', () => move(1));
  useShortcut('k', () => move(-1));
}

/** Room kept above and below the focused row, for bars that stick there. */
const EDGE_PX = 96;

function bringIntoView(rows: HTMLElement, at: number, rowHeight: number): void {
  const top = rows.getBoundingClientRect().top + at * rowHeight;
  if (top < EDGE_PX) scrollBy({ top: top - EDGE_PX, behavior: 'instant' });
  else if (top + rowHeight > innerHeight - EDGE_PX) {
    scrollBy({ top: top + rowHeight - innerHeight + EDGE_PX, behavior: 'instant' });
  }
}
