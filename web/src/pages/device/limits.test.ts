/** Limits in a chart. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertRule } from '../../../../hub/contract/alert.ts';
import { en } from '../../i18n/en/catalog.ts';
import { use } from '../../i18n/language.ts';
import { bandsOf } from './limits.ts';

const rule: AlertRule = {
  id: 'r',
  name: 'too hot',
  named: true,
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
const bands = (changes: Partial<AlertRule>) => bandsOf([{ ...rule, ...changes }], 'serre', ['temperature'], {});

beforeEach(() => use('en', en));

describe('a rule', () => {
  it('of this device or of every device is a band from its limit on', () => {
    expect(bands({})).toMatchObject([{ unit: '°C', from: 28, to: undefined, level: 'bad' }]);
    expect(bands({ deviceId: null, direction: 'below', severity: 'info' })).toMatchObject([{ to: 28, level: 'warn' }]);
  });

  it('of another device or metric, switched off, or without a limit, is none', () => {
    for (const other of [
      { deviceId: 'hall' },
      { metric: 'humidity' },
      { enabled: false },
      { kind: 'event' as const },
    ]) {
      expect(bands(other)).toEqual([]);
    }
  });
});
