/** Which language the app speaks, and `t`, which says a sentence in it. English is the source; French must match it. */
import { computed, signal } from '@preact/signals';
import { recall, remember } from '../memory.ts';
import type { Catalog, Key, ParamsOf, PluralForms, Sentence } from './catalog.ts';
import { formatNumber, setFormatLocale } from './format.ts';

export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français' };

export const language = signal<Language>('en');
const catalog = signal<Catalog | null>(null);
const messages = computed(() => new Map<string, string | PluralForms>(Object.entries(catalog.value?.messages ?? {})));
const plurals = computed(() => new Intl.PluralRules(language.value));

const STORED = 'language';

/** What this browser chose before, else what it prefers. */
export function preferredLanguage(): Language {
  const stored = recall(STORED);
  if (isLanguage(stored)) return stored;
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find(isLanguage) ?? 'en';
}

/** Loads the language and says everything in it from then on. */
export async function speak(next: Language): Promise<void> {
  const loaded = next === 'fr' ? (await import('./fr/catalog.ts')).fr : (await import('./en/catalog.ts')).en;
  use(next, loaded);
  remember(STORED, next);
  document.documentElement.lang = next;
}

/** The part of `speak` that needs no browser. */
export function use(next: Language, loaded: Catalog): void {
  setFormatLocale(next);
  language.value = next;
  catalog.value = loaded;
}

/**
 * Says a sentence: `t('devices.shown', { count: 3, total: 48 })`. Numbers are written the way the language writes
 * them; a sentence with plural forms picks its form by `count`.
 */
export function t<K extends Key>(key: K, ...[params]: ParamsOf<K>): string {
  return sayIfKnown(key, params) ?? key;
}

/** `t` for a code of the hub; undefined when this app has no sentence for it: the hub may be newer than an open page. */
export function sayIfKnown(key: string, params: Readonly<Record<string, string | number>> = {}): string | undefined {
  const message = messages.value.get(key);
  if (message === undefined) return undefined;
  const values = new Map(Object.entries(params));
  const text = typeof message === 'string' ? message : pluralForm(message, Number(values.get('count') ?? 0));
  return text.replace(/\{(\w+)\}/g, (placeholder, name) => {
    const value = values.get(name);
    if (value === undefined) return placeholder;
    return typeof value === 'number' ? formatNumber(value) : String(value);
  });
}

/** What an error code means in this language, when it has a sentence for it. */
export function sentenceOf(code: string): Sentence | undefined {
  return catalog.value?.errors[code];
}

export function isLanguage(value: unknown): value is Language {
  return value === 'en' || value === 'fr';
}

function pluralForm(forms: PluralForms, count: number): string {
  return plurals.value.select(count) === 'one' ? forms.one : forms.other;
}
