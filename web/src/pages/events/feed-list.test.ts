import { expect, it } from 'vitest';
import type { Event } from '../../../../hub/contract/event.ts';
import { csvOf } from './event-csv.ts';
import { filterIn, isFiltered, passes, queryOf, stretchOf } from './feed-filter.ts';
import { arrivalsOf, refreshed, rowsOf } from './feed-list.ts';

const MINUTE = 60_000;
const event = (id: string, receivedMs: number, more: Partial<Event> = {}): Event => ({
  ...{ id, deviceId: 'hall', type: 'MOTION_DETECTED', severity: 'info', message: null, code: null },
  ...{ source: null, topic: null, data: null, atMs: receivedMs, receivedMs, ackedBy: null, ackedMs: null, note: null },
  ...more,
});

it('repeats of one type and device are one row, whose key stays when another one joins', () => {
  const listed = event('b', 50 * MINUTE, { count: 3, firstMs: 20 * MINUTE });
  const other = event('c', 55 * MINUTE, { deviceId: 'door' });
  const before = rowsOf([other, listed]);
  const after = rowsOf([event('d', 60 * MINUTE, { type: 'motion_detected' }), other, listed]);
  expect(before.map(({ count }) => count)).toEqual([1, 3]);
  expect(after.map(({ count, newest }) => [newest.id, count])).toEqual([
    ['d', 4],
    ['c', 1],
  ]);
  expect(after[0]?.key).toBe(before[1]?.key);
});

it('an hour of quiet begins a new row', () => {
  expect(rowsOf([event('b', 62 * MINUTE), event('a', MINUTE)]).map(({ count }) => count)).toEqual([1, 1]);
});

it('an event is taken from the live link only when the list does not hold it, not even inside a group', () => {
  const base = [event('b', 50 * MINUTE, { count: 2, firstMs: 49 * MINUTE }), event('a', 10 * MINUTE)];
  const recent = [event('c', 51 * MINUTE), event('x', 50 * MINUTE), event('b', 50 * MINUTE), event('a', 10 * MINUTE)];
  expect(arrivalsOf(recent, base).map(({ id }) => id)).toEqual(['c']);
  expect(arrivalsOf(recent, [])).toEqual(recent);
});

it('that somebody acknowledged it is seen in the list', () => {
  const [now] = refreshed([event('b', 5, { count: 2 })], [event('b', 5, { ackedBy: 'lea', ackedMs: 9 })]);
  expect(now).toMatchObject({ count: 2, ackedBy: 'lea' });
});

it('the filter of the address asks the hub and the live link the same', () => {
  const filter = filterIn(new URLSearchParams('severity=warning&device=hall&range=1h&type=motion_detected'));
  expect(queryOf(filter, 100 * MINUTE)).toEqual({
    ...{ device: 'hall', minSeverity: 'warning', type: 'motion_detected', from: 40 * MINUTE },
  });
  expect(passes(filter, event('a', 1))).toBe(false);
  expect(passes(filter, event('a', 1, { severity: 'critical' }))).toBe(true);
  expect(filterIn(new URLSearchParams('severity=loud&range=1y'))).toEqual(filterIn(new URLSearchParams()));
});

it('two moments in the address are a range of their own', () => {
  const filter = filterIn(new URLSearchParams(`range=7d&from=${10 * MINUTE}&to=${20 * MINUTE}`));
  expect(filter).toMatchObject({ range: '', between: { fromMs: 10 * MINUTE, toMs: 20 * MINUTE } });
  expect(isFiltered(filter)).toBe(true);
  expect(queryOf(filter, 100 * MINUTE)).toEqual({ from: 10 * MINUTE, to: 20 * MINUTE });
  const at = (atMs: number) => passes(filter, event('a', 100 * MINUTE, { atMs }));
  expect([10 * MINUTE - 1, 10 * MINUTE, 20 * MINUTE - 1, 20 * MINUTE].map(at)).toEqual([false, true, true, false]);
  expect(stretchOf(filter, 0)).toBe(filter.between);
  const wrong = filterIn(new URLSearchParams('from=2000000&to=1000000&range=1h'));
  expect([wrong.between, wrong.range]).toEqual([null, '1h']);
  expect(stretchOf(wrong, 100 * MINUTE)).toEqual({ fromMs: 40 * MINUTE, toMs: 100 * MINUTE });
});

it('the file quotes what must be quoted, and no cell is a formula', () => {
  const [row] = rowsOf([event('a', 0, { message: '=1+1, "x"', data: { n: 1 } })]);
  expect(row && csvOf([row], () => 'Hall').split('\r\n')[1]).toBe(
    '1970-01-01T00:00:00.000Z,info,MOTION_DETECTED,hall,Hall,,"\'=1+1, ""x""",1,"{""n"":1}"',
  );
});
