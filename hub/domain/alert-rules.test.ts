/** What makes an alert rule whole. */
import { describe, expect, it } from 'vitest';
import type { AlertRuleBody } from '../contract/alert.ts';
import { isOtherCondition, patchedWish, suggestionsFor, wishOf } from './alert-rules.ts';

const warm: AlertRuleBody = { kind: 'threshold', metric: 'temperature', direction: 'above', limit: 30 };
const stored = (body: AlertRuleBody) => ({ ...wishOf(body), id: 'r', createdMs: 1, createdBy: 'ada', changedMs: 1 });

describe('a rule', () => {
  it('is complete with what its kind needs, and has a sentence for a name', () => {
    expect(wishOf(warm)).toMatchObject({
      name: 'temperature above 30',
      enabled: true,
      severity: 'warning',
      hysteresis: 0,
    });
    expect(wishOf({ kind: 'no-data' })).toMatchObject({ name: 'Device offline', afterS: null, deviceId: null });
    expect(wishOf({ kind: 'no-data', metric: 'co2', afterS: 60 }).name).toBe('No co2 for 60 s');
    expect(wishOf({ kind: 'event', eventType: 'fever', name: 'Fever' }).name).toBe('Fever');
  });

  it.each([
    ['body.limit', { ...warm, limit: null }],
    ['body.metric', { kind: 'threshold', direction: 'above', limit: 1 }],
    ['body.eventType', { kind: 'event' }],
    ['body.afterS', { kind: 'no-data', metric: 'co2' }],
    ['body.eventType', { ...warm, eventType: 'x' }],
    ['body.limit', { kind: 'no-data', limit: 3 }],
    ['body.forS', { kind: 'no-data', forS: 3 }],
  ] as [string, AlertRuleBody][])('is refused with the field that is wrong: %s', (field, body) => {
    expect(() => wishOf(body)).toThrow(field);
  });

  it('keeps a name that a person gave, and gets another sentence when it had none', () => {
    expect(patchedWish(stored(warm), { limit: 25 }).name).toBe('temperature above 25');
    expect(patchedWish(stored({ ...warm, name: 'Hot' }), { limit: 25 })).toMatchObject({
      name: 'Hot',
      limit: 25,
      metric: 'temperature',
    });
    expect(() => patchedWish(stored(warm), { metric: null })).toThrow('body.metric');
  });

  it('is about something else when its condition changed, not when its name did', () => {
    const rule = stored(warm);
    expect(isOtherCondition(rule, patchedWish(rule, { name: 'Hot', severity: 'critical' }))).toBe(false);
    expect(isOtherCondition(rule, patchedWish(rule, { limit: 31 }))).toBe(true);
    expect(isOtherCondition(rule, patchedWish(rule, { enabled: false }))).toBe(true);
  });
});

describe('suggestions', () => {
  it('are whole rules for what there is and nobody has made yet', () => {
    const values = new Map<string, number | string>([
      ['battery_level', 80],
      ['temperature', 20],
      ['co2', 'n/a'],
    ]);
    const all = suggestionsFor(values, []);
    expect(all.map((body) => wishOf(body).name)).toEqual(['Device offline', 'battery_level below 20']);
    expect(suggestionsFor(values, all.map(stored))).toEqual([]);
  });
});
