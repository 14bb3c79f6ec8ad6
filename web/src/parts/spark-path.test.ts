/** Spark lines. */
import { describe, expect, it } from 'vitest';
import { sparkPaths } from './spark-path.ts';

describe('sparkPaths', () => {
  it('has nothing to draw from fewer than two values', () => {
    expect(sparkPaths([])).toBeNull();
    expect(sparkPaths([3])).toBeNull();
  });

  it('runs from edge to edge with the largest value on top', () => {
    const paths = sparkPaths([0, 10]);
    expect(paths?.line).toBe('M0 54L300 4');
    expect(paths?.area).toBe('M0 54L300 4L300 58L0 58Z');
  });

  it('invents no curve between a few readings, and none at all of what is on or off', () => {
    expect(sparkPaths([0, 10, 0])?.line).toBe('M0 54L150 4L300 54');
    expect(sparkPaths([0, 1, 0], true)?.line).toBe('M0 54H150V4H300V54');
  });

  it('lays a flat run in the middle instead of dividing by nothing', () => {
    expect(sparkPaths([5, 5])?.line).toBe('M0 29L300 29');
  });
});
