import { describe, expect, it } from 'vitest';
import { WIDGET_TYPES, type WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { generateTiles } from '../../../../../hub/domain/boards.ts';
import { whyNotWidget } from '../../../../../hub/domain/widgets.ts';
import { bandsIn, draftOfSpec, newDraft, problemIn, specOfDraft } from './widget-draft.ts';

const line = { deviceId: 'lamp', metric: 'v0' };
const filled = { lines: [line], text: 'x', options: 'Eco = eco\nComfort = 2' };

describe('a widget that is filled in', () => {
  it.each(WIDGET_TYPES)('is what the hub takes: %s', (type) => {
    const draft = { ...newDraft(type, 'lamp'), ...filled };
    expect(problemIn(draft)).toBeUndefined();
    expect(whyNotWidget(specOfDraft(draft, 'Lamp'))).toBeUndefined();
  });

  it('stays what it was when nothing is changed', () => {
    const specs: WidgetSpec[] = [
      {
        type: 'gauge',
        name: 'G',
        deviceId: 'a',
        metric: 'x',
        options: { min: -5, max: 5, bands: [{ to: 2, level: 'ok' }] },
      },
      { type: 'select', name: 'M', deviceId: 'a', pin: 'v3', options: { options: [{ label: 'On', value: true }] } },
      { type: 'chart', name: 'C', options: { series: [line, { deviceId: 'b', metric: 'x' }], rangeS: 3600 } },
      { type: 'leaderboard', name: 'L', options: { window: 'week' } },
    ];
    for (const spec of specs) expect(specOfDraft(draftOfSpec(spec), '')).toEqual(spec);
    const metrics = new Map([
      ['temp', 1],
      ['power', 2],
    ]);
    for (const { widget } of generateTiles([{ id: 'a', name: 'A', dialects: ['simon'], metrics }])) {
      if (widget === undefined) throw new Error('a widget');
      expect(specOfDraft(draftOfSpec(widget), '')).toEqual(widget);
    }
  });

  it.each([
    ['device', newDraft('value', '')],
    ['metric', newDraft('value', 'lamp')],
    ['command', { ...newDraft('button', 'lamp'), lines: [{ deviceId: 'lamp', metric: 'é è' }] }],
    ['number', { ...newDraft('value', 'lamp'), ...filled, decimals: 'two' }],
    ['range', { ...newDraft('gauge', 'lamp'), ...filled, max: '0' }],
    ['bands', { ...newDraft('value', 'lamp'), ...filled, bands: '20 to 25' }],
    ['options', { ...newDraft('select', 'lamp'), ...filled, options: ' ' }],
    ['text', newDraft('text', '')],
    ['same', { ...newDraft('switch', 'lamp'), ...filled, on: '0' }],
  ] as const)('says what is missing: %s', (problem, draft) => {
    expect(problemIn(draft)).toBe(problem);
  });
});

it('reads ranges as people write them', () => {
  expect(bandsIn('..20 ok\n20..25,5 warn\n25.5.. bad')).toEqual([
    { to: 20, level: 'ok' },
    { from: 20, to: 25.5, level: 'warn' },
    { from: 25.5, level: 'bad' },
  ]);
  expect(bandsIn('1..2 fine')).toBeUndefined();
});
