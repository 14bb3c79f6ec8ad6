/** Alerts, found by time, by device, and apart: those that stand and those that are over. */
import type { AlertRow, AlertStore } from '../alert-store.ts';
import type { Database } from './database.ts';
import { keyOf, rangeUnder } from './keys.ts';
import type { IndexEntry } from './level-write.ts';
import { either, isFlag, isNull, isNumber, isOneOf, isText, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const isTextOrNull = either(isText, isNull);
const isNumberOrNull = either(isNumber, isNull);

const shape = shapeOf<AlertRow>('alert', {
  id: isText,
  ruleId: isTextOrNull,
  ruleName: isText,
  kind: isOneOf('threshold', 'no-data', 'event', 'surveillance'),
  deviceId: isText,
  metric: isTextOrNull,
  eventType: isTextOrNull,
  severity: isOneOf('info', 'warning', 'critical'),
  message: isText,
  state: isOneOf('open', 'acknowledged', 'cleared'),
  raisedMs: isNumber,
  lastMs: isNumber,
  count: isNumber,
  value: either(isNumber, isFlag, isText, isNull),
  limit: isNumberOrNull,
  direction: either(isOneOf('above', 'below'), isNull),
  ackedBy: isTextOrNull,
  ackedMs: isNumberOrNull,
  note: isTextOrNull,
  snoozedUntilMs: isNumberOrNull,
  clearedMs: isNumberOrNull,
  clearedBecause: either(isOneOf('recovered', 'data-returned', 'quiet', 'rule-changed', 'device-removed'), isNull),
});

export function makeAlertStore(database: Database): AlertStore {
  const table = new Table({ database, shape, name: 'alerts', entriesOf });
  return {
    get: (id) => table.get(id),
    list({ states, deviceId, ...page }) {
      const range = deviceId === undefined ? rangeUnder('alertsByTime') : rangeUnder('alertsByDevice', deviceId);
      const accept = states && ((state: string) => states.some((wanted) => wanted === state));
      return table.pageBy(range, page, { reverse: true, accept });
    },
    standing: (limit) => table.listBy(rangeUnder('alertsStanding'), limit),
    oldestCleared: (limit) => table.listBy(rangeUnder('alertsCleared'), limit),
    put: (alert) => table.put(alert, alert.id),
    remove: (id) => table.remove(id),
  };
}

function entriesOf({ id, deviceId, state, raisedMs, clearedMs }: AlertRow): IndexEntry[] {
  return [
    [keyOf('alertsByTime', raisedMs, id), state],
    [keyOf('alertsByDevice', deviceId, raisedMs, id), state],
    state === 'cleared'
      ? [keyOf('alertsCleared', clearedMs ?? raisedMs, id), '']
      : [keyOf('alertsStanding', raisedMs, id), ''],
  ];
}
