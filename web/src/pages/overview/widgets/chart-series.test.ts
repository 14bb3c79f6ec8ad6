import { beforeEach, describe, expect, it } from 'vitest';
import type { WidgetOptions } from '../../../../../hub/contract/widget.ts';
import { en } from '../../../i18n/en/catalog.ts';
import { use } from '../../../i18n/language.ts';
import { chartSeries } from './chart-series.ts';

beforeEach(() => use('en', en));

const lines = (...all: readonly string[]) => all.map((line) => ({ deviceId: line[0] ?? '', metric: line.slice(1) }));
const seriesOf = (options: WidgetOptions) =>
  chartSeries({ type: 'chart', name: 'Climate', options }, [], ['Attic', 'Attic', 'Barn']);
const labels = (...all: readonly string[]) => seriesOf({ series: lines(...all) }).map(({ label }) => label);
const units = (options: WidgetOptions) =>
  seriesOf({ series: lines('atemperature', 'ahumidity', 'bheap', 'bcount', 'bother'), ...options }).map(
    ({ unit }) => unit,
  );

describe('a line of a chart tile', () => {
  it('is called by what tells it apart from the others', () => {
    expect(labels('atemperature', 'ahumidity')).toEqual(['Temperature', 'Humidity']);
    expect(labels('atemperature', 'atemperature', 'btemperature')).toEqual(['Attic', 'Attic', 'Barn']);
    expect(labels('atemperature', 'ahumidity', 'btemperature').at(-1)).toBe('Temperature · Barn');
  });

  it('shares an axis with those of its unit, and all share one that has limits', () => {
    expect(units({})).toEqual(['°C', '%', 'bytes', '', '']);
    expect(units({ unit: 'x' })).toEqual(['x', 'x', 'x', 'x', 'x']);
    expect(units({ min: 0 })).toEqual(['', '', '', '', '']);
    expect(seriesOf({ series: lines('atemperature'), min: 0, max: 40 })[0]).toMatchObject({ least: 0, most: 40 });
  });

  it('says its values with a unit, rounded to what can be seen', () => {
    expect(seriesOf({ series: lines('atemperature') })[0]?.format(21.456)).toBe('21.46\u202f°C');
  });
});
