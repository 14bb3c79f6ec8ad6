import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../lib/fake-clock.ts';
import { DISK_USAGE_AGE_MS_MAX } from './disk-usage.ts';
import { openLevel } from './open.ts';

const log = pino({ level: 'silent' });
const isRoot = process.getuid?.() === 0;

describe('openLevel', () => {
  let parent: string;
  let dir: string;
  const clock = new FakeClock();
  const open = (path = dir) => openLevel({ dir: path, durability: 'commit', log, clock });

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'ruche-open-'));
    dir = join(parent, 'data', 'store');
  });
  afterEach(() => rm(parent, { recursive: true }));

  it('makes a directory that nobody else may read', async () => {
    const { store } = await open();
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    await store.close();
  });

  it('refuses a directory that another store uses, naming it, and takes it when that one is closed', async () => {
    const { store } = await open();
    await expect(open()).rejects.toMatchObject({ code: 'STORE_LOCKED', detail: expect.stringContaining(dir) });
    await store.close();
    const again = await open();
    await again.store.close();
  });

  it('refuses a path that is no directory, with a sentence', async () => {
    const path = join(parent, 'file');
    await writeFile(path, '');
    const detail = `The hub cannot use ${path}: it is not a directory.`;
    await expect(open(path)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', detail });
  });

  it.skipIf(isRoot)('refuses a directory it may not write in, with a sentence', async () => {
    await chmod(parent, 0o500);
    const detail = `The hub cannot use ${dir}: the hub may not write there.`;
    await expect(open()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', detail });
    await chmod(parent, 0o700);
  });

  it('refuses data of a newer hub and lets go of the directory', async () => {
    const step = { to: 2, what: 'nothing', run: async () => {} };
    const newer = await openLevel({ dir, durability: 'commit', log, clock, migrations: [step] });
    await newer.store.close();
    await expect(open()).rejects.toMatchObject({ code: 'STORE_NEWER' });
    const again = await openLevel({ dir, durability: 'commit', log, clock, migrations: [step] });
    await again.store.close();
  });

  it('tells how many bytes the data takes, looking at the disk only now and then', async () => {
    const { store } = await open();
    const { bytes } = await store.stats();
    expect(bytes).toBeGreaterThan(0);
    await writeFile(join(dir, 'more'), Buffer.alloc(5000));
    expect((await store.stats()).bytes).toBe(bytes);
    clock.advance(DISK_USAGE_AGE_MS_MAX);
    expect((await store.stats()).bytes).toBeGreaterThanOrEqual(5000);
    await store.close();
  });
});
