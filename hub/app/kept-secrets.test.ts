import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { deviceRow } from '../../tests/contract/store-rows.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { openLevel } from '../store/level/open.ts';
import { holdsSecrets } from './kept-secrets.ts';

it('finds the one secret among many devices, wherever it stands', async () => {
  const memory = () => new MemoryLevel<string, string>();
  const log = pino({ level: 'silent' });
  const { store } = await openLevel({ dir: undefined, memory, durability: 'commit', log, clock: new FakeClock() });
  const ids = Array.from({ length: 250 }, (_, at) => `d${String(at).padStart(3, '0')}`);
  await store.commit(ids.map((id) => store.devices.put(deviceRow({ id, secretSealed: null }))));
  expect(await holdsSecrets(store)).toBe(false);
  await store.commit([store.devices.put(deviceRow({ id: 'd249', secretSealed: 'sealed' }))]);
  expect(await holdsSecrets(store)).toBe(true);
  await store.close();
});
