import { expect, it } from 'vitest';
import { tagsIn } from './tag-text.ts';

it('tags stand between spaces', () => {
  expect(tagsIn('  garden south garden ')).toEqual(['garden', 'south']);
  expect(tagsIn('')).toEqual([]);
});

it('commas keep together what stands between them', () => {
  expect(tagsIn('étage 1, jardin')).toEqual(['étage-1', 'jardin']);
  expect(tagsIn('garden,')).toEqual(['garden']);
});
