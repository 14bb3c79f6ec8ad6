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
    expect(paths?.line).toBe('M0 54C150 54 150 4 300 4');
    expect(paths?.area).toBe('M0 54C150 54 150 4 300 4L300 58L0 58Z');
  });

  it('lays a flat run in the middle instead of dividing by nothing', () => {
    expect(sparkPaths([5, 5])?.line).toBe('M0 29C150 29 150 29 300 29');
  });
});
