/** The store's promises, on a disk and in memory. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { systemClock } from '../../hub/lib/clock.ts';
import { type OpenLevelOptions, openLevel, type Place } from '../../hub/store/level/open.ts';
import { describeStore } from './store.suite.ts';
import { describeTelemetry } from './store-telemetry.suite.ts';
import type { StoreUnderTest } from './store-under-test.ts';

const log = pino({ level: 'silent' });

async function open(place: Place, durability: OpenLevelOptions['durability']): Promise<StoreUnderTest> {
  let { store } = await openLevel({ ...place, durability, log, clock: systemClock });
  return {
    store,
    async reopen() {
      await store.close();
      ({ store } = await openLevel({ ...place, durability, log, clock: systemClock }));
      return store;
    },
    async dispose() {
      await store.close();
      if (place.dir !== undefined) await rm(place.dir, { recursive: true });
    },
  };
}

const onDisk = (durability: OpenLevelOptions['durability']) => async (): Promise<StoreUnderTest> =>
  open({ dir: await mkdtemp(join(tmpdir(), 'ruche-store-')) }, durability);
const inMemory = async (): Promise<StoreUnderTest> => {
  // One database for all openings, so that it outlives a reopening as a directory does.
  const level = new MemoryLevel<string, string>();
  return open({ dir: undefined, memory: () => level }, 'commit');
};

describeStore('level on a disk, durability commit', onDisk('commit'));
describeStore('level on a disk, durability sync', onDisk('sync'));
describeStore('level in memory', inMemory);
describeTelemetry('readings on a disk', onDisk('commit'));
describeTelemetry('readings in memory', inMemory);
