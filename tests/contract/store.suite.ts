/** The promises of hub/store/store.ts as tests. Every implementation of the store passes this suite. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../hub/store/store.ts';
import { describeCommands } from './store-commands.suite.ts';
import { describeEvents } from './store-events.suite.ts';
import { describeForwarding } from './store-forwarding.suite.ts';
import { describeNouns } from './store-nouns.suite.ts';
import { describeProperties } from './store-properties.suite.ts';
import { describeReads } from './store-reads.suite.ts';
import { deviceRow, pairingRow, scoreRow, sessionRow, T0, userRow } from './store-rows.ts';
import type { OpenStore, StoreUnderTest } from './store-under-test.ts';

export function describeStore(name: string, open: OpenStore): void {
  describe(name, () => {
    let opened: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.dispose());

    describe('commit', () => {
      it('makes a write visible to reads that start after it resolved, and not before it was given to commit', async () => {
        const write = store.users.put(userRow());
        expect(await store.users.get('u1')).toBeUndefined();
        await store.commit([write]);
        expect(await store.users.get('u1')).toEqual(userRow());
      });

      it('performs all writes of a commit, in their order', async () => {
        await store.commit([
          store.users.put(userRow({ role: 'viewer' })),
          store.users.put(userRow({ role: 'owner' })),
          store.devices.put(deviceRow()),
        ]);
        expect((await store.users.get('u1'))?.role).toBe('owner');
        expect(await store.devices.get('d1')).toEqual(deviceRow());
      });

      it('resolves in the order of the calls, an empty one after everything before it', async () => {
        const order: number[] = [];
        const commits = [[store.users.put(userRow())], [], [store.devices.put(deviceRow())], []];
        await Promise.all(commits.map((writes, at) => store.commit(writes).then(() => order.push(at))));
        expect(order).toEqual([0, 1, 2, 3]);
      });

      it('gives the last word to the later of two commits that were submitted together', async () => {
        const first = store.commit([store.users.put(userRow({ username: 'Ada' }))]);
        const second = store.commit([store.users.put(userRow({ username: 'Bea' }))]);
        await Promise.all([first, second]);
        expect((await store.users.get('u1'))?.username).toBe('Bea');
        expect(await store.users.byName('Ada')).toBeUndefined();
      });

      it('refuses a write that another store made, and performs nothing of that commit', async () => {
        await expect(store.commit([store.users.put(userRow()), { bytes: 1 }])).rejects.toThrow(TypeError);
        expect(await store.users.get('u1')).toBeUndefined();
      });

      it('keeps what was committed when the store is closed and opened again', async () => {
        await store.commit([store.users.put(userRow()), store.scores.put(scoreRow(), '2026-11-20')]);
        const again = await opened.reopen();
        expect(await again.users.byName('ada')).toEqual(userRow());
        expect((await again.scores.list({ limit: 10 })).items).toEqual([scoreRow()]);
      });

      it('counts what it performed', async () => {
        const before = await store.stats();
        await store.commit([store.users.put(userRow()), store.devices.put(deviceRow())]);
        const after = await store.stats();
        expect(after.commits - before.commits).toBe(1);
        expect(after.writes - before.writes).toBe(2);
        expect(after.pendingWrites).toBe(0);
      });
    });

    describe('values', () => {
      it('answers undefined for what is absent, and removes what is absent without complaint', async () => {
        await store.commit([
          store.users.remove(userRow()),
          store.sessions.remove(sessionRow()),
          store.devices.remove('d1'),
          store.pairings.remove('d1'),
          store.scores.remove(scoreRow(), '2026-11-20'),
          store.tallies.remove('2026-11-20', 'Ada'),
        ]);
        expect(await store.users.get('u1')).toBeUndefined();
        expect(await store.devices.get('d1')).toBeUndefined();
        expect(await store.pairings.get('d1')).toBeUndefined();
      });

      it('keeps no reference to what it was handed, and hands out what may be changed', async () => {
        const device = deviceRow();
        const write = store.devices.put(device);
        device.aliases.push('changed');
        await store.commit([write]);
        const read = await store.devices.get('d1');
        read?.aliases.push('changed too');
        expect((await store.devices.get('d1'))?.aliases).toEqual(deviceRow().aliases);
      });

      it('keeps no reference to a latest value either', async () => {
        const values = new Map([['t', 1]]);
        const write = store.latest.put('d1', T0, values);
        values.set('t', 2);
        await store.commit([write]);
        expect(await store.latest.list('d1', 10)).toEqual([{ metric: 't', value: 1, atMs: T0 }]);
      });

      it('refuses to make a write that could not be read back', () => {
        expect(() => store.latest.put('d1', T0, [['t', Number.NaN]])).toThrow(TypeError);
        expect(() => store.scores.put(scoreRow({ atMs: 1.5 }), '2026-11-20')).toThrow(RangeError);
      });

      it('says how much a write adds', () => {
        const small = store.users.put(userRow());
        const large = store.users.put(userRow({ passwordHash: 'x'.repeat(1000) }));
        expect(large.bytes - small.bytes).toBeGreaterThanOrEqual(900);
      });
    });

    describe('lists', () => {
      it('answer whole pages, and a cursor only when more follows', async () => {
        const ids = ['a', 'b', 'c', 'd'];
        await store.commit(ids.map((id) => store.devices.put(deviceRow({ id }))));
        const all = await store.devices.list({ limit: 4 });
        expect(all.items.map((device) => device.id)).toEqual(ids);
        expect(all).not.toHaveProperty('nextCursor');
        const first = await store.devices.list({ limit: 3 });
        expect(first.items).toHaveLength(3);
        const rest = await store.devices.list({ limit: 3, cursor: first.nextCursor });
        expect(rest.items.map((device) => device.id)).toEqual(['d']);
      });

      it('go on where they were when rows come and go between pages', async () => {
        await store.commit(['a', 'b', 'c', 'd'].map((id) => store.devices.put(deviceRow({ id }))));
        const { nextCursor } = await store.devices.list({ limit: 2 });
        await store.commit([
          store.devices.remove('b'),
          store.devices.put(deviceRow({ id: 'a2' })),
          store.devices.put(deviceRow({ id: 'c2' })),
        ]);
        const rest = await store.devices.list({ limit: 10, cursor: nextCursor });
        expect(rest.items.map((device) => device.id)).toEqual(['c', 'c2', 'd']);
      });

      it('refuse a cursor that is not theirs', async () => {
        await store.commit([
          store.devices.put(deviceRow({ id: 'a' })),
          store.devices.put(deviceRow({ id: 'b' })),
          store.pairings.put(pairingRow({ deviceId: 'a' })),
          store.pairings.put(pairingRow({ deviceId: 'b' })),
        ]);
        const { nextCursor } = await store.devices.list({ limit: 1 });
        for (const cursor of ['', 'nonsense', '!!!', nextCursor]) {
          await expect(store.pairings.list({ limit: 1, cursor })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
        }
      });

      it('need a limit of at least one', async () => {
        await expect(store.devices.list({ limit: 0 })).rejects.toThrow(RangeError);
        await expect(store.latest.list('d1', Number.NaN)).rejects.toThrow(RangeError);
      });
    });

    describe('closing', () => {
      it('waits for what was submitted', async () => {
        const commit = store.commit([store.users.put(userRow())]);
        const again = await opened.reopen();
        await commit;
        expect(await again.users.get('u1')).toEqual(userRow());
      });

      it('refuses everything later with STORE_UNAVAILABLE, and may be asked for twice', async () => {
        const write = store.users.put(userRow());
        await Promise.all([store.close(), store.close()]);
        expect(store.healthy).toBe(false);
        await expect(store.commit([write])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
        await expect(store.users.get('u1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
        await expect(store.users.list({ limit: 1 })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      });
    });

    describeNouns(() => store);
    describeEvents(
      () => store,
      () => opened.reopen(),
    );
    describeCommands(() => store);
    describeForwarding(() => store);
    describeReads(() => store);
  });
  describeProperties(name, open);
}
