/** A small history router: the place as a signal, patterns with params, the query string as shared state. */
import { computed, signal } from '@preact/signals';

export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}
export type Params = Readonly<Record<string, string | undefined>>;

export const place = signal<Place>({ path: '/', query: new URLSearchParams() });
/** Where `place` came from: decides whether the reader starts at the top or where they were. */
let scrollWanted: 'top' | 'keep' | number = 'top';

/** The value of one query field, as a signal: `const search = queryField('q')`. */
export const queryField = (name: string) => computed(() => place.value.query.get(name) ?? '');

/**
 * Matches `/devices/:id/:tab?` against a path. Params are decoded; `undefined` when it does not match.
 * A param whose name ends in `?` may be missing.
 */
export function matchPath(pattern: string, path: string): Params | undefined {
  const wanted = segmentsOf(pattern);
  const found = segmentsOf(path);
  if (found.length > wanted.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const actual = found[index];
    if (!segment.startsWith(':')) {
      if (segment !== actual) return undefined;
    } else if (actual !== undefined) {
      params[segment.replace(/[:?]/g, '')] = decode(actual);
    } else if (!segment.endsWith('?')) {
      return undefined;
    }
  }
  return params;
}

/** Fills a pattern: `href('/devices/:id', { id: 'AA:BB' })` → '/devices/AA%3ABB'. */
export function href(pattern: string, params: Params = {}, query: Params = {}): string {
  const segments = segmentsOf(pattern).map((segment) =>
    segment.startsWith(':') ? encodeURIComponent(params[segment.replace(/[:?]/g, '')] ?? '') : segment,
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(name, value);
  const path = `/${segments.filter((segment) => segment !== '').join('/')}`;
  return search.size > 0 ? `${path}?${search}` : path;
}

export function navigate(to: string, { replace = false } = {}): void {
  const url = new URL(to, location.origin);
  if (url.pathname === place.value.path && url.search === location.search && !replace) return;
  rememberScroll();
  if (replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  const samePage = url.pathname === place.value.path;
  arrive(url, samePage ? 'keep' : 'top');
}

/** Changes fields of the query string in place; an empty value removes the field. Typing does not fill the history. */
export function setQuery(fields: Params): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  history.replaceState(history.state, '', url);
  arrive(url, 'keep');
}

/** Starts following the address bar and every plain link to our own origin. */
export function startRouter(): void {
  history.scrollRestoration = 'manual';
  arrive(new URL(location.href), 'top');
  addEventListener('popstate', (event) => {
    const top: unknown = event.state?.scrollTop;
    arrive(new URL(location.href), typeof top === 'number' ? top : 'top');
  });
  addEventListener('click', (event) => {
    const to = ownLink(event);
    if (to === undefined) return;
    event.preventDefault();
    navigate(to);
  });
}

/** Called by the route view once the new page is there. */
export function restoreScroll(): void {
  if (scrollWanted === 'keep') return;
  scrollTo({ top: scrollWanted === 'top' ? 0 : scrollWanted, behavior: 'instant' });
}

function arrive(url: URL, scroll: typeof scrollWanted): void {
  scrollWanted = scroll;
  place.value = { path: url.pathname, query: url.searchParams };
}

function rememberScroll(): void {
  history.replaceState({ scrollTop: scrollY }, '');
}

function ownLink(event: MouseEvent): string | undefined {
  if (event.defaultPrevented || event.button !== 0) return undefined;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || link.origin !== location.origin || link.target !== '' || link.hasAttribute('download')) {
    return undefined;
  }
  if (link.hasAttribute('data-native') || (link.hash !== '' && link.pathname === location.pathname)) return undefined;
  return link.pathname + link.search;
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a stray % typed by hand
  }
}
