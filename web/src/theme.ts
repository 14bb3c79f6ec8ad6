/** Light or dark: like the device by default, or as chosen; the stylesheets read `data-theme` on the root element. */
import { effect, signal } from '@preact/signals';
import { recall, remember } from './memory.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORED = 'theme';
export const theme = signal<Theme>(THEMES.find((name) => name === recall(STORED)) ?? 'auto');

export function chooseTheme(next: Theme): void {
  theme.value = next;
  remember(STORED, next === 'auto' ? null : next);
}

export function startTheme(): void {
  const prefersLight = matchMedia('(prefers-color-scheme: light)');
  const isLight = signal(prefersLight.matches);
  prefersLight.addEventListener('change', () => {
    isLight.value = prefersLight.matches;
  });
  effect(() => {
    const shown = theme.value === 'auto' ? (isLight.value ? 'light' : 'dark') : theme.value;
    document.documentElement.setAttribute('data-theme', shown);
  });
}
