/** Gathering live messages. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { coalesce } from './coalesce.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function gathered(gapMs: number) {
  const taken: number[][] = [];
  return { taken, ...coalesce<number>(gapMs, (items) => taken.push([...items])) };
}

it('passes the first on at once and the rest together', () => {
  const { taken, push } = gathered(250);
  for (const item of [1, 2, 3]) push(item);
  expect(taken).toEqual([[1]]);
  vi.advanceTimersByTime(250);
  expect(taken).toEqual([[1], [2, 3]]);
});

it('is quick again after it has been quiet', () => {
  const { taken, push } = gathered(250);
  push(1);
  vi.advanceTimersByTime(600);
  push(2);
  expect(taken).toEqual([[1], [2]]);
});

it('does not let more than a limit wait for a sleeping timer', () => {
  const { taken, push } = gathered(250);
  for (let item = 0; item < 1001; item += 1) push(item);
  expect(taken.map((items) => items.length)).toEqual([1, 500, 500]);
});

it('forgets what waits when it is stopped', () => {
  const { taken, push, stop } = gathered(250);
  push(1);
  push(2);
  stop();
  vi.advanceTimersByTime(600);
  expect(taken).toEqual([[1]]);
});
