import { expect, it } from 'vitest';
import type { Event } from '../../../../../hub/contract/event.ts';
import { EVENTS_KEPT_MAX, shownEvents, withEvents } from './event-list.ts';

const event = (id: string, receivedMs: number, more: Partial<Event> = {}): Event => ({
  ...{ id, receivedMs, atMs: receivedMs, deviceId: 'a', type: 'X', severity: 'info', message: null, source: null },
  ...{ topic: null, data: null, ackedBy: null, ackedMs: null, note: null },
  ...more,
});
const message = (events: Event[], snapshot = false, removedDevices: string[] = []) => ({
  snapshot,
  events,
  removedDevices,
});

it('keeps each event once, the last received first, and none of a device that is gone', () => {
  const known = withEvents([], message([event('1', 1), event('2', 2, { deviceId: 'b' })], true));
  const later = withEvents(known, message([event('3', 3), event('1', 1, { note: 'seen' })]));
  expect(later.map(({ id, note }) => [id, note])).toEqual([
    ['3', null],
    ['2', null],
    ['1', 'seen'],
  ]);
  expect(withEvents(later, message([], false, ['b'])).map(({ id }) => id)).toEqual(['3', '1']);
  expect(withEvents(later, message([event('9', 9)], true)).map(({ id }) => id)).toEqual(['9']);
  const many = Array.from({ length: EVENTS_KEPT_MAX + 5 }, (_none, at) => event(`e${at}`, at));
  expect(withEvents([], message(many))).toHaveLength(EVENTS_KEPT_MAX);
});

it('shows those of a severity, of a device and of a tag', () => {
  const events = [
    event('1', 1),
    event('2', 2, { severity: 'critical', deviceId: 'b' }),
    event('3', 3, { deviceId: null }),
  ];
  const tagsOf = (id: string) => (id === 'b' ? ['hall'] : []);
  const ids = (about: Parameters<typeof shownEvents>[1]) => shownEvents(events, about).map(({ id }) => id);
  expect(ids({ tagsOf })).toEqual(['1', '2', '3']);
  expect(ids({ tagsOf, severity: 'warning' })).toEqual(['2']);
  expect(ids({ tagsOf, deviceId: 'a' })).toEqual(['1']);
  expect(ids({ tagsOf, tag: 'hall' })).toEqual(['2']);
});
