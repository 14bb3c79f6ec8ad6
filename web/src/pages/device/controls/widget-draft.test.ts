/** Widgets as they are typed. */
import { describe, expect, it } from 'vitest';
import type { Widget } from '../../../../../hub/contract/widget.ts';
import { whyNotWidget } from '../../../../../hub/domain/widgets.ts';
import { draftOf, freePin, type Kind, specOf } from './widget-draft.ts';

const draft = (kind: Kind) => ({ ...draftOf(null, 'v3'), kind, name: ' Pump ', choices: 'Auto = auto\nNight = 2' });

describe('a widget', () => {
  it('is as typed what the hub takes, for every kind', () => {
    for (const kind of ['switch', 'slider', 'button', 'select', 'value', 'gauge'] as const) {
      expect(whyNotWidget(specOf(draft(kind), 'pump'))).toBeUndefined();
    }
    expect(specOf(draft('switch'), 'pump')).toEqual({
      type: 'switch',
      name: 'Pump',
      deviceId: 'pump',
      pin: 'v3',
      options: { on: 1, off: 0 },
    });
    expect(specOf({ ...draft('value'), target: 'soil', name: '' }, 'pump')).toMatchObject({
      metric: 'soil',
      name: 'soil',
    });
  });

  it('comes back from the hub as it was typed', () => {
    for (const kind of ['switch', 'slider', 'select', 'gauge'] as const) {
      const spec = specOf({ ...draft(kind), unit: '%', confirm: kind === 'switch' }, 'pump');
      const widget: Widget = { ...spec, id: 'w', options: spec.options ?? {}, owner: null, createdMs: 0 };
      expect(specOf(draftOf(widget, ''), 'pump')).toEqual(spec);
    }
  });

  it('is offered the first pin that is free', () => {
    expect(freePin(new Set(['v0', 'v2']))).toBe('v1');
  });
});
