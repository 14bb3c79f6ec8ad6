import { expect, it } from 'vitest';
import type { Alert } from '../../../hub/contract/alert.ts';
import type { Event } from '../../../hub/contract/event.ts';
import type { Mode } from '../../../hub/contract/mode.ts';
import { applyAlerts, applyEvents, RECENT_MAX } from './event-list.ts';
import { guardStageOf } from './guard-stage.ts';

const event = (id: string, receivedMs: number, deviceId = 'hall'): Event => ({
  ...{ id, deviceId, type: 'x', severity: 'info', message: null, code: null, source: null },
  ...{ topic: null, data: null, atMs: receivedMs, receivedMs, ackedBy: null, ackedMs: null, note: null },
});
const alert = (id: string, more: Partial<Alert> = {}): Alert => ({
  ...{ id, ruleId: 'r', ruleName: '', kind: 'event', deviceId: 'hall', metric: null, eventType: 'x' },
  ...{
    severity: 'warning',
    message: '',
    code: null,
    state: 'open',
    raisedMs: 1,
    lastMs: 1,
    count: 1,
    value: null,
    limit: null,
  },
  ...{ direction: null, afterS: null, ackedBy: null, ackedMs: null, note: null, snoozedUntilMs: null },
  ...{ clearedMs: null, clearedBecause: null, ...more },
});
const mode: Mode = {
  ...{ mode: 'surveillance', sinceMs: 1, by: 'lea', bySchedule: false, armed: true, armsAtMs: null },
  ...{ entryEndsMs: null, entryDeviceId: null, exitDelayS: 0, entryDelayS: 0, watched: [] },
  ...{ schedule: { enabled: false, windows: [] }, nextChangeMs: null, timeZone: 'UTC' },
};
const news = { snapshot: false, removedDevices: [] };
const ids = (items: readonly { id: string }[]) => items.map(({ id }) => id).join('');

it('what is new comes first, what is told again replaces, and an old one that was acknowledged is no news', () => {
  const recent = [event('b', 20), event('a', 10)];
  const acked = { ...event('a', 10), ackedBy: 'lea' };
  const after = applyEvents(recent, { ...news, events: [event('c', 30), acked, event('z', 1)] });
  expect(ids(after)).toBe('cba');
  expect(after[2]?.ackedBy).toBe('lea');
});

it('a snapshot replaces, and what a deleted device said goes', () => {
  const recent = [event('b', 20), event('a', 10, 'door')];
  expect(ids(applyEvents(recent, { ...news, events: [], removedDevices: ['door'] }))).toBe('b');
  expect(ids(applyEvents(recent, { ...news, snapshot: true, events: [event('c', 5)] }))).toBe('c');
  const many = Array.from({ length: RECENT_MAX + 5 }, (_, at) => event(`${at}`, 1_000 - at));
  expect(applyEvents([], { ...news, events: many })).toHaveLength(RECENT_MAX);
});

it('alerts: what nobody has seen, then the worst, then the newest; a cleared one goes', () => {
  const standing = applyAlerts([], {
    ...news,
    alerts: [
      alert('a', { state: 'acknowledged', severity: 'critical' }),
      alert('b', { raisedMs: 5 }),
      alert('c', { severity: 'critical' }),
      alert('d', { raisedMs: 9 }),
      alert('e', { snoozedUntilMs: 99, raisedMs: 20 }),
    ],
  });
  expect(ids(standing)).toBe('cdbae');
  expect(ids(applyAlerts(standing, { ...news, alerts: [alert('c', { state: 'cleared' })] }))).toBe('dbae');
  expect(ids(applyAlerts(standing, { ...news, alerts: [], removedDevices: ['hall'] }))).toBe('');
});

it('surveillance goes from arming to armed, to somebody who comes in, to an intrusion until it is acknowledged', () => {
  const intrusion = alert('i', { kind: 'surveillance' });
  expect(guardStageOf(null, [], 5)).toBe('off');
  expect(guardStageOf({ ...mode, mode: 'active' }, [intrusion], 5)).toBe('off');
  expect(guardStageOf({ ...mode, armed: false, armsAtMs: 9 }, [], 5)).toBe('arming');
  expect(guardStageOf(mode, [], 5)).toBe('armed');
  expect(guardStageOf({ ...mode, entryEndsMs: 9 }, [], 5)).toBe('entry');
  expect(guardStageOf({ ...mode, entryEndsMs: 9 }, [intrusion], 10)).toBe('intrusion');
  expect(guardStageOf({ ...mode, entryEndsMs: 9 }, [{ ...intrusion, state: 'acknowledged' }], 10)).toBe('armed');
});
