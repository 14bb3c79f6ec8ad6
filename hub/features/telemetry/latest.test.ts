import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { ReadingsReport } from '../../domain/report.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { openLevel } from '../../store/level/open.ts';
import { Latest } from './latest.ts';

const reading = (atMs: number): { deviceId: string; report: ReadingsReport } => ({
  deviceId: 'd',
  report: { kind: 'readings', claimedId: 'd', atMs, isDated: true, metrics: new Map([['x', atMs]]) },
});

/** When it is heard; nothing here is ahead of that. */
const NOW_MS = 1_000;

const fail = (error: unknown): never => {
  throw error;
};

async function makeLatest() {
  const log = pino({ level: 'silent' });
  const memory = () => new MemoryLevel();
  const { store } = await openLevel({ dir: undefined, memory, durability: 'sync', log, clock: new FakeClock() });
  const latest = new Latest(store, fail);
  const say = async (atMs: number, isStored = true): Promise<void> => {
    const accepted = reading(atMs);
    const writes = latest.writesFor(accepted, NOW_MS);
    if (isStored) await store.commit(writes);
    latest.settle(accepted, isStored);
  };
  return { latest, say };
}

it('an older value never replaces a newer one', async () => {
  const { latest, say } = await makeLatest();
  for (const atMs of [100, 90, 110, 105]) await say(atMs);
  expect(await latest.list('d')).toEqual([{ metric: 'x', value: 110, atMs: 110 }]);
});

it('one that could not be stored does not stand in the way of what comes late', async () => {
  const { latest, say } = await makeLatest();
  await say(80);
  await say(100, false);
  await say(90);
  expect(await latest.list('d')).toEqual([{ metric: 'x', value: 90, atMs: 90 }]);
});

it('while newer ones are on their way, one that could not be stored changes nothing', async () => {
  const { latest, say } = await makeLatest();
  const onItsWay = reading(120);
  latest.writesFor(onItsWay, NOW_MS);
  await say(100, false);
  expect(latest.writesFor(reading(110), NOW_MS)).toEqual([]);
});
