/** An address as it may be shown: what people put into one to prove who they are is hidden. */
import { HIDDEN } from '../contract/limits.ts';

/** Scheme and authority, path, query, fragment; every part may be missing (RFC 3986, appendix B). */
const PARTS = /^([a-z][a-z\d+.-]*:\/\/[^/\\?#]*)?([^?#]*)(\?[^#]*)?(#.*)?$/is;
/** Hooks that have a key for a path: long, and no word. */
const KEY_LENGTH_MIN = 16;
const looksLikeKey = (segment: string): boolean => segment.length >= KEY_LENGTH_MIN && /\d/.test(segment);

/** Name and password, keys in the path, every value of the query, and the fragment. Shown once more it stays as it is. */
export function shownAddress(address: string): string {
  const [, origin = '', path = '', query = '', fragment = ''] = PARTS.exec(address) ?? [];
  const host = origin.replace(/:\/\/.*@/s, `://${HIDDEN}@`);
  const segments = path.split('/').map((segment) => (looksLikeKey(segment) ? HIDDEN : segment));
  const values = query.slice(1).split('&').map(shownParameter);
  return (
    host + segments.join('/') + (query === '' ? '' : `?${values.join('&')}`) + (fragment === '' ? '' : `#${HIDDEN}`)
  );
}

function shownParameter(parameter: string): string {
  const at = parameter.indexOf('=');
  if (at === -1) return parameter === '' ? '' : HIDDEN;
  return at === parameter.length - 1 ? parameter : parameter.slice(0, at + 1) + HIDDEN;
}
