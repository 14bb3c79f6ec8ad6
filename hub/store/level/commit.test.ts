import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../lib/fake-clock.ts';
import { Committer, GROUP_WRITES_MAX, PENDING_BYTES_MAX, PENDING_WRITES_MAX } from './commit.ts';
import { Database } from './database.ts';
import type { Changes } from './group.ts';
import { LevelWrite } from './level-write.ts';
import { Recovery } from './recover.ts';
import { type Durability, SYNC_EVERY_MS } from './sync-pace.ts';

const log = pino({ level: 'silent' });
const put = (key: string, value = 'x'): LevelWrite => new LevelWrite([{ kind: 'set', key, value }]);
const puts = (count: number): LevelWrite[] => Array.from({ length: count }, (_none, at) => put(`k${at}`));

/** Keeps a record of the batches, and lets a test do something while one is under way. */
class WatchedDatabase extends Database {
  readonly batches: { keys: string[]; sync: boolean }[] = [];
  meanwhile: () => Promise<void> = async () => {};

  override async write(changes: Changes, options: { sync: boolean }): Promise<void> {
    this.batches.push({ keys: [...changes.keys()], sync: options.sync });
    await this.meanwhile();
    await super.write(changes, options);
  }
}

function setUp(durability: Durability = 'sync') {
  const clock = new FakeClock();
  const database = new WatchedDatabase(new MemoryLevel<string, string>());
  const recovery = new Recovery({ database, dir: undefined, clock, log });
  const committer = new Committer({ database, recovery, durability, clock, log });
  return { clock, database, committer };
}

describe('a group commit', () => {
  it('takes everything of one turn, and leaves what arrives meanwhile to the next', async () => {
    const { database, committer } = setUp();
    const late: Promise<void>[] = [];
    database.meanwhile = async () => {
      if (late.length === 0) late.push(committer.commit([put('d')]), committer.commit([put('e')]));
    };
    await Promise.all([committer.commit([put('a')]), committer.commit([put('b'), put('c')])]);
    await Promise.all(late);
    expect(database.batches.map((batch) => batch.keys)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
  });

  it('begins what came in earlier turns before it tells that a batch is stored', async () => {
    const { database, committer } = setUp();
    const happened: string[] = [];
    const late: Promise<void>[] = [];
    database.meanwhile = async () => {
      happened.push(`writes ${database.batches.at(-1)?.keys.join()}`);
      if (late.length === 0) late.push(committer.commit([put('b')]).then(() => void happened.push('told b')));
      await new Promise(setImmediate);
      await new Promise(setImmediate);
    };
    await committer.commit([put('a')]).then(() => void happened.push('told a'));
    await Promise.all(late);
    expect(happened).toEqual(['writes a', 'writes b', 'told a', 'told b']);
  });

  it('calls those who wait for one batch in the order they came', async () => {
    const { committer } = setUp();
    const told: number[] = [];
    await Promise.all(Array.from({ length: 100 }, (_none, at) => committer.commit(puts(1)).then(() => told.push(at))));
    expect(told).toEqual(Array.from({ length: 100 }, (_none, at) => at));
  });

  it('has one batch in flight at a time', async () => {
    const { database, committer } = setUp();
    let inFlight = 0;
    database.meanwhile = async () => {
      inFlight += 1;
      expect(inFlight).toBe(1);
      await new Promise(setImmediate);
      inFlight -= 1;
    };
    const commits: Promise<void>[] = [];
    for (let at = 0; at < 50; at++) {
      commits.push(committer.commit([put(`k${at}`)]));
      if (at % 7 === 0) await new Promise(setImmediate);
    }
    await Promise.all(commits);
    expect(database.batches.flatMap((batch) => batch.keys)).toHaveLength(50);
  });

  it('writes a key once when it was put several times, with the last value', async () => {
    const { database, committer } = setUp();
    await Promise.all([committer.commit([put('a', '1')]), committer.commit([put('a', '2'), put('b')])]);
    expect(database.batches).toEqual([{ keys: ['a', 'b'], sync: true }]);
    expect(await database.get('a')).toBe('2');
  });

  it('makes only the last value of a key, and none of a later batch', async () => {
    const { database, committer } = setUp();
    const made: string[] = [];
    const late = (value: string): LevelWrite => {
      const make = (): string => {
        made.push(value);
        return value;
      };
      return new LevelWrite([{ kind: 'set', key: 'a', value: { length: 1, make } }]);
    };
    let next: Promise<void> | undefined;
    database.meanwhile = async () => {
      expect(made).toEqual(next === undefined ? [] : ['2']);
      next ??= committer.commit([late('3')]);
    };
    await Promise.all([committer.commit([late('1')]), committer.commit([late('2')])]);
    expect(await database.get('a')).toBe('2');
    await next;
    expect(await database.get('a')).toBe('3');
    expect(made).toEqual(['2', '3']);
  });

  it('is split when it would be too large for one turn, but never inside a commit', async () => {
    const { database, committer } = setUp();
    const half = GROUP_WRITES_MAX / 2 + 1;
    await Promise.all([committer.commit(puts(half)), committer.commit(puts(half)), committer.commit(puts(3 * half))]);
    expect(database.batches.map((batch) => batch.keys.length)).toEqual([half, half, 3 * half]);
  });
});

describe('a queue that is full', () => {
  it('refuses with STORE_BUSY, stores what it took, and takes more when there is room', async () => {
    const { database, committer } = setUp();
    const taken = committer.commit(puts(PENDING_WRITES_MAX - 1));
    const last = committer.commit([]);
    await expect(committer.commit([])).rejects.toMatchObject({ code: 'STORE_BUSY' });
    await expect(committer.commit([put('refused')])).rejects.toMatchObject({ code: 'STORE_BUSY' });
    expect(committer.counts.pendingWrites).toBe(PENDING_WRITES_MAX - 1);
    await Promise.all([taken, last]);
    await committer.commit([put('later')]);
    expect(await database.get('refused')).toBeUndefined();
    expect(await database.get('later')).toBe('x');
    expect(committer.counts).toEqual({ commits: 2, writes: PENDING_WRITES_MAX, pendingWrites: 0 });
  });

  it('is also one of too many bytes', async () => {
    const { committer } = setUp();
    const large = put('large', 'x'.repeat(PENDING_BYTES_MAX));
    const taken = committer.commit([large]);
    await expect(committer.commit([put('small')])).rejects.toMatchObject({ code: 'STORE_BUSY' });
    await taken;
    await committer.commit([put('small')]);
  });
});

describe('durability', () => {
  it('commit: syncs at most once a second while something is written, and then rests', async () => {
    const { clock, database, committer } = setUp('commit');
    await committer.commit([put('a')]);
    await committer.commit([put('b')]);
    clock.advance(SYNC_EVERY_MS - 1);
    await committer.commit([]);
    expect(database.batches.map((batch) => batch.sync)).toEqual([false, false]);
    clock.advance(1);
    await vi.waitUntil(() => database.batches.length === 3);
    expect(database.batches.at(-1)).toEqual({ keys: ['meta!synced'], sync: true });
    await committer.commit([]);
    clock.advance(SYNC_EVERY_MS * 5);
    await committer.commit([]);
    expect(database.batches).toHaveLength(3);
  });

  it('commit: lets a batch that comes in time carry the sync', async () => {
    const { clock, database, committer } = setUp('commit');
    await committer.commit([put('a')]);
    clock.advance(SYNC_EVERY_MS);
    await committer.commit([put('b')]);
    expect(database.batches).toEqual([
      { keys: ['a'], sync: false },
      { keys: ['b'], sync: true },
    ]);
  });

  it('commit: syncs before it closes', async () => {
    const { database, committer } = setUp('commit');
    void committer.commit([put('a')]);
    await committer.close();
    expect(database.batches.map((batch) => batch.sync)).toEqual([false, true]);
  });

  it('sync: syncs every batch and nothing else', async () => {
    const { clock, database, committer } = setUp('sync');
    await committer.commit([put('a')]);
    clock.advance(SYNC_EVERY_MS * 2);
    await committer.close();
    expect(database.batches).toEqual([{ keys: ['a'], sync: true }]);
  });
});
