/** Devices; removing one removes what is kept under its id. */
import type { DeviceHabits, DeviceRow, DeviceStore } from '../store.ts';
import type { Database } from './database.ts';
import { keyOf, rangeUnder } from './keys.ts';
import { LevelWrite, type Step } from './level-write.ts';
import { either, isFlag, isMissing, isNull, isNumber, isText, isTexts, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const isTextOrNull = either(isText, isNull);
const isNumberOrNull = either(isNumber, isNull);

const habits = shapeOf<DeviceHabits>('habits', {
  firstSeenMs: isNumberOrNull,
  sleepMs: isNumber,
  learnedIntervalMs: isNumberOrNull,
});

const shape = shapeOf<DeviceRow>('device', {
  id: isText,
  name: isText,
  createdMs: isNumber,
  ownerId: isTextOrNull,
  dialects: isTexts,
  aliases: isTexts,
  spelling: either(isText, isMissing),
  tags: either(isTexts, isMissing),
  tokenHash: isTextOrNull,
  tokenCreatedMs: isNumberOrNull,
  secretSealed: isTextOrNull,
  boundClientId: isTextOrNull,
  boundAddress: either(isText, isMissing),
  expectedIntervalMs: isNumberOrNull,
  lastSeenMs: isNumberOrNull,
  habits: either(habits.isRow, isMissing),
  address: isTextOrNull,
  demo: isFlag,
});

/** `readingsOf` removes a device's readings. */
export function makeDeviceStore(database: Database, readingsOf: (deviceId: string) => LevelWrite): DeviceStore {
  const table = new Table({ database, shape, name: 'devices' });
  return {
    async get(id) {
      const row = await table.get(id);
      return row && complete(row);
    },
    async list(request) {
      const page = await table.page(rangeUnder('devices'), request);
      return { ...page, items: page.items.map(complete) };
    },
    put: (device) => table.put(device, device.id),
    remove(id) {
      const readings = readingsOf(id);
      const steps: Step[] = [
        { kind: 'set', key: keyOf('devices', id), value: undefined },
        { kind: 'set', key: keyOf('pairings', id), value: undefined },
        { kind: 'clear', range: rangeUnder('latest', id) },
        { kind: 'clear', range: rangeUnder('pulses', id) },
        { kind: 'clear', range: rangeUnder('commands', id) },
        { kind: 'clear', range: rangeUnder('commandsOpen', id) },
        { kind: 'clear', range: rangeUnder('commandsUnanswered', id) },
      ];
      return new LevelWrite([...steps, ...readings.steps], readings.onStored);
    },
  };
}

/** Rows of the first version have no tags. */
const complete = (row: DeviceRow): DeviceRow => ({ ...row, tags: row.tags ?? [] });
