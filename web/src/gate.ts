/** Where somebody has to be sent before the page they asked for: to setup, to sign-in, or on to what they wanted. */
import type { SetupState } from '../../hub/contract/user.ts';
import { href, type Place } from './router.ts';
import type { Session } from './session.ts';

/** The place to go instead; undefined when this one is right, or when it cannot be said yet. */
export function redirectOf(
  { path, query }: Place,
  session: Session['kind'],
  { setup, isPublic }: { setup: SetupState | undefined; isPublic: boolean },
): string | undefined {
  if (session === 'signed-in') return path === '/login' || path === '/register' ? nextOf(query) : undefined;
  if (session !== 'signed-out' || setup === undefined) return undefined;
  if (setup.required) return path === '/setup' ? undefined : '/setup';
  if (path === '/setup') return '/login';
  if (isPublic) return undefined;
  const search = query.size > 0 ? `?${query}` : '';
  return href('/login', {}, { next: path === '/' ? undefined : path + search });
}

/** Only our own pages: an address on another host would make this an open redirect. */
export function nextOf(query: URLSearchParams): string {
  const next = query.get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
}
