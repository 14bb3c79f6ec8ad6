/** Ranges of charts. */
import { describe, expect, it } from 'vitest';
import { PRESET_MS, presetFor, queryOf, readRange, shifted, stretchOf, type TimeRange, zoomed } from './time-range.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const moving = (preset: '1h' | '6h' | 'live' | '30d'): TimeRange => ({ kind: 'moving', preset });
const read = (text: string) => readRange(new URLSearchParams(text));

describe('the range of a chart', () => {
  it('is read from the address and written there, and nonsense is the default', () => {
    expect(read('range=6h')).toEqual(moving('6h'));
    expect(read('from=1000&to=100000')).toEqual({ kind: 'fixed', fromMs: 1000, toMs: 100_000 });
    for (const wrong of ['', 'range=3y', 'from=9&to=5', 'from=x&to=y', 'from=1000&to=2000']) {
      expect(read(wrong)).toEqual({ kind: 'moving', preset: '24h' });
    }
    for (const range of [moving('live'), read('from=1000&to=100000'), read('')]) {
      expect(read(new URLSearchParams(queryOf(range)).toString())).toEqual(range);
    }
  });

  it('starts no wider than what there is to see, and no wider than the default', () => {
    expect(presetFor(NOW - 60_000, NOW)).toBe('live');
    expect(presetFor(NOW - 2 * PRESET_MS['1h'], NOW)).toBe('6h');
    expect(presetFor(NOW - 90 * PRESET_MS['24h'], NOW)).toBe('24h');
    expect(readRange(new URLSearchParams(), '1h')).toEqual(moving('1h'));
    expect(readRange(new URLSearchParams(queryOf(read(''))), '1h')).toEqual(read(''));
  });

  it('goes back by half a screen, and on again until it moves with the present', () => {
    const back = shifted(moving('1h'), -1, NOW);
    expect(back).toEqual({ kind: 'fixed', fromMs: NOW - 1.5 * PRESET_MS['1h'], toMs: NOW - 0.5 * PRESET_MS['1h'] });
    expect(shifted(back, 1, NOW)).toEqual(moving('1h'));
    expect(shifted(moving('1h'), 1, NOW)).toEqual(moving('1h'));
  });

  it('comes closer and goes further within what makes sense', () => {
    expect(zoomed(moving('1h'), 'out', NOW)).toEqual(moving('6h'));
    expect(zoomed(moving('1h'), 'in', NOW)).toEqual(moving('live'));
    expect(zoomed(moving('30d'), 'out', NOW)).toEqual(moving('30d'));
    const closer = zoomed({ kind: 'fixed', fromMs: NOW - 400_000, toMs: NOW - 200_000 }, 'in', NOW);
    expect(closer).toEqual({ kind: 'fixed', fromMs: NOW - 350_000, toMs: NOW - 250_000 });
    const least = zoomed({ kind: 'fixed', fromMs: NOW - 110_000, toMs: NOW - 100_000 }, 'in', NOW);
    expect(stretchOf(least, NOW)).toMatchObject({ fromMs: NOW - 110_000, toMs: NOW - 100_000 });
  });
});
