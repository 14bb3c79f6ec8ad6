import { beforeEach, describe, expect, it } from 'vitest';
import { en } from '../../../i18n/en/catalog.ts';
import { fr } from '../../../i18n/fr/catalog.ts';
import { use } from '../../../i18n/language.ts';
import { formatMetric, metricParts } from '../../../parts/metric.ts';
import { colourOf, levelOf } from './widget-text.ts';

beforeEach(() => use('en', en));

describe('a value', () => {
  it('is written in the language, with its own unit or the one its name has', () => {
    expect(formatMetric('temperature', 21.456)).toBe('21.46\u202f°C');
    expect(formatMetric('temperature', 70, { unit: '°F', decimals: 1 })).toBe('70.0\u202f°F');
    expect(formatMetric('door', 'closed')).toBe('closed');
    use('fr', fr);
    expect(formatMetric('spo2', 97.5)).toBe('97,5\u202f%');
  });

  it('is rounded where there is little room, and has the decimals it had before', () => {
    expect(metricParts('energy', 123_456_789_012, { unit: 'Wh', isShort: true })).toEqual({
      number: '123.46B',
      unit: 'Wh',
    });
    expect(metricParts('energy', 12_345.6, { isShort: true }).number).toBe('12,345.6');
    expect(metricParts('temperature', 21, { least: 1 })).toEqual({ number: '21.0', unit: '°C' });
    expect(metricParts('temperature', 21.95, { least: 2, decimals: 0 }).number).toBe('22');
  });

  it('lies in the first band that holds it, whose end is not its own', () => {
    const bands = [
      { to: 20, level: 'ok' as const },
      { from: 20, to: 25, level: 'warn' as const },
      { from: 25, level: 'bad' as const },
    ];
    expect([19.9, 20, 25, 'hot', undefined].map((value) => levelOf(value, bands))).toEqual([
      'ok',
      'warn',
      'bad',
      undefined,
      undefined,
    ]);
  });

  it('has a colour by its name, always the same', () => {
    expect(colourOf('temperature')).toBe(colourOf('temperature'));
    for (const name of ['', 'v0', 'température']) expect(colourOf(name)).toBeGreaterThanOrEqual(1);
  });
});
