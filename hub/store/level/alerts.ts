/** Alerts, found by time, by device, and apart: those that stand and those that are over. */
import { ALERT_CODES } from '../../contract/alert.ts';
import type { AlertRow, AlertStore } from '../alert-store.ts';
import type { Database } from './database.ts';
import { keyOf, rangeUnder } from './keys.ts';
import type { IndexEntry } from './level-write.ts';
import { either, isFlag, isMissing, isNull, isNumber, isOneOf, isText, shapeOf } from './shape.ts';
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
  code: either(isOneOf(...ALERT_CODES), isNull, isMissing),
  state: isOneOf('open', 'acknowledged', 'cleared'),
  raisedMs: isNumber,
  lastMs: isNumber,
  count: isNumber,
  value: either(isNumber, isFlag, isText, isNull),
  limit: isNumberOrNull,
  direction: either(isOneOf('above', 'below'), isNull),
  afterS: either(isNumber, isNull, isMissing),
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
    async get(id) {
      const row = await table.get(id);
      return row && complete(row);
    },
    async list({ states, deviceId, ...request }) {
      const range = deviceId === undefined ? rangeUnder('alertsByTime') : rangeUnder('alertsByDevice', deviceId);
      const accept = states && ((state: string) => states.some((wanted) => wanted === state));
      const page = await table.pageBy(range, request, { reverse: true, accept });
      return { ...page, items: page.items.map(complete) };
    },
    standing: async (limit) => (await table.listBy(rangeUnder('alertsStanding'), limit)).map(complete),
    oldestCleared: async (limit) => (await table.listBy(rangeUnder('alertsCleared'), limit)).map(complete),
    put: (alert) => table.put(alert, alert.id),
    remove: (id) => table.remove(id),
  };
}

/** Rows of the first version have neither. */
const complete = (row: AlertRow): AlertRow => ({ ...row, code: row.code ?? null, afterS: row.afterS ?? null });

function entriesOf({ id, deviceId, state, raisedMs, clearedMs }: AlertRow): IndexEntry[] {
  return [
    [keyOf('alertsByTime', raisedMs, id), state],
    [keyOf('alertsByDevice', deviceId, raisedMs, id), state],
    state === 'cleared'
      ? [keyOf('alertsCleared', clearedMs ?? raisedMs, id), '']
      : [keyOf('alertsStanding', raisedMs, id), ''],
  ];
}
