/** Alert rules as they are typed. */
import { describe, expect, it } from 'vitest';
import type { AlertRule } from '../../../../../hub/contract/alert.ts';
import { bandsOf, bodyOf, draftOf, suggestedFor } from './rule-draft.ts';

const rule: AlertRule = {
  id: 'r',
  name: 'too hot',
  kind: 'threshold',
  enabled: true,
  severity: 'critical',
  deviceId: 'serre',
  metric: 'temperature',
  direction: 'above',
  limit: 28,
  hysteresis: 0.5,
  forS: 120,
  afterS: null,
  eventType: null,
  clearAfterS: null,
  createdMs: 0,
  createdBy: 'ada',
  changedMs: 0,
};

describe('an alert rule', () => {
  it('is suggested a round limit a little beyond the present value', () => {
    expect(suggestedFor('temperature', 27.4)).toMatchObject({ direction: 'above', limit: '30', hysteresis: '1' });
    expect(['0', '87', '-61', '182000'].map((value) => suggestedFor('m', Number(value)).limit)).toEqual([
      '0.1',
      '90',
      '-60',
      '200000',
    ]);
  });

  it('is as typed what the hub takes, by its kind', () => {
    expect(bodyOf(draftOf(rule, {}), 'serre')).toEqual({
      kind: 'threshold',
      deviceId: 'serre',
      severity: 'critical',
      metric: 'temperature',
      direction: 'above',
      limit: 28,
      hysteresis: 0.5,
      forS: 120,
    });
    const silent = { ...draftOf(null, {}), kind: 'no-data' as const };
    expect(bodyOf(silent, 'serre')).toEqual({ kind: 'no-data', deviceId: 'serre', severity: 'warning', afterS: null });
    expect(bodyOf({ ...silent, afterS: '600' }, 'serre')).toMatchObject({ afterS: 600 });
  });

  it('is a band of the chart while it is on', () => {
    const bands = (changes: Partial<AlertRule>) =>
      bandsOf(
        [{ ...rule, ...changes }],
        () => '°C',
        ({ name }) => name,
      );
    expect(bands({})).toEqual([{ unit: '°C', from: 28, to: undefined, level: 'bad', label: 'too hot' }]);
    expect(bands({ direction: 'below', severity: 'info' })[0]).toMatchObject({ to: 28, level: 'warn' });
    expect(bands({ enabled: false })).toEqual([]);
    expect(bands({ kind: 'no-data', limit: null })).toEqual([]);
  });
});
