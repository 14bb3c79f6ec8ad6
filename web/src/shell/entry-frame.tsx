/** The frame of the pages before sign-in: the mark, the page in the middle, language and theme at the foot. */
import type { ComponentChildren } from 'preact';
import { t } from '../i18n/language.ts';
import { setupState } from '../state/setup-state.ts';
import { Mark } from './brand.tsx';
import { LanguageSelect, ThemeSeg } from './preferences.tsx';

export function EntryFrame({
  title,
  lead,
  width = 'narrow',
  children,
}: {
  title: string;
  lead?: string | undefined;
  width?: 'narrow' | 'medium' | 'wide' | undefined;
  children: ComponentChildren;
}) {
  const setup = setupState.state.value;
  return (
    <div class="entry">
      <main id="main" class={`entry-box ${width}`}>
        <header class="entry-head">
          <Mark />
          <div>
            <h1 tabIndex={-1}>{title}</h1>
            {lead !== undefined && <p>{lead}</p>}
          </div>
        </header>
        {children}
      </main>
      <footer class="entry-foot">
        <LanguageSelect />
        <ThemeSeg />
        {setup.kind === 'ready' && (
          <span class="muted num">
            {location.hostname} · {t('entry.version', { version: setup.value.version })}
          </span>
        )}
      </footer>
    </div>
  );
}
