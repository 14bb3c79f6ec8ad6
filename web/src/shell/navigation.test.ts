/** Who is shown the way to what. */
import { afterEach, expect, it } from 'vitest';
import type { Role } from '../../../hub/contract/permissions.ts';
import { session } from '../session.ts';
import { destinations } from './navigation.ts';

afterEach(() => {
  session.value = { kind: 'signed-out' };
});

const pathsOf = (role: Role): string[] => {
  session.value = { kind: 'signed-in', user: { id: 'u', username: 'lea', role, createdMs: 1 } };
  return destinations().map(({ path }) => path);
};

it('forwarding and the broker’s health are for owners and operators; everything else is for everybody', () => {
  const guarded = ['/forwarding', '/health'];
  expect(pathsOf('owner')).toEqual(expect.arrayContaining(guarded));
  expect(pathsOf('operator')).toEqual(expect.arrayContaining(guarded));
  expect(pathsOf('viewer')).toEqual(pathsOf('owner').filter((path) => !guarded.includes(path)));
});

it('no two pages have the same key', () => {
  pathsOf('owner');
  const keys = destinations().map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});
