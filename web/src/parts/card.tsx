/** The surfaces: a card with its heading, the head of a page, tabs that are links. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';

export interface CardProps {
  title?: string | undefined;
  icon?: IconName | undefined;
  /** At the right end of the heading. */
  end?: ComponentChildren;
  children: ComponentChildren;
  class?: string | undefined;
}

export function Card({ title, icon, end, children, class: extra = '' }: CardProps) {
  return (
    <section class={`card ${extra}`} aria-label={title}>
      {(title !== undefined || end !== undefined) && (
        <header>
          {icon !== undefined && <Icon name={icon} />}
          {title !== undefined && <h2>{title}</h2>}
          {end !== undefined && <span class="end">{end}</span>}
        </header>
      )}
      {children}
    </section>
  );
}

/** First thing on every page inside the shell; its heading takes the focus after a change of page. */
export function PageHead({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="top">
      <h1 class="title" tabIndex={-1}>
        {title}
      </h1>
      {children}
    </div>
  );
}

export interface Tab {
  href: string;
  label: string;
  isCurrent: boolean;
  count?: number | undefined;
}

export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const nav = useRef<HTMLElement>(null);
  const current = tabs.find(({ isCurrent }) => isCurrent)?.href;
  // On a phone the row may be longer than the screen.
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current]);
  return (
    <nav class="tabs" aria-label={label} ref={nav}>
      {tabs.map((tab) => (
        <a key={tab.href} href={tab.href} aria-current={tab.isCurrent ? 'page' : undefined}>
          {tab.label}
          {tab.count !== undefined && <span class="tag num">{tab.count}</span>}
        </a>
      ))}
    </nav>
  );
}
