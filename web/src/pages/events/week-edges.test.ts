import { expect, it } from 'vitest';
import { nextEdges, weekMinute } from './week-edges.ts';

const NIGHTS = { days: [5, 6], from: '22:00', to: '07:00' };
const said = (edges: ReturnType<typeof nextEdges>) => edges.map(({ day, time, mode }) => `${day} ${time} ${mode}`);

it('a window over midnight ends on the next day', () => {
  expect(said(nextEdges([NIGHTS], 0, 4))).toEqual([
    ...['5 22:00 surveillance', '6 07:00 active', '6 22:00 surveillance', '7 07:00 active'],
  ]);
});

it('windows that touch or overlap are one, also from Sunday to Monday', () => {
  const late = { days: [7], from: '20:00', to: '02:00' };
  const early = { days: [1], from: '01:00', to: '06:00' };
  expect(said(nextEdges([late, early], 12 * 60, 5))).toEqual(['7 20:00 surveillance', '1 06:00 active']);
});

it('nothing changes without windows, or when it is always on', () => {
  expect(nextEdges([], 0, 3)).toEqual([]);
  expect(nextEdges([{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '00:00' }], 0, 3)).toEqual([]);
});

it('the minute of the week is the one of the hub’s zone', () => {
  const friday = Date.UTC(2026, 10, 20, 23, 30);
  expect(weekMinute(friday, 'UTC')).toBe(4 * 1440 + 23 * 60 + 30);
  expect(weekMinute(friday, 'Europe/Paris')).toBe(5 * 1440 + 30);
});
