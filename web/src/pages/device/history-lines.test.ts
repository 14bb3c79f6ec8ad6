/** Which lines the chart of a device has. */
import { describe, expect, it } from 'vitest';
import { chosenMetrics, drawableMetrics, linesOf, metricsText, toggled } from './history-lines.ts';

const value = (of: number | boolean | string) => ({ value: of, atMs: 1 });
const metrics = {
  temperature: value(21),
  humidity: value(60),
  mode: value('party'),
  door: value(true),
  'a,b': value(1),
};
const drawable = drawableMetrics(metrics);
const chosen = (query: string, values: string[] = []) =>
  chosenMetrics(
    new URLSearchParams(query),
    drawable,
    values.map((metric) => ({ metric, value: 1, atMs: 1 })),
  );

describe('the chart of a device', () => {
  it('draws numbers and what is on or off, not texts', () => {
    expect(drawable).toEqual(['a,b', 'door', 'humidity', 'temperature']);
  });

  it('shows at first what says most, then what the address names', () => {
    expect(chosen('', ['temperature', 'mode', 'humidity'])).toEqual(['temperature', 'humidity']);
    expect(chosen('')).toEqual(['a,b', 'door']);
    expect(chosen('metrics=door,nothing')).toEqual(['door']);
    expect(chosen(new URLSearchParams({ metrics: metricsText(['a,b', 'door']) }).toString())).toEqual(['a,b', 'door']);
  });

  it('always has a line, and at most six', () => {
    expect(toggled(['door'], 'door')).toEqual(['door']);
    expect(toggled(['door', 'humidity'], 'door')).toEqual(['humidity']);
    expect(toggled(['1', '2', '3', '4', '5', '6'], '7')).toEqual(['2', '3', '4', '5', '6', '7']);
  });

  it('gives lines of one unit one axis, and every line a colour of its own', () => {
    const lines = linesOf(['temperature', 'door', 'a,b'], new Map(), metrics);
    expect(lines.map(({ unit }) => unit)).toEqual(['°C', 'on/off', 'a,b']);
    expect(new Set(lines.map(({ colour }) => colour)).size).toBe(3);
  });
});
