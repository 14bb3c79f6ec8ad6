import { expect, it } from 'vitest';
import type { AlertRule } from '../../../../hub/contract/alert.ts';
import { draftOf, faultsOf, nameOf, ruleBodyOf } from './rule-draft.ts';

const rule: AlertRule = {
  ...{ id: 'r', name: 'temperature above 28 for 300 s', named: false, kind: 'threshold', enabled: true },
  ...{ deviceId: 'kitchen', metric: 'temperature', direction: 'above', limit: 28, hysteresis: 1.5, forS: 300 },
  ...{
    severity: 'warning',
    afterS: null,
    eventType: null,
    clearAfterS: null,
    createdMs: 1,
    createdBy: 'lea',
    changedMs: 1,
  },
};

it('a rule that is edited and not changed is sent as it was, without the name the hub made', () => {
  const {
    id: _id,
    name: _name,
    named: _named,
    enabled: _enabled,
    createdMs: _at,
    createdBy: _by,
    changedMs: _on,
    ...condition
  } = rule;
  expect(ruleBodyOf(draftOf(rule))).toEqual(condition);
  const silent = { ...rule, kind: 'no-data', named: true, name: 'No milk' } as const;
  expect([ruleBodyOf(draftOf(silent)).name, nameOf(silent), nameOf(rule)]).toEqual(['No milk', 'No milk', null]);
  expect(nameOf({ kind: 'no-data', name: 'Device offline' })).toBeNull();
});

it('what has no meaning for a kind is taken away', () => {
  const draft = { ...draftOf(rule), kind: 'event' as const, eventType: ' fever ', clearAfterS: '5 min' };
  expect(ruleBodyOf(draft)).toMatchObject({ eventType: 'fever', clearAfterS: 300, metric: null, limit: null, forS: 0 });
});

it('silence of a metric needs a time, silence of a device may be learned', () => {
  const silence = { ...draftOf(null), kind: 'no-data' as const };
  expect(faultsOf(silence).size).toBe(0);
  expect(ruleBodyOf(silence)).toMatchObject({ afterS: null, deviceId: null });
  expect([...faultsOf({ ...silence, metric: 'co2' })]).toEqual(['afterS']);
  expect(ruleBodyOf({ ...silence, metric: 'co2', afterS: '2 h' })).toMatchObject({ metric: 'co2', afterS: 7_200 });
});

it('what is missing or cannot be read is a fault', () => {
  expect([...faultsOf(draftOf(null))]).toEqual(['metric', 'limit']);
  const wrong = { ...draftOf(rule), limit: 'warm', hysteresis: '-1', forS: 'long' };
  expect([...faultsOf(wrong)]).toEqual(['limit', 'hysteresis', 'forS']);
  expect([...faultsOf({ ...draftOf(null), kind: 'event' })]).toEqual(['eventType']);
});
