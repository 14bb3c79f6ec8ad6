/** Virtual rows. */
import { describe, expect, it } from 'vitest';
import { OVERSCAN_ROWS, rowWindow } from './virtual-window.ts';

describe('rowWindow', () => {
  it('renders what is visible and a little beyond, and keeps the height of the rest', () => {
    const view = rowWindow({ scrolled: 4000, visible: 400, rowHeight: 40, count: 500 });
    expect(view.first).toBe(100 - OVERSCAN_ROWS);
    expect(view.end).toBe(110 + OVERSCAN_ROWS);
    expect(view.before + (view.end - view.first) * 40 + view.after).toBe(500 * 40);
  });

  it('renders a short list whole', () => {
    expect(rowWindow({ scrolled: 0, visible: 900, rowHeight: 40, count: 5 })).toEqual({
      first: 0,
      end: 5,
      before: 0,
      after: 0,
    });
  });

  it('stays inside the list when it is scrolled away from or shrinks under the reader', () => {
    expect(rowWindow({ scrolled: -3000, visible: 400, rowHeight: 40, count: 50 })).toMatchObject({ first: 0, end: 0 });
    expect(rowWindow({ scrolled: 9000, visible: 400, rowHeight: 40, count: 50 })).toMatchObject({ first: 50, end: 50 });
    expect(rowWindow({ scrolled: 0, visible: 400, rowHeight: 40, count: 0 }).after).toBe(0);
  });
});
