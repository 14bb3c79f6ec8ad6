import { describe, expect, it } from 'vitest';
import type { SetupState } from '../../hub/contract/user.ts';
import { nextOf, redirectOf } from './gate.ts';

const OWNED: SetupState = { required: false, codeRequired: true, registration: 'invite', version: '1' };
const NEW: SetupState = { ...OWNED, required: true };
const at = (path: string, search = '') => ({ path, query: new URLSearchParams(search) });

describe('redirectOf', () => {
  it('sends everybody to setup while there is no owner', () => {
    expect(redirectOf(at('/devices'), 'signed-out', { setup: NEW, isPublic: false })).toBe('/setup');
    expect(redirectOf(at('/login'), 'signed-out', { setup: NEW, isPublic: true })).toBe('/setup');
    expect(redirectOf(at('/setup'), 'signed-out', { setup: NEW, isPublic: true })).toBeUndefined();
  });

  it('sends strangers to sign-in and remembers where they wanted to go', () => {
    expect(redirectOf(at('/devices', 'q=salon'), 'signed-out', { setup: OWNED, isPublic: false })).toBe(
      '/login?next=%2Fdevices%3Fq%3Dsalon',
    );
    expect(redirectOf(at('/'), 'signed-out', { setup: OWNED, isPublic: false })).toBe('/login');
  });

  it('lets strangers see what is public, but not a finished setup', () => {
    expect(redirectOf(at('/register'), 'signed-out', { setup: OWNED, isPublic: true })).toBeUndefined();
    expect(redirectOf(at('/setup'), 'signed-out', { setup: OWNED, isPublic: true })).toBe('/login');
  });

  it('sends somebody who signed in on to what they wanted', () => {
    expect(redirectOf(at('/login', 'next=/scores'), 'signed-in', { setup: OWNED, isPublic: true })).toBe('/scores');
    expect(redirectOf(at('/setup'), 'signed-in', { setup: OWNED, isPublic: true })).toBeUndefined();
  });

  it('waits while it cannot know, and stays under the dialog of a session that ended', () => {
    expect(redirectOf(at('/devices'), 'signed-out', { setup: undefined, isPublic: false })).toBeUndefined();
    expect(redirectOf(at('/devices'), 'starting', { setup: NEW, isPublic: false })).toBeUndefined();
    expect(redirectOf(at('/devices'), 'ended', { setup: OWNED, isPublic: false })).toBeUndefined();
  });
});

describe('nextOf', () => {
  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)'])(
    'never leads to another host: %s',
    (next) => {
      expect(nextOf(new URLSearchParams({ next }))).toBe('/');
    },
  );
});
