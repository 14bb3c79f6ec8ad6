/** What counts as a change of the API. */
import { expect, test } from 'vitest';
import { differences, inOrder } from './openapi.mjs';

test('the order of keys is no change', () => {
  const text = (value: unknown): string => JSON.stringify(inOrder(value));
  expect(text({ b: [{ d: 1, c: 2 }], a: null })).toBe(text({ a: null, b: [{ c: 2, d: 1 }] }));
});

test('every change is named with its place', () => {
  const before = { paths: { '/a': { get: {} }, '/b': { required: ['x', 'y'] } } };
  const after = { paths: { '/b': { required: ['x', 'z'] }, '/c': {} } };
  expect(differences(before, after)).toEqual([
    '/paths/~1a is gone',
    '/paths/~1b/required/1 was "y", is "z"',
    '/paths/~1c is new',
  ]);
  expect(differences(before, structuredClone(before))).toEqual([]);
});
