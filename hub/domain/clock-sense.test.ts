import { describe, expect, it } from 'vitest';
import { deviceTimeMs, senseTime } from './clock-sense.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;

describe('the time a device means', () => {
  it.each([
    ['Unix seconds', (NOW - HOUR) / 1000, NOW - HOUR],
    ['Unix seconds with a fraction', (NOW - HOUR) / 1000 + 0.25, NOW - HOUR + 250],
    ['Unix milliseconds', NOW - HOUR, NOW - HOUR],
    ['ISO text in UTC', '2026-11-20T11:00:00Z', NOW - HOUR],
    ['ISO text with a fraction', '2026-11-20T11:00:00.250Z', NOW - HOUR + 250],
    ['ISO text with a zone', '2026-11-20T12:00:00+01:00', NOW - HOUR],
    ['ISO text without a zone, taken as UTC', '2026-11-20T11:00:00', NOW - HOUR],
    ['a little ahead of us', (NOW + HOUR) / 1000, NOW + HOUR],
  ])('is taken from %s', (_what, t, expected) => {
    expect(deviceTimeMs(t, undefined, NOW)).toBe(expected);
  });

  it.each([
    ['nothing', undefined],
    ['milliseconds since boot', 73_000],
    ['a clock that was never set', 0],
    ['a time before 2020', Date.UTC(2019, 11, 31)],
    ['a time more than a day ahead', NOW + 25 * HOUR],
    ['words', 'yesterday'],
    ['a local format', '20/11/2026 12:00'],
    ['a month that does not exist', '2026-13-01T00:00:00Z'],
    ['something huge', Number.POSITIVE_INFINITY],
    ['an object', {}],
  ])('is the time of reception when it says %s', (_what, t) => {
    expect(deviceTimeMs(t, undefined, NOW)).toBe(NOW);
  });

  it('counts back from the reception when only an age is known', () => {
    expect(deviceTimeMs(undefined, 90_000, NOW)).toBe(NOW - 90_000);
    expect(deviceTimeMs(73_000, 90_000, NOW)).toBe(NOW - 90_000);
    expect(deviceTimeMs(undefined, -5, NOW)).toBe(NOW);
    expect(deviceTimeMs(undefined, '90000', NOW)).toBe(NOW);
    expect(deviceTimeMs(undefined, 400 * 24 * HOUR, NOW)).toBe(NOW);
  });

  it('believes a plausible time rather than an age', () => {
    expect(deviceTimeMs(NOW - HOUR, 5000, NOW)).toBe(NOW - HOUR);
  });
});

describe('a clock that counts from boot', () => {
  it('is kept beside the time of reception', () => {
    expect(senseTime({ t: 73_000 }, NOW)).toEqual({ atMs: NOW, isDated: false, deviceUptimeMs: 73_000 });
    expect(senseTime({ t: 73_000, ageMs: 500 }, NOW)).toEqual({
      atMs: NOW - 500,
      isDated: true,
      deviceUptimeMs: 73_000,
    });
    for (const t of [-1, 2 ** 32, '73000', null]) expect(senseTime({ t }, NOW)).toEqual({ atMs: NOW, isDated: false });
  });

  it('after 20 days is not taken for Unix seconds where such clocks are usual, unless it is about now', () => {
    const anHourAgo = NOW / 1000 - 3600;
    const threeDaysAgo = NOW / 1000 - 3 * 24 * 3600;
    expect(senseTime({ t: threeDaysAgo, isUsuallyUptime: true }, NOW)).toMatchObject({ atMs: NOW, isDated: false });
    expect(senseTime({ t: threeDaysAgo }, NOW)).toMatchObject({ isDated: true });
    expect(senseTime({ t: anHourAgo, isUsuallyUptime: true }, NOW)).toMatchObject({ atMs: NOW - HOUR, isDated: true });
    expect(senseTime({ t: NOW - 72 * HOUR, isUsuallyUptime: true }, NOW)).toMatchObject({ atMs: NOW - 72 * HOUR });
  });
});
