/** The store on a real disk that fills up, is given room again, or becomes read-only. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../hub/lib/clock.ts';
import { type OpenedLevel, openLevel } from '../../hub/store/level/open.ts';
import type { Store } from '../../hub/store/store.ts';
import { makeSmallDisk, type SmallDisk } from '../helpers/small-disk.ts';
import { until } from '../helpers/until.ts';

const MIB = 1024 * 1024;
const DISK_BYTES = 48 * MIB;
/** Left free when the disk is "full": less than LevelDB collects before it makes a table. */
const ROOM_BYTES = 3 * MIB;
const ROUNDS = 3;
const AT_ONCE = 16;

const log = pino({ level: 'silent' });
let disk: SmallDisk | undefined;
let opened: OpenedLevel | undefined;

const openOn = (dir: string, durability: 'commit' | 'sync') =>
  openLevel({ dir: join(dir, 'store'), durability, log, clock: systemClock });

afterEach(async () => {
  await opened?.store.close();
  await disk?.remove();
  opened = undefined;
  disk = undefined;
});

/** Values that cannot be compressed, until a commit is refused. Each commit is two values that belong together. */
async function writeUntilRefused(store: Store, round: number, acknowledged: Set<string>): Promise<string[]> {
  const refused: string[] = [];
  for (let at = 0; refused.length === 0; at += AT_ONCE) {
    const names = Array.from({ length: AT_ONCE }, (_none, index) => `${round}-${String(at + index).padStart(6, '0')}`);
    const commits = names.map((name) => commitPair(store, name));
    for (const [index, outcome] of (await Promise.allSettled(commits)).entries()) {
      const name = names[index] ?? '';
      if (outcome.status === 'fulfilled') acknowledged.add(name);
      else {
        expect(outcome.reason).toMatchObject({
          code: 'STORE_UNAVAILABLE',
          detail: expect.stringContaining('disk is full'),
        });
        refused.push(name);
      }
    }
  }
  return refused;
}

function commitPair(store: Store, name: string): Promise<void> {
  const value = randomBytes(1500).toString('base64');
  return store.commit([store.latest.put('left', 1, [[name, value]]), store.latest.put('right', 1, [[name, value]])]);
}

async function expectExactly(store: Store, acknowledged: ReadonlySet<string>): Promise<void> {
  for (const side of ['left', 'right']) {
    const rows = await store.latest.list(side, 1_000_000);
    expect(rows.map((row) => row.metric)).toEqual([...acknowledged].sort());
  }
}

describe('a disk that is full', () => {
  for (const durability of ['commit', 'sync'] as const) {
    it(`loses nothing that was acknowledged, shows nothing that was refused, and goes on when there is room (${durability})`, async (test) => {
      disk = await makeSmallDisk(DISK_BYTES);
      if (disk === undefined) return test.skip();
      opened = await openOn(disk.dir, durability);
      const { store, mqtt } = opened;
      const acknowledged = new Set<string>();
      await mqtt.put('retained:a', Buffer.from('kept'));
      for (let round = 0; round < ROUNDS; round++) {
        const { bytes } = await store.stats();
        await disk.fill(DISK_BYTES - ROOM_BYTES - (bytes ?? 0) - round * 4 * MIB);
        await writeUntilRefused(store, round, acknowledged);
        expect(store.healthy).toBe(false);
        await expect(mqtt.put('retained:b', Buffer.from('lost'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
        // Reading goes on while nothing can be written.
        await expectExactly(store, acknowledged);
        await disk.free();
        await until(() => store.healthy, { timeoutMs: 30_000, what: 'the store to work again' });
        await expectExactly(store, acknowledged);
        await commitPair(store, `${round}-later`);
        acknowledged.add(`${round}-later`);
      }
      await store.close();
      opened = await openOn(disk.dir, durability);
      await expectExactly(opened.store, acknowledged);
      expect(await opened.mqtt.get('retained:a')).toEqual(Buffer.from('kept'));
      expect(await opened.mqtt.get('retained:b')).toBeUndefined();
    });
  }
});

describe('a disk that is read-only', () => {
  it('is refused at the start with a sentence', async (test) => {
    disk = await makeSmallDisk(DISK_BYTES);
    if (disk === undefined) return test.skip();
    opened = await openOn(disk.dir, 'commit');
    await opened.store.close();
    await disk.makeReadOnly();
    const detail = `The hub cannot use ${join(disk.dir, 'store')}: the file system is read-only.`;
    await expect(openOn(disk.dir, 'commit')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', detail });
  });

  it('is refused as well where the directory would have to be made', async (test) => {
    disk = await makeSmallDisk(DISK_BYTES);
    if (disk === undefined) return test.skip();
    await disk.makeReadOnly();
    const detail = expect.stringContaining('the file system is read-only');
    await expect(openOn(disk.dir, 'commit')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', detail });
  });
});
