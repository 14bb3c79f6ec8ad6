import { describe, expect, it } from 'vitest';
import { floorsOf, RETENTION_DEFAULT, retentionOf } from './retention.ts';

const NOON = Date.UTC(2026, 10, 20, 12);

describe('how long history is kept', () => {
  it('is said in days, of readings, minutes, hours and days', () => {
    expect(retentionOf(RETENTION_DEFAULT)).toEqual({ raw: 30, minute: 90, hour: 730, day: null });
    expect(retentionOf('forever, forever,forever,forever')).toEqual({ raw: null, minute: null, hour: null, day: null });
  });

  it.each(['', '1,2,3', '1,2,3,4,5', '0,1,2,3', '-1,2,3,4', '2,1,3,4', 'forever,1,2,3', '1.5,2,3,4', '1,2,3,x'])(
    'is never %j',
    (text) => {
      expect(retentionOf(text)).toBeUndefined();
    },
  );
});

describe('what is kept', () => {
  it('are whole days, counted from the beginning of this one', () => {
    const floors = floorsOf(NOON, { raw: 1, minute: 30, hour: 0, day: null });
    expect(new Date(floors.raw).toISOString()).toBe('2026-11-19T00:00:00.000Z');
    expect(new Date(floors.minute).toISOString()).toBe('2026-10-21T00:00:00.000Z');
    expect(new Date(floors.hour).toISOString()).toBe('2026-11-20T00:00:00.000Z');
    expect(floors.day).toBe(0);
  });

  it('is everything when the days reach back before time began', () => {
    expect(floorsOf(NOON, { raw: 1e9, minute: null, hour: null, day: null }).raw).toBe(0);
  });
});
