/** Which rows of a long list are worth having in the page. Pure. */

/** Rows kept beyond each edge, so that a fast scroll does not show empty ground. */
export const OVERSCAN_ROWS = 8;

export interface RowWindow {
  /** First and one past the last row to render. */
  first: number;
  end: number;
  /** Heights in pixels of what is left out before and after. */
  before: number;
  after: number;
}

export interface RowView {
  /** How far the list's top is above the top of what is visible, in pixels. */
  scrolled: number;
  visible: number;
  rowHeight: number;
  count: number;
}

export function rowWindow({ scrolled, visible, rowHeight, count }: RowView): RowWindow {
  const first = clamp(Math.floor(scrolled / rowHeight) - OVERSCAN_ROWS, 0, count);
  const end = clamp(Math.ceil((scrolled + visible) / rowHeight) + OVERSCAN_ROWS, first, count);
  return { first, end, before: first * rowHeight, after: (count - end) * rowHeight };
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
