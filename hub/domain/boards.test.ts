import { describe, expect, it } from 'vitest';
import type { Tile } from '../contract/board.ts';
import { CHART_SERIES_MAX } from '../contract/limits.ts';
import { type BoardDevice, GENERATED_TILES_MAX, generateTiles, whyNotTiles } from './boards.ts';

const device = (id: string, metrics: Record<string, number | string | boolean>, dialects = ['ruche']): BoardDevice => {
  return { id, name: `Device ${id}`, dialects, metrics: new Map(Object.entries(metrics)) };
};
const namesOf = (tiles: readonly Tile[]) =>
  tiles.map(({ widget }) => [widget?.type, widget?.pin ?? widget?.metric].filter((it) => it !== undefined).join(' '));

describe('the board that nobody has made', () => {
  it('shows the devices there are, what they measure and what can be switched', () => {
    const tiles = generateTiles([
      device('a', { temp: 20, v0: 1, name: 'x' }),
      device('b', { heart_rate: 60, spo2: 98, battery: 90 }),
      device('c', {}, ['simon']),
    ]);
    expect(namesOf(tiles)).toEqual([
      'chart',
      'leaderboard',
      'switch v0',
      'value-spark temp',
      'vitals',
      'events',
      'value-spark battery',
      'pulse-wall',
    ]);
    expect(whyNotTiles(tiles, () => false)).toBeUndefined();
    expect(generateTiles([device('a', { temp: 20 })])).toEqual(generateTiles([device('a', { temp: 20 })]));
  });

  it('calls a tile by what it shows, then by the device; a pin by the name people gave it', () => {
    const lamp = { ...device('a', { temp: 20, v0: 1, v1: 0 }), pinNames: new Map([['v0', 'Grow light']]) };
    const names = generateTiles([lamp]).flatMap(({ id, widget }) => (id.startsWith('d0') ? [widget?.name] : []));
    expect(names.toSorted()).toEqual(['Grow light · Device a', 'temp · Device a', 'v1 · Device a']);
  });

  it('draws what most devices measure side by side, or what the first one does', () => {
    const linesOf = (...devices: BoardDevice[]) => {
      const chart = generateTiles(devices).find(({ widget }) => widget?.type === 'chart')?.widget;
      return [chart?.name, ...(chart?.options?.series ?? []).map(({ deviceId, metric }) => `${deviceId} ${metric}`)];
    };
    const own = device('a', { co2: 600, power: 3, x: 1 });
    expect(linesOf(own, device('b', { door: 'open' }))).toEqual(['Device a', 'a co2', 'a power']);
    const alike = [device('b', { temperature: 20, humidity: 50 }), device('c', { temperature: 21 })];
    expect(linesOf(own, ...alike)).toEqual(['temperature', 'b temperature', 'c temperature']);
    const many = Array.from({ length: 12 }, (_none, at) => device(`d${at}`, { temperature: at }));
    expect(linesOf(...many)).toHaveLength(1 + CHART_SERIES_MAX);
  });

  it('is empty without devices, and bounded with many', () => {
    expect(generateTiles([])).toEqual([]);
    const many = Array.from({ length: 50 }, (_none, at) => device(`d${at}`, { a: 1, b: 2, c: 3, d: 4, e: 5 }));
    const tiles = generateTiles(many);
    expect(tiles.length).toBeLessThanOrEqual(GENERATED_TILES_MAX);
    expect(whyNotTiles(tiles, () => false)).toBeUndefined();
  });
});

describe('tiles', () => {
  const text = { type: 'text', name: 'Hello', options: { text: 'x' } } as const;
  const tile = (id: string, more: Partial<Tile>): Tile => ({ id, size: 'S', ...more });

  it('are widgets that are kept, or are described in place', () => {
    expect(
      whyNotTiles([tile('a', { widgetId: 'w1' }), tile('b', { widget: text })], (id) => id === 'w1'),
    ).toBeUndefined();
  });

  it.each([
    ['tiles.1.id', [tile('a', { widget: text }), tile('a', { widget: text })]],
    ['tiles.0', [tile('a', {})]],
    ['tiles.0', [tile('a', { widget: text, widgetId: 'w1' })]],
    ['tiles.0.widgetId', [tile('a', { widgetId: 'w2' })]],
    ['tiles.0.widget.options.text', [tile('a', { widget: { type: 'text', name: 'x' } })]],
  ])('that are wrong say where: %s', (where, tiles) => {
    expect(whyNotTiles(tiles, (id) => id === 'w1')).toMatch(new RegExp(`^${where}: `));
  });
});
