/** Rules that raise alerts. */
import type { AlertRuleRow, AlertRuleStore } from '../alert-store.ts';
import type { Database } from './database.ts';
import { keyOf, rangeUnder } from './keys.ts';
import { either, isFlag, isNull, isNumber, isOneOf, isText, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const isTextOrNull = either(isText, isNull);
const isNumberOrNull = either(isNumber, isNull);

const shape = shapeOf<AlertRuleRow>('alert rule', {
  id: isText,
  name: isText,
  kind: isOneOf('threshold', 'no-data', 'event'),
  enabled: isFlag,
  severity: isOneOf('info', 'warning', 'critical'),
  deviceId: isTextOrNull,
  metric: isTextOrNull,
  direction: either(isOneOf('above', 'below'), isNull),
  limit: isNumberOrNull,
  hysteresis: isNumber,
  forS: isNumber,
  afterS: isNumberOrNull,
  eventType: isTextOrNull,
  clearAfterS: isNumberOrNull,
  createdMs: isNumber,
  createdBy: isText,
  changedMs: isNumber,
});

export function makeAlertRuleStore(database: Database): AlertRuleStore {
  const table = new Table({
    database,
    shape,
    name: 'alertRules',
    entriesOf: ({ id, createdMs }) => [[keyOf('alertRulesByTime', createdMs, id), '']],
  });
  return {
    list: (page) => table.pageBy(rangeUnder('alertRulesByTime'), page),
    put: (rule) => table.put(rule, rule.id),
    remove: (id) => table.remove(id),
  };
}
