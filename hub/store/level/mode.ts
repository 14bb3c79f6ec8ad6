/** The mode of the hub: one row. */
import type { ModeRow, ModeStore, ModeWindowRow } from '../alert-store.ts';
import type { Database } from './database.ts';
import { type Check, either, isFlag, isNull, isNumber, isOneOf, isText, isTexts, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const isTextOrNull = either(isText, isNull);
const isNumberOrNull = either(isNumber, isNull);
const isNumbers: Check = (value) => Array.isArray(value) && value.every(isNumber);

const windowShape = shapeOf<ModeWindowRow>('mode window', { days: isNumbers, from: isText, to: isText });
const isWindow: Check = (value) => windowShape.tryDecode(JSON.stringify(value)) !== undefined;

const shape = shapeOf<ModeRow>('mode', {
  mode: isOneOf('active', 'surveillance'),
  sinceMs: isNumberOrNull,
  by: isTextOrNull,
  bySchedule: isFlag,
  armsAtMs: isNumberOrNull,
  entryEndsMs: isNumberOrNull,
  entryDeviceId: isTextOrNull,
  entryType: isTextOrNull,
  exitDelayS: isNumber,
  entryDelayS: isNumber,
  watched: isTexts,
  scheduleEnabled: isFlag,
  windows: (value) => Array.isArray(value) && value.every(isWindow),
  scheduled: either(isFlag, isNull),
});

const ONLY = 'now';

export function makeModeStore(database: Database): ModeStore {
  const table = new Table({ database, shape, name: 'mode' });
  return { get: () => table.get(ONLY), put: (mode) => table.put(mode, ONLY) };
}
