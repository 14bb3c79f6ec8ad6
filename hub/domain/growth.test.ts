/** How fast something grows. */
import { describe, expect, it } from 'vitest';
import { fullAt, growthPerDay } from './growth.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const hourly = (sizes: readonly number[]) => sizes.map((bytes, hour) => ({ atMs: hour * HOUR_MS, bytes }));

describe('the growth of a store', () => {
  it('is not known before it was watched for an hour', () => {
    expect(growthPerDay([])).toBeNull();
    expect(growthPerDay([{ atMs: 0, bytes: 1 }])).toBeNull();
    expect(growthPerDay([0, 1, 2].map((at) => ({ atMs: at * 600_000, bytes: at })))).toBeNull();
  });

  it('is the slope of the line through all sizes', () => {
    expect(growthPerDay(hourly([100, 200, 300, 400]))).toBe(2400);
    expect(growthPerDay(hourly([400, 300, 200]))).toBe(-2400);
  });

  it('is not fooled by compaction, which makes a store swell and shrink', () => {
    const sawtooth = Array.from({ length: 48 }, (_, hour) => 1_000_000 + hour * 1000 + (hour % 4) * 20_000);
    expect(growthPerDay(hourly(sawtooth))).toBeGreaterThan(20_000);
    expect(growthPerDay(hourly(sawtooth))).toBeLessThan(32_000);
  });
});

describe('the day on which a disk is full', () => {
  it('is where the line meets what is free', () => {
    expect(fullAt(1000, 10_000, 1000)).toBe(1000 + 10 * DAY_MS);
  });

  it('is not named for what does not grow, is not known, or lies ten years ahead', () => {
    expect(fullAt(0, 10_000, 0)).toBeNull();
    expect(fullAt(0, 10_000, -5)).toBeNull();
    expect(fullAt(0, 10_000, null)).toBeNull();
    expect(fullAt(0, 10_000_000, 1)).toBeNull();
  });
});
