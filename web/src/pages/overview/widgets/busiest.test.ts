import { expect, it } from 'vitest';
import { busiest } from './busiest.ts';

it('a tile without room for all devices leaves out the quietest, and keeps their order', () => {
  const messages = new Map([['a', 3], ['b', 0], ['c', 90]]); // biome-ignore format: one line
  const of = (id: string) => messages.get(id) ?? 0;
  expect(busiest(['a', 'b', 'c'], 2, of)).toEqual(['a', 'c']);
  expect(busiest(['a', 'b', 'c'], 3, of)).toEqual(['a', 'b', 'c']);
});
