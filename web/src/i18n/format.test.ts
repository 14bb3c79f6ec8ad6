import { afterEach, describe, expect, it } from 'vitest';
import {
  decimalsOf,
  formatBytes,
  formatCompact,
  formatDay,
  formatDuration,
  formatNumber,
  formatPercent,
  formatRelative,
  setFormatLocale,
} from './format.ts';

const THIN = '\u202f';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
afterEach(() => setFormatLocale('en'));

describe('numbers', () => {
  it('follow the language', () => {
    expect([formatNumber(1284.5), formatPercent(0.996), formatBytes(214_300_000)]).toEqual([
      '1,284.5',
      `99.6${THIN}%`,
      `214${THIN}MB`,
    ]);
    setFormatLocale('fr');
    expect([formatNumber(1284.5), formatPercent(0.996), formatBytes(214_300_000)]).toEqual([
      `1${THIN}284,5`,
      `99,6${THIN}%`,
      `214${THIN}Mo`,
    ]);
  });

  it('have two decimals at most, but never a zero made of something', () => {
    expect([0, 21.956, 0.014, 0.000012, -0.00345, 3e-9].map((value) => formatNumber(value))).toEqual([
      '0',
      '21.96',
      '0.01',
      '0.000012',
      '-0.0035',
      '3E-9',
    ]);
    setFormatLocale('fr');
    expect(formatNumber(0.000012)).toBe('0,000012');
  });

  it('keep the length that others of their kind have', () => {
    expect([21.9, 21.95, 21].map((value) => formatNumber(value, 2))).toEqual(['21.90', '21.95', '21.00']);
    expect([21.9, 21.956, 21, 0.000012, -100].map(decimalsOf)).toEqual([1, 2, 0, 0, 0]);
  });

  it('are rounded where there is little room', () => {
    expect([formatCompact(123_456_789_012), formatCompact(-2e9)]).toEqual(['123.46B', '-2B']);
    setFormatLocale('fr');
    expect(formatCompact(123_456_789_012)).toBe('123,46\u00a0Md');
  });

  it.each([
    [0, 'B'],
    [999, 'B'],
    [1000, 'kB'],
    [3e12, 'TB'],
    [5e16, 'TB'],
  ])('scale %d bytes to %s', (bytes, unit) => {
    expect(formatBytes(bytes).split(THIN)[1]).toBe(unit);
  });
});

describe('formatDuration', () => {
  it.each([
    [43, '43 ms'],
    [12_900, '12 s'],
    [5 * MINUTE + 59_000, '5 min'],
    [4 * HOUR, '4 h'],
    [4 * HOUR + 12 * MINUTE, '4 h 12 min'],
    [12 * DAY + 4 * HOUR, '12 d 4 h'],
  ])('says %d ms as %s', (ms, text) => {
    expect(formatDuration(ms).replaceAll(THIN, ' ')).toBe(text);
  });
});

describe('formatRelative', () => {
  it.each([
    ['en', -2000, '2 s ago'],
    ['en', -90 * MINUTE, '1 h ago'],
    ['en', 6 * DAY, 'in 6 d'],
    ['en', -400, 'now'],
    ['fr', -2000, 'il y a 2 s'],
    ['fr', 3 * DAY, 'dans 3 j'],
    ['fr', 0, 'à l’instant'],
  ])('in %s, %d ms away is "%s"', (locale, delta, text) => {
    setFormatLocale(locale);
    expect(formatRelative(1e12 + delta, 1e12).replaceAll(THIN, ' ')).toBe(text);
  });
});

describe('formatDay', () => {
  it('names the year only when it is another one', () => {
    const now = new Date(2026, 10, 20).getTime();
    expect(formatDay(new Date(2026, 7, 8).getTime(), now)).toBe('8 Aug');
    expect(formatDay(new Date(2025, 7, 8).getTime(), now)).toBe('8 Aug 2025');
  });
});
