import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { type MigrationStep, migrate } from './migrate.ts';

const log = pino({ level: 'silent' });

describe('migrate', () => {
  let level: MemoryLevel<string, string>;
  let ran: number[];
  const step = (to: number): MigrationStep => ({
    to,
    what: `step ${to}`,
    run: async (db) => {
      ran.push(to);
      await db.put('row', `as of ${to}`);
    },
  });
  beforeEach(() => {
    level = new MemoryLevel();
    ran = [];
  });

  it('gives a new database the newest version without running any step', async () => {
    await migrate(level, [step(2), step(3)], log);
    expect(ran).toEqual([]);
    expect(await level.get('meta!schema')).toBe('3');
  });

  it('runs what is missing, in order, once', async () => {
    await migrate(level, [], log);
    await migrate(level, [step(2), step(3)], log);
    await migrate(level, [step(2), step(3), step(4)], log);
    await migrate(level, [step(2), step(3), step(4)], log);
    expect(ran).toEqual([2, 3, 4]);
    expect(await level.get('row')).toBe('as of 4');
  });

  it('goes on with the step that failed', async () => {
    await migrate(level, [], log);
    const broken = { ...step(3), run: () => Promise.reject(new Error('power cut')) };
    await expect(migrate(level, [step(2), broken], log)).rejects.toThrow('power cut');
    await migrate(level, [step(2), step(3)], log);
    expect(ran).toEqual([2, 3]);
  });

  it('refuses data of a newer version and leaves it alone', async () => {
    await migrate(level, [step(2)], log);
    await expect(migrate(level, [], log)).rejects.toMatchObject({ code: 'STORE_NEWER' });
    expect(await level.get('meta!schema')).toBe('2');
  });

  it('refuses a database that somebody else made', async () => {
    await level.put('their key', 'their value');
    await expect(migrate(level, [], log)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await level.put('meta!schema', 'soup');
    await expect(migrate(level, [], log)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
