import { describe, expect, it } from 'vitest';
import { WIDGET_TYPES, type WidgetSpec } from '../contract/widget.ts';
import { stateOf, whyNotWidget } from './widgets.ts';

const spec = (type: WidgetSpec['type'], more: Partial<WidgetSpec> = {}): WidgetSpec => ({
  type,
  name: 'Pump',
  ...more,
});
const ofPump = { deviceId: 'pump', metric: 'flow' };
const pin = { deviceId: 'pump', pin: 'v0' };

const GOOD: readonly WidgetSpec[] = [
  spec('value', { ...ofPump, options: { unit: 'l/s', decimals: 1, bands: [{ from: 1, to: 2, level: 'warn' }] } }),
  spec('value-spark', { ...pin, options: { rangeS: 3600 } }),
  spec('chart', ofPump),
  spec('chart', { options: { series: [ofPump, { deviceId: 'well', metric: 'level' }] } }),
  spec('gauge', { ...ofPump, options: { min: 0, max: 10 } }),
  spec('switch', { ...pin, options: { on: 'open', off: 'shut' } }),
  spec('slider', { ...pin, options: { min: 10, max: 30, step: 0.5 } }),
  spec('button', { deviceId: 'pump', metric: 'restart' }),
  spec('select', { ...pin, options: { options: [{ label: 'A', value: 'a' }] } }),
  spec('text', { options: { text: '# Garden' } }),
  spec('vitals', { deviceId: 'pump' }),
  spec('pulse-wall', { options: { tag: 'garden' } }),
  spec('events', { deviceId: 'pump', options: { severity: 'warning' } }),
  spec('leaderboard', { options: { window: 'week' } }),
];

describe('a widget', () => {
  it.each(GOOD)('of type $type may be like this', (widget) => {
    expect(whyNotWidget(widget)).toBeUndefined();
  });

  it('of every type is among them', () => {
    expect(new Set(GOOD.map(({ type }) => type))).toEqual(new Set(WIDGET_TYPES));
  });

  it.each([
    ['deviceId', spec('value', { metric: 'flow' })],
    ['deviceId', spec('text', { deviceId: 'pump', options: { text: 'x' } })],
    ['metric', spec('value', { deviceId: 'pump' })],
    ['metric', spec('vitals', ofPump)],
    ['metric', spec('button', { deviceId: 'pump', metric: 'two words' })],
    ['pin', spec('switch', { ...pin, metric: 'flow' })],
    ['pin', spec('switch', { deviceId: 'pump' })],
    ['options.min', spec('value', { ...ofPump, options: { min: 1 } })],
    ['options.min', spec('gauge', { ...ofPump, options: { min: 5, max: 5 } })],
    ['options.min', spec('slider', { ...pin, options: { min: 200 } })],
    ['options', spec('gauge', { ...ofPump, options: { min: 5 } })],
    ['options.step', spec('slider', { ...pin, options: { max: 10, step: 11 } })],
    ['options.on', spec('switch', { ...pin, options: { on: 0 } })],
    ['options.options', spec('select', pin)],
    [
      'options.options',
      spec('select', { ...pin, options: { options: [1, 1].map((value) => ({ label: 'x', value })) } }),
    ],
    ['options.text', spec('text')],
    ['options.bands', spec('value', { ...ofPump, options: { bands: [{ from: 2, to: 1, level: 'bad' }] } })],
    ['options.series', spec('chart', { ...ofPump, options: { series: [ofPump] } })],
  ])('that is wrong names %s', (field, widget) => {
    expect(whyNotWidget(widget)).toMatch(new RegExp(`^${field}: `));
  });
});

describe('what a control sends', () => {
  const state = (type: WidgetSpec['type'], value: number | boolean | string, options: WidgetSpec['options'] = {}) => {
    const setting = stateOf({ type, options }, value);
    return 'value' in setting ? setting.value : 'refused';
  };

  it('is for a switch its own word for on and off', () => {
    expect([1, 0, true, false, 2, '1'].map((value) => state('switch', value))).toEqual([
      1,
      0,
      1,
      0,
      'refused',
      'refused',
    ]);
    const words = { on: 'open', off: 'shut' };
    expect([1, false, 'open', 'ajar'].map((value) => state('switch', value, words))).toEqual([
      'open',
      'shut',
      'open',
      'refused',
    ]);
  });

  it('is for a slider a step of its range', () => {
    const range = { min: 0, max: 1, step: 0.1 };
    expect([0.3, 1, 0.35, 1.1, true].map((value) => state('slider', value, range))).toEqual([
      0.3,
      1,
      'refused',
      'refused',
      'refused',
    ]);
    expect([50, 50.5, 101].map((value) => state('slider', value))).toEqual([50, 'refused', 'refused']);
  });

  it('is for a button what it was given, for a select one of its options, and nothing for what only shows', () => {
    expect(state('button', 1, { value: 'go' })).toBe('go');
    expect(state('button', 1)).toBe(1);
    const options = { options: [{ label: 'A', value: 'a' }] };
    expect([state('select', 'a', options), state('select', 'b', options)]).toEqual(['a', 'refused']);
    expect(state('gauge', 1)).toBe('refused');
  });
});
