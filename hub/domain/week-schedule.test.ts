/** Windows of a week, on the days on which the clocks change too. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weekdayOf, zoneOf } from './local-time.ts';
import { isInside, nextChangeMs } from './week-schedule.ts';

const paris = zoneOf('Europe/Paris');
const ALL = [1, 2, 3, 4, 5, 6, 7];
const at = (text: string): number => Date.parse(text);
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

describe('a window', () => {
  it('is open from its first to before its last minute, by the clocks of the zone', () => {
    const day = [{ days: ALL, from: '08:00', to: '18:00' }];
    expect(isInside(day, paris, at('2026-11-20T06:59:59Z'))).toBe(false);
    expect(isInside(day, paris, at('2026-11-20T07:00:00Z'))).toBe(true);
    expect(isInside(day, paris, at('2026-11-20T16:59:59Z'))).toBe(true);
    expect(isInside(day, paris, at('2026-11-20T17:00:00Z'))).toBe(false);
  });

  it('over midnight belongs to the day on which it begins', () => {
    const friday = [{ days: [5], from: '22:00', to: '06:30' }];
    expect(isInside(friday, paris, at('2026-11-20T22:00:00Z'))).toBe(true);
    expect(isInside(friday, paris, at('2026-11-21T05:29:00Z'))).toBe(true);
    expect(isInside(friday, paris, at('2026-11-21T05:30:00Z'))).toBe(false);
    expect(isInside(friday, paris, at('2026-11-21T22:00:00Z'))).toBe(false);
    expect(iso(nextChangeMs(friday, paris, at('2026-11-21T12:00:00Z')))).toBe('2026-11-27T21:00:00.000Z');
  });

  it('of equal times is a whole day, and seven of them never end', () => {
    const always = [{ days: ALL, from: '00:00', to: '00:00' }];
    expect(isInside(always, paris, at('2026-11-20T12:00:00Z'))).toBe(true);
    expect(nextChangeMs([{ days: [5], from: '12:00', to: '12:00' }], paris, at('2026-11-20T12:00:00Z'))).toBe(
      at('2026-11-21T11:00:00Z'),
    );
  });

  it('is as long as the night when the clocks are put back, and is not opened a second time', () => {
    // 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC.
    const night = [{ days: ALL, from: '22:00', to: '02:30' }];
    const inside = (text: string): boolean => isInside(night, paris, at(text));
    expect([inside('2026-10-25T00:29:00Z'), inside('2026-10-25T00:31:00Z'), inside('2026-10-25T01:29:00Z')]).toEqual([
      true,
      true,
      true,
    ]);
    expect(inside('2026-10-25T01:30:00Z')).toBe(false);
    expect(iso(nextChangeMs(night, paris, at('2026-10-24T23:00:00Z')))).toBe('2026-10-25T01:30:00.000Z');
    const early = [{ days: ALL, from: '02:15', to: '04:00' }];
    expect(iso(nextChangeMs(early, paris, at('2026-10-24T23:00:00Z')))).toBe('2026-10-25T00:15:00.000Z');
    expect(iso(nextChangeMs(early, paris, at('2026-10-25T00:20:00Z')))).toBe('2026-10-25T03:00:00.000Z');
  });

  it('that begins or ends at a time which is skipped begins or ends when the clocks are put forward', () => {
    // 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.
    const skipped = '2026-03-29T01:00:00.000Z';
    const evening = at('2026-03-28T22:00:00Z');
    expect(iso(nextChangeMs([{ days: ALL, from: '02:30', to: '05:00' }], paris, evening))).toBe(skipped);
    expect(iso(nextChangeMs([{ days: ALL, from: '20:00', to: '02:30' }], paris, evening))).toBe(skipped);
  });

  it('that does not exist never changes anything', () => {
    expect(isInside([], paris, 0)).toBe(false);
    expect(nextChangeMs([], paris, 0)).toBeNull();
  });

  const anyTime = fc
    .record({ h: fc.nat(23), m: fc.constantFrom(0, 15, 30, 59) })
    .map(({ h, m }) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
  const anyWindows = fc.array(
    fc.record({ days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), from: anyTime, to: anyTime }),
    { maxLength: 3 },
  );
  const zones = ['Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'].map(zoneOf);

  it('stays as it is until the next change, and is different then', () => {
    const days = fc.integer({ min: 0, max: 366 * 24 * 4 });
    fc.assert(
      fc.property(
        anyWindows,
        fc.constantFrom(...zones),
        days,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (windows, zone, quarter, part) => {
          const nowMs = at('2026-01-01T00:00:00Z') + quarter * 900_000;
          const nextMs = nextChangeMs(windows, zone, nowMs);
          const now = isInside(windows, zone, nowMs);
          const untilMs = nextMs ?? nowMs + 7 * 86_400_000;
          expect(isInside(windows, zone, nowMs + Math.floor((untilMs - nowMs) * part))).toBe(now);
          if (nextMs !== null) expect(isInside(windows, zone, nextMs)).toBe(!now);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a zone', () => {
  it('finds the instant of what it showed', () => {
    for (const zone of [paris, zoneOf('Australia/Lord_Howe'), zoneOf('America/St_Johns')]) {
      for (let atMs = at('2026-01-01T00:00:00Z'); atMs < at('2027-01-01T00:00:00Z'); atMs += 7 * 3_600_000 + 900_000) {
        const shown = zone.local(atMs);
        expect([zone.instant(shown, 'first'), zone.instant(shown, 'last')]).toContain(atMs);
      }
    }
  });

  it('knows the days of the week', () => {
    expect(weekdayOf(paris.local(at('2026-11-20T12:00:00Z')).day)).toBe(5);
    expect(weekdayOf(-1)).toBe(3);
  });
});
