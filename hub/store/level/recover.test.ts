import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../lib/fake-clock.ts';
import type { LatestRow } from '../store.ts';
import { type OpenedLevel, openLevel } from './open.ts';
import { RECOVERY_DELAY_MS_MAX, RECOVERY_DELAY_MS_MIN } from './recover.ts';

const log = pino({ level: 'silent' });
const row = (value: string): LatestRow => ({ metric: 'm', value, atMs: 1 });
const opened: OpenedLevel[] = [];

/** A store whose disk can be broken: writing fails, and opening as well when told to. */
async function openBreakable() {
  const clock = new FakeClock();
  const level = new MemoryLevel<string, string>();
  const disk = { canWrite: true, canOpen: true, openings: 0 };
  const parts = await openLevel({ dir: undefined, memory: () => level, durability: 'commit', log, clock });
  opened.push(parts);
  level.hooks.prewrite.add(() => {
    if (!disk.canWrite) throw new Error('IO error: 000003.log: No space left on device');
  });
  level.hooks.postopen.add(async () => {
    disk.openings += 1;
    if (!disk.canOpen) throw new Error('IO error: LOCK: Input/output error');
  });
  return { ...parts, level, clock, disk };
}

afterEach(async () => {
  for (const { store } of opened.splice(0)) await store.close();
});

describe('a store that fails to write', () => {
  it('rejects everything that was under way with the reason, shows nothing of it, and says that it is not healthy', async () => {
    const { store, disk } = await openBreakable();
    await store.commit([store.latest.put('d1', 1, [['m', 'kept']])]);
    disk.canWrite = false;
    const commits = [
      store.commit([store.latest.put('d1', 1, [['m', 'lost']])]),
      store.commit([]),
      store.commit([store.pulses.mark('d1', 1)]),
    ];
    for (const outcome of await Promise.allSettled(commits)) {
      const reason = { code: 'STORE_UNAVAILABLE', detail: expect.stringContaining('the disk is full') };
      expect(outcome).toMatchObject({ status: 'rejected', reason });
    }
    expect(store.healthy).toBe(false);
    await expect(store.commit([])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect((await store.stats()).pendingWrites).toBe(0);
    expect(await store.latest.list('d1', 9)).toEqual([row('kept')]);
    expect(await store.pulses.heard('d1', 0, 9)).toEqual([]);
  });

  it('opens the database anew before it takes another commit', async () => {
    const { store, disk, clock } = await openBreakable();
    disk.canWrite = false;
    await expect(store.commit([store.latest.put('d1', 1, [['m', 'lost']])])).rejects.toThrow();
    disk.canWrite = true;
    await expect(store.commit([])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(disk.openings).toBe(0);
    clock.advance(RECOVERY_DELAY_MS_MIN);
    await vi.waitUntil(() => store.healthy);
    expect(disk.openings).toBe(1);
    await store.commit([store.latest.put('d1', 1, [['m', 'again']])]);
    expect(await store.latest.list('d1', 9)).toEqual([row('again')]);
  });

  it('undoes a batch that was in the log although it was refused', async () => {
    const { store, disk, clock, level } = await openBreakable();
    await store.commit([store.latest.put('d1', 1, [['m', 'kept']])]);
    disk.canWrite = false;
    await expect(
      store.commit([store.latest.put('d1', 1, [['m', 'lost']]), store.pulses.mark('d1', 1)]),
    ).rejects.toThrow();
    disk.canWrite = true;
    // What LevelDB does when fsync failed after the record was complete: reading the log brings it back.
    level.hooks.postopen.add(() =>
      level.batch([
        { type: 'put', key: 'latest!d1!m', value: JSON.stringify(row('lost')) },
        { type: 'put', key: 'pulse!d1!0000000000000001', value: '' },
      ]),
    );
    clock.advance(RECOVERY_DELAY_MS_MIN);
    await vi.waitUntil(() => store.healthy);
    expect(await store.latest.list('d1', 9)).toEqual([row('kept')]);
    expect(await store.pulses.heard('d1', 0, 9)).toEqual([]);
  });

  it('tries again after growing delays while it cannot be opened; reads are refused meanwhile', async () => {
    const { store, disk, clock } = await openBreakable();
    disk.canWrite = false;
    disk.canOpen = false;
    await expect(store.commit([store.pulses.mark('d1', 1)])).rejects.toThrow();
    for (
      let attempt = 1, ms = RECOVERY_DELAY_MS_MIN;
      attempt <= 8;
      attempt++, ms = Math.min(ms * 2, RECOVERY_DELAY_MS_MAX)
    ) {
      clock.advance(ms - 1);
      await new Promise(setImmediate);
      expect(disk.openings).toBe(attempt - 1);
      clock.advance(1);
      await vi.waitUntil(() => disk.openings === attempt);
      await vi.waitFor(() => expect(store.latest.list('d1', 9)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' }));
    }
    disk.canWrite = true;
    disk.canOpen = true;
    clock.advance(RECOVERY_DELAY_MS_MAX);
    await vi.waitUntil(() => store.healthy);
    await store.commit([store.pulses.mark('d1', 1)]);
  });

  it('lets reads wait that were cut off by the reopening or start during it', async () => {
    const { store, disk, clock, level } = await openBreakable();
    await store.commit([store.latest.put('d1', 1, [['m', 'kept']])]);
    disk.canWrite = false;
    await expect(store.commit([store.pulses.mark('d1', 1)])).rejects.toThrow();
    disk.canWrite = true;
    const reads: Promise<LatestRow[]>[] = [];
    level.once('closed', () => reads.push(store.latest.list('d1', 9)));
    clock.advance(RECOVERY_DELAY_MS_MIN);
    while (!store.healthy) {
      reads.push(store.latest.list('d1', 9));
      await new Promise(setImmediate);
    }
    expect(reads.length).toBeGreaterThan(1);
    expect(await Promise.all(reads)).toEqual(reads.map(() => [row('kept')]));
  });

  it('can be closed while it waits', async () => {
    const { store, disk } = await openBreakable();
    disk.canWrite = false;
    await expect(store.commit([store.pulses.mark('d1', 1)])).rejects.toThrow();
    await store.close();
    expect(disk.openings).toBe(0);
  });
});

describe('the broker’s part of a store that fails to write', () => {
  it('works again after the reopening, with the same object', async () => {
    const { store, mqtt, disk, clock } = await openBreakable();
    await mqtt.put('retained:a', Buffer.from('1'));
    disk.canWrite = false;
    await expect(mqtt.put('retained:b', Buffer.from('2'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(store.healthy).toBe(false);
    disk.canWrite = true;
    clock.advance(RECOVERY_DELAY_MS_MIN);
    await vi.waitUntil(() => store.healthy);
    await mqtt.put('retained:c', Buffer.from('3'));
    expect(await mqtt.get('retained:a')).toEqual(Buffer.from('1'));
    expect(await mqtt.get('retained:b')).toBeUndefined();
    expect(await mqtt.get('retained:c')).toEqual(Buffer.from('3'));
  });

  it('goes on reading where it was when the database is opened anew in the middle of it', async () => {
    const { store, mqtt, disk, clock } = await openBreakable();
    const keys = Array.from({ length: 50 }, (_none, at) => String(at).padStart(2, '0'));
    await mqtt.batch(keys.map((key) => ({ type: 'put' as const, key, value: Buffer.from(key) })));
    disk.canWrite = false;
    await expect(store.commit([store.pulses.mark('d1', 1)])).rejects.toThrow();
    disk.canWrite = true;
    const seen: string[] = [];
    for await (const value of mqtt.values()) {
      seen.push(value.toString());
      if (seen.length !== 20) continue;
      clock.advance(RECOVERY_DELAY_MS_MIN);
      await vi.waitUntil(() => store.healthy);
    }
    expect(seen).toEqual(keys);
  });

  it('ends reading quietly when the store is closed', async () => {
    const { store, mqtt } = await openBreakable();
    await mqtt.put('a', Buffer.from('1'));
    await mqtt.put('b', Buffer.from('2'));
    const seen: string[] = [];
    for await (const value of mqtt.values()) {
      seen.push(value.toString());
      await store.close();
    }
    expect(seen.length).toBeLessThanOrEqual(2);
  });
});
