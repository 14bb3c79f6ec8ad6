/** Repeats in the feed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GROUP_GAP_MS, groupRepeats } from './event-groups.ts';

const event = (atMs: number, type = 'MOTION', deviceId = 'd') => ({ receivedMs: atMs, type, deviceId });
const NOW = 10 * GROUP_GAP_MS;

describe('repeats', () => {
  it('of one type and device are one group, also with others between them', () => {
    const groups = groupRepeats([
      event(NOW),
      event(NOW - 1, 'FEVER'),
      event(NOW - 2, 'motion'),
      event(NOW - 3, 'MOTION', 'e'),
    ]);
    expect(groups.map(({ newest, count, firstMs }) => [newest.type, newest.deviceId, count, firstMs])).toEqual([
      ['MOTION', 'd', 2, NOW - 2],
      ['FEVER', 'd', 1, NOW - 1],
      ['MOTION', 'e', 1, NOW - 3],
    ]);
  });

  it('further apart than an hour are two groups, however long a row of close ones is', () => {
    const close = [0, 1, 2].map((n) => event(NOW - n * GROUP_GAP_MS));
    expect(groupRepeats(close).map(({ count }) => count)).toEqual([3]);
    expect(groupRepeats([event(NOW), event(NOW - GROUP_GAP_MS - 1)]).map(({ count }) => count)).toEqual([1, 1]);
  });

  it('are the same groups whether read at once or in pieces, and no event is lost or counted twice', () => {
    const feed = fc
      .array(fc.record({ gapMs: fc.nat(GROUP_GAP_MS * 2), type: fc.constantFrom('a', 'b') }), { maxLength: 40 })
      .map((steps) => {
        let atMs = 1000 * GROUP_GAP_MS;
        return steps.map(({ gapMs, type }) => {
          atMs -= gapMs;
          return event(atMs, type);
        });
      });
    fc.assert(
      fc.property(feed, fc.nat(40), (events, cut) => {
        const whole = groupRepeats(events);
        expect(groupRepeats(events.slice(cut), groupRepeats(events.slice(0, cut)))).toEqual(whole);
        expect(whole.reduce((sum, { count }) => sum + count, 0)).toBe(events.length);
      }),
    );
  });
});
