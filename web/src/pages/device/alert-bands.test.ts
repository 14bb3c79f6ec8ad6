/** Alert rules in the chart. */
import { describe, expect, it } from 'vitest';
import type { AlertRule } from '../../../../hub/contract/alert.ts';
import { bandsOf } from './alert-bands.ts';

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
