import { expect, it } from 'vitest';
import { withReadings } from './device-values.ts';

const reading = (metric: string, value: number, atMs: number) => ({ metric, value, atMs });

it('keeps the newest value of each metric, whatever comes late', () => {
  const known = withReadings(null, { snapshot: true, readings: [reading('a', 1, 10), reading('b', 2, 10)], of: 2 });
  const later = withReadings(known, { snapshot: false, readings: [reading('a', 3, 20), reading('b', 0, 5)], of: 2 });
  expect([later?.get('a')?.value, later?.get('b')?.value]).toEqual([3, 2]);
  expect(withReadings(later, { snapshot: true, readings: [], of: 0 })?.size).toBe(0);
});
