import { expect, it } from 'vitest';
import type { Event } from '../../../../../hub/contract/event.ts';
import { shownEvents } from './shown-events.ts';

const event = (id: string, receivedMs: number, more: Partial<Event> = {}): Event => ({
  ...{ id, receivedMs, atMs: receivedMs, deviceId: 'a', type: 'X', severity: 'info', message: null, code: null },
  ...{ source: null, topic: null, data: null, ackedBy: null, ackedMs: null, note: null },
  ...more,
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
