/** The data cursor. */
import { describe, expect, it } from 'vitest';
import { cursorAfter, nearestPoint } from './curve-cursor.ts';

describe('the data cursor', () => {
  it('moves by arrows and stays on the curve', () => {
    expect(cursorAfter('ArrowRight', 1, 3)).toBe(2);
    expect(cursorAfter('ArrowRight', 2, 3)).toBe(2);
    expect(cursorAfter('ArrowLeft', 0, 3)).toBe(0);
    expect(cursorAfter('PageUp', 25, 40)).toBe(15);
    expect(cursorAfter('Home', 2, 3)).toBe(0);
    expect(cursorAfter('End', 0, 3)).toBe(2);
    expect(cursorAfter('Tab', 0, 3)).toBeUndefined();
  });

  it('goes to the nearest point under the pointer', () => {
    const points = [{ x: 10 }, { x: 60 }, { x: 110 }];
    expect(nearestPoint(points, 80)).toBe(1);
    expect(nearestPoint(points, 500)).toBe(2);
  });
});
