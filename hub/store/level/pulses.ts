/** When a device was heard: one key per device and time bucket, nothing in it. */
import type { PulseStore } from '../store.ts';
import type { Database } from './database.ts';
import { keyOf, lastPartOf, rangeUnder } from './keys.ts';
import { LevelWrite } from './level-write.ts';

export function makePulseStore(database: Database): PulseStore {
  return {
    async heard(deviceId, fromMs, toMs) {
      const range = { gte: keyOf('pulses', deviceId, fromMs), lt: keyOf('pulses', deviceId, toMs) };
      return (await database.keysIn(range)).map((key) => Number(lastPartOf(key)));
    },
    mark: (deviceId, bucketMs) =>
      new LevelWrite([{ kind: 'set', key: keyOf('pulses', deviceId, bucketMs), value: '' }]),
    forget: async (deviceId, beforeMs) => {
      const range = { gte: rangeUnder('pulses', deviceId).gte, lt: keyOf('pulses', deviceId, beforeMs) };
      return new LevelWrite([{ kind: 'clear', range }]);
    },
  };
}
