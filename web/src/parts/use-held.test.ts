/** Holding a live list still. */
import { describe, expect, it } from 'vitest';
import { holdBack } from './use-held.ts';

const list = (ids: string) => [...ids].map((id) => ({ id }));
const shown = (live: string, since: string) => {
  const { items, waiting } = holdBack(list(live), list(since));
  return `${items.map(({ id }) => id).join('')} +${waiting}`;
};

describe('holdBack', () => {
  it('keeps new rows waiting above the newest known one', () => {
    expect(shown('edcba', 'cba')).toBe('cba +2');
  });

  it('takes removed rows away and puts restored ones back', () => {
    expect(shown('eca', 'cba')).toBe('ca +1');
    expect(shown('cbxa', 'cba')).toBe('cbxa +0');
  });

  it('shows everything when nothing known is left', () => {
    expect(shown('fed', 'cba')).toBe('fed +0');
  });
});
