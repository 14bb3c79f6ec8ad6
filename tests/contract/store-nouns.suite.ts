/** What store.ts promises of each noun: what it is found by, in which order, and what goes with it. */
import { describe, expect, it } from 'vitest';
import type { Store } from '../../hub/store/store.ts';
import {
  accountRow,
  deviceRow,
  inviteRow,
  pairingRow,
  savedPublishRow,
  scoreRow,
  sessionRow,
  T0,
  tallyRow,
  trashRow,
  userRow,
} from './store-rows.ts';

const DAY = '2026-11-20';
const idsOf = (rows: readonly { id: string }[]): string[] => rows.map((row) => row.id);

export function describeNouns(storeNow: () => Store): void {
  describePeople(storeNow);
  describeAccounts(storeNow);
  describeDevices(storeNow);
  describeScores(storeNow);

  describe('messages kept to be published again', () => {
    it('are listed by name and gone when they are removed', async () => {
      const store = storeNow();
      const named = (id: string, name: string) => store.savedPublishes.put(savedPublishRow({ id, name }));
      await store.commit([named('s1', 'b'), named('s2', 'a'), named('s3', 'c')]);
      await store.commit([named('s1', 'z'), store.savedPublishes.remove('s3')]);
      expect((await store.savedPublishes.list({ limit: 10 })).items.map(({ name }) => name)).toEqual(['a', 'z']);
      expect(await store.savedPublishes.get('s1')).toEqual(savedPublishRow({ id: 's1', name: 'z' }));
    });
  });

  describe('deleted retained messages', () => {
    it('are listed newest first, oldest first, and by their deletion', async () => {
      const store = storeNow();
      const row = (id: string, batch: string, deletedMs: number) => trashRow({ id, batch, deletedMs });
      const rows = [row('t1', 'one', T0), row('t2', 'two', T0 + 2), row('t3', 'one', T0 + 1)];
      await store.commit(rows.map((one) => store.retainedTrash.put(one)));
      expect(idsOf((await store.retainedTrash.list({ limit: 10 })).items)).toEqual(['t2', 't3', 't1']);
      expect(idsOf(await store.retainedTrash.oldest(2))).toEqual(['t1', 't3']);
      expect(idsOf(await store.retainedTrash.ofBatch('one', 10))).toEqual(['t1', 't3']);
      await store.commit([store.retainedTrash.remove('t1')]);
      expect(idsOf(await store.retainedTrash.ofBatch('one', 10))).toEqual(['t3']);
      expect(await store.retainedTrash.get('t2')).toEqual(rows[1]);
    });
  });

  describe('receipts', () => {
    it('are a ring per client id, however long and strange that is', async () => {
      const store = storeNow();
      const long = `${'ü'.repeat(30_000)}`;
      const receipt = { slot: 10, messageId: 1, hash: 'h' };
      await store.commit([
        store.receipts.put(long, receipt),
        store.receipts.put(long, { ...receipt, slot: 9 }),
        store.receipts.put(long, { ...receipt, messageId: 2 }),
        store.receipts.put(`${long}x`, { ...receipt, slot: 3 }),
      ]);
      expect(await store.receipts.list(long, 100)).toEqual([
        { slot: 9, messageId: 1, hash: 'h' },
        { slot: 10, messageId: 2, hash: 'h' },
      ]);
      expect(await store.receipts.list(long, 1)).toHaveLength(1);
      await store.commit([store.receipts.forget(long)]);
      expect(await store.receipts.list(long, 100)).toEqual([]);
      expect(await store.receipts.list(`${long}x`, 100)).toHaveLength(1);
    });

    it('tell whose they are, so that those of clients that never return can be found', async () => {
      const store = storeNow();
      const { receipts } = store;
      const clients = ['a', 'b', '', '\0!', 'c'];
      const slots = [0, 1, 511];
      await store.commit(
        clients.flatMap((id) => slots.map((slot) => receipts.put(id, { slot, messageId: 1, hash: 'h' }))),
      );
      const names = await receipts.names(100);
      expect(names).toEqual(clients.map((id) => receipts.nameOf(id)).sort());
      const first = await receipts.names(2);
      expect([...first, ...(await receipts.names(100, first[1]))]).toEqual(names);
      await store.commit([receipts.forgetNamed(receipts.nameOf('a'))]);
      expect(await receipts.list('a', 100)).toEqual([]);
      expect(await receipts.names(100)).toEqual(names.filter((name) => name !== receipts.nameOf('a')));
    });
  });
}

function describePeople(storeNow: () => Store): void {
  describe('users', () => {
    it('are found by name without case, in any Unicode spelling', async () => {
      const store = storeNow();
      await store.commit([store.users.put(userRow({ username: 'Zoë Ångström' }))]);
      expect((await store.users.byName('ZOË ÅNGSTRÖM'.normalize('NFD')))?.id).toBe('u1');
      expect(await store.users.byName('Zoë')).toBeUndefined();
    });

    it('are listed by name, and lose their old name when they get a new one', async () => {
      const store = storeNow();
      await store.commit([
        store.users.put(userRow({ id: 'u1', username: 'carl' })),
        store.users.put(userRow({ id: 'u2', username: 'Bob' })),
        store.users.put(userRow({ id: 'u3', username: 'Bob the 2nd' })),
      ]);
      expect(idsOf((await store.users.list({ limit: 10 })).items)).toEqual(['u2', 'u3', 'u1']);
      await store.commit([store.users.put(userRow({ id: 'u1', username: 'Al' }))]);
      expect(idsOf((await store.users.list({ limit: 10 })).items)).toEqual(['u1', 'u2', 'u3']);
      expect(await store.users.byName('carl')).toBeUndefined();
    });

    it('are removed with their name, even by a row that is out of date', async () => {
      const store = storeNow();
      await store.commit([store.users.put(userRow({ username: 'New' }))]);
      await store.commit([store.users.remove(userRow({ username: 'Old' }))]);
      expect(await store.users.byName('New')).toBeUndefined();
      expect((await store.users.list({ limit: 10 })).items).toEqual([]);
    });
  });

  describe('sessions', () => {
    it('are listed newest first, of everybody or of one person', async () => {
      const store = storeNow();
      await store.commit([
        store.sessions.put(sessionRow({ id: 's1', userId: 'u1', createdMs: T0 })),
        store.sessions.put(sessionRow({ id: 's2', userId: 'u2', createdMs: T0 + 2 })),
        store.sessions.put(sessionRow({ id: 's3', userId: 'u1', createdMs: T0 + 1 })),
        store.sessions.put(sessionRow({ id: 's4', userId: 'u10', createdMs: T0 + 1 })),
      ]);
      expect(idsOf((await store.sessions.list({ limit: 10 })).items)).toEqual(['s2', 's4', 's3', 's1']);
      expect(idsOf((await store.sessions.list({ limit: 10, userId: 'u1' })).items)).toEqual(['s3', 's1']);
      await store.commit([store.sessions.remove(sessionRow({ id: 's3' }))]);
      expect(idsOf((await store.sessions.list({ limit: 10, userId: 'u1' })).items)).toEqual(['s1']);
    });
  });

  describe('invites', () => {
    it('are found by the hash of their code and listed newest first', async () => {
      const store = storeNow();
      const newer = inviteRow({ id: 'i2', codeHash: 'c2', createdMs: T0 + 1 });
      await store.commit([store.invites.put(inviteRow()), store.invites.put(newer)]);
      expect(await store.invites.byCodeHash('c2')).toEqual(newer);
      expect(idsOf((await store.invites.list({ limit: 10 })).items)).toEqual(['i2', 'i1']);
      await store.commit([store.invites.remove(newer)]);
      expect(await store.invites.byCodeHash('c2')).toBeUndefined();
      expect(await store.invites.get('i2')).toBeUndefined();
    });
  });
}

function describeAccounts(storeNow: () => Store): void {
  describe('accounts', () => {
    it('are found by their exact name and listed by it', async () => {
      const store = storeNow();
      const trap = accountRow({ name: '__proto__' });
      await store.commit([
        store.accounts.put(accountRow()),
        store.accounts.put(trap),
        store.accounts.put(accountRow({ name: 'Tasmota', rules: [] })),
      ]);
      const { items } = await store.accounts.list({ limit: 10 });
      expect(items.map(({ name }) => name)).toEqual(['Tasmota', '__proto__', 'zigbee2mqtt']);
      expect(await store.accounts.get('__proto__')).toEqual(trap);
      expect(await store.accounts.get('tasmota')).toBeUndefined();
      expect(await store.accounts.get('constructor')).toBeUndefined();
    });

    it('keep their rules line by line, are replaced and removed', async () => {
      const store = storeNow();
      const changed = accountRow({ rules: ['topic deny a b/#', ''], changedMs: T0 + 1 });
      await store.commit([store.accounts.put(accountRow()), store.accounts.put(changed)]);
      expect(await store.accounts.get('zigbee2mqtt')).toEqual(changed);
      await store.commit([store.accounts.remove('zigbee2mqtt')]);
      expect((await store.accounts.list({ limit: 10 })).items).toEqual([]);
    });
  });
}

function describeDevices(storeNow: () => Store): void {
  const keepSomethingOf = (store: Store, id: string) => [
    store.devices.put(deviceRow({ id })),
    store.latest.put(id, T0, [['temperature', 21.5]]),
    store.pulses.mark(id, T0),
    store.pairings.put(pairingRow({ deviceId: id })),
  ];
  const kept = async (store: Store, id: string) => ({
    device: (await store.devices.get(id)) !== undefined,
    latest: (await store.latest.list(id, 10)).length,
    pulses: (await store.pulses.heard(id, 0, T0 * 2)).length,
    pairing: (await store.pairings.get(id)) !== undefined,
  });
  const NOTHING = { device: false, latest: 0, pulses: 0, pairing: false };
  const EVERYTHING = { device: true, latest: 1, pulses: 1, pairing: true };

  describe('devices', () => {
    it('take everything under their id along when removed, nothing of others, and no score', async () => {
      const store = storeNow();
      const score = scoreRow({ deviceId: 'd1' });
      await store.commit([
        ...keepSomethingOf(store, 'd1'),
        ...keepSomethingOf(store, 'd10'),
        store.scores.put(score, DAY),
      ]);
      await store.commit([store.devices.remove('d1')]);
      expect(await kept(store, 'd1')).toEqual(NOTHING);
      expect(await kept(store, 'd10')).toEqual(EVERYTHING);
      expect(await store.scores.get('g1')).toEqual(score);
    });

    it('are removed with what was submitted before, and keep what comes after', async () => {
      const store = storeNow();
      await Promise.all([
        store.commit(keepSomethingOf(store, 'd1')),
        store.commit([store.devices.remove('d1')]),
        store.commit([store.pulses.mark('d1', T0 + 1)]),
      ]);
      expect(await kept(store, 'd1')).toEqual({ ...NOTHING, pulses: 1 });
      expect(await store.pulses.heard('d1', T0 + 1, T0 + 2)).toEqual([T0 + 1]);
    });
  });

  describe('pulses', () => {
    it('tell in which buckets of a time range a device was heard, oldest first', async () => {
      const store = storeNow();
      const marks = [T0 + 200, T0, T0 + 100, T0];
      await store.commit([...marks.map((ms) => store.pulses.mark('d1', ms)), store.pulses.mark('d2', T0 + 50)]);
      expect(await store.pulses.heard('d1', T0, T0 + 200)).toEqual([T0, T0 + 100]);
      expect(await store.pulses.heard('d1', 0, T0 + 201)).toEqual([T0, T0 + 100, T0 + 200]);
      expect(await store.pulses.heard('d1', T0 + 5, T0 + 5)).toEqual([]);
    });

    it('are forgotten before a time', async () => {
      const store = storeNow();
      await store.commit([store.pulses.mark('d1', T0), store.pulses.mark('d1', T0 + 1), store.pulses.mark('d2', T0)]);
      await store.commit([await store.pulses.forget('d1', T0 + 1)]);
      expect(await store.pulses.heard('d1', 0, T0 * 2)).toEqual([T0 + 1]);
      expect(await store.pulses.heard('d2', 0, T0 * 2)).toEqual([T0]);
    });
  });

  describe('latest values', () => {
    it('are one per metric, by metric, of the type they came in', async () => {
      const store = storeNow();
      await store.commit([
        store.latest.put('d1', T0, [
          ['power', true],
          ['mode', 'eco'],
        ]),
        store.latest.put('d1', T0 + 1, [['power', false]]),
      ]);
      expect(await store.latest.list('d1', 10)).toEqual([
        { metric: 'mode', value: 'eco', atMs: T0 },
        { metric: 'power', value: false, atMs: T0 + 1 },
      ]);
      expect(await store.latest.list('d1', 1)).toHaveLength(1);
    });
  });

  describe('pairings', () => {
    it('are one per device, by device id', async () => {
      const store = storeNow();
      const paired = pairingRow({ deviceId: 'd1', state: 'paired', answeredAtMs: T0 + 1 });
      await store.commit([
        store.pairings.put(pairingRow({ deviceId: 'd2' })),
        store.pairings.put(pairingRow({ deviceId: 'd1' })),
        store.pairings.put(paired),
      ]);
      expect((await store.pairings.list({ limit: 10 })).items.map((row) => row.deviceId)).toEqual(['d1', 'd2']);
      expect(await store.pairings.get('d1')).toEqual(paired);
      await store.commit([store.pairings.remove('d1')]);
      expect(await store.pairings.get('d1')).toBeUndefined();
    });
  });
}

function describeScores(storeNow: () => Store): void {
  it('ids of scores are listed in their order, those of removed ones too', async () => {
    const { scores, commit } = storeNow();
    const ids = ['a', 'b!', 'c', 'ü'];
    await commit(ids.map((id, at) => scores.put(scoreRow({ id, removedMs: at === 1 ? T0 : null }), DAY)));
    expect(await scores.ids(10)).toEqual(ids);
    expect(await scores.ids(2)).toEqual(ids.slice(0, 2));
    expect(await scores.ids(10, 'b!')).toEqual(ids.slice(2));
    expect(await scores.ids(10, 'ü')).toEqual([]);
  });

  describe('scores', () => {
    const games = [
      scoreRow({ id: 'g1', deviceId: 'd1', username: 'Ada', atMs: T0 }),
      scoreRow({ id: 'g2', deviceId: 'd2', username: 'Ada', atMs: T0 + 1 }),
      scoreRow({ id: 'g3', deviceId: 'd1', username: 'Bob', atMs: T0 + 1 }),
      scoreRow({ id: 'g4', deviceId: 'd1', username: 'Ada', atMs: T0 + 2, demo: true }),
    ];
    const addAll = (store: Store) => store.commit(games.map((game) => store.scores.add(game, DAY)));

    it('are listed newest first by time, then id; of all, of a device, of a person, of both', async () => {
      const store = storeNow();
      await addAll(store);
      const list = async (filter: object) => idsOf((await store.scores.list({ limit: 10, ...filter })).items);
      expect(await list({})).toEqual(['g4', 'g3', 'g2', 'g1']);
      expect(await list({ deviceId: 'd1' })).toEqual(['g4', 'g3', 'g1']);
      expect(await list({ username: 'Ada' })).toEqual(['g4', 'g2', 'g1']);
      expect(await list({ deviceId: 'd1', username: 'Ada' })).toEqual(['g4', 'g1']);
      expect(await list({ username: 'ada' })).toEqual([]);
    });

    it('fill whole pages when listed by device and person', async () => {
      const store = storeNow();
      await addAll(store);
      const first = await store.scores.list({ limit: 1, deviceId: 'd1', username: 'Ada' });
      expect(idsOf(first.items)).toEqual(['g4']);
      const cursor = first.nextCursor;
      const second = await store.scores.list({ limit: 1, deviceId: 'd1', username: 'Ada', cursor });
      expect(idsOf(second.items)).toEqual(['g1']);
      expect(second).not.toHaveProperty('nextCursor');
    });

    it('that were removed are in no list but can be read and restored', async () => {
      const store = storeNow();
      await addAll(store);
      const removed = scoreRow({ id: 'g1', removedMs: T0 + 9 });
      await store.commit([store.scores.put(removed, DAY)]);
      expect(idsOf((await store.scores.list({ limit: 10 })).items)).toEqual(['g4', 'g3', 'g2']);
      expect(idsOf(await store.scores.ofDay(DAY, 'Ada', 10))).toEqual(['g2', 'g4']);
      expect(await store.scores.get('g1')).toEqual(removed);
      await store.commit([store.scores.put(scoreRow({ id: 'g1' }), DAY)]);
      expect(idsOf((await store.scores.list({ limit: 10, deviceId: 'd1' })).items)).toEqual(['g4', 'g3', 'g1']);
    });

    it('of one day and person come oldest first', async () => {
      const store = storeNow();
      await addAll(store);
      await store.commit([store.scores.put(scoreRow({ id: 'g5', atMs: T0 - 1 }), '2026-11-19')]);
      expect(idsOf(await store.scores.ofDay(DAY, 'Ada', 10))).toEqual(['g1', 'g2', 'g4']);
      expect(await store.scores.ofDay(DAY, 'Ada', 2)).toHaveLength(2);
    });

    it('of the demonstration are found, removed or not', async () => {
      const store = storeNow();
      await addAll(store);
      await store.commit([store.scores.put(scoreRow({ id: 'g6', demo: true, removedMs: T0 }), DAY)]);
      expect(idsOf(await store.scores.demo(10)).sort()).toEqual(['g4', 'g6']);
    });

    it('leave no trace when taken out for good, or when put again as another game', async () => {
      const store = storeNow();
      await addAll(store);
      const moved = scoreRow({ id: 'g4', deviceId: 'd9', username: 'Eve', atMs: T0 + 50 });
      await store.commit([store.scores.remove(scoreRow({ id: 'g2' }), DAY), store.scores.put(moved, '2026-11-21')]);
      expect(idsOf((await store.scores.list({ limit: 10 })).items)).toEqual(['g4', 'g3', 'g1']);
      expect(idsOf((await store.scores.list({ limit: 10, username: 'Ada' })).items)).toEqual(['g1']);
      expect(idsOf(await store.scores.ofDay(DAY, 'Ada', 10))).toEqual(['g1']);
      expect(await store.scores.demo(10)).toEqual([]);
    });
  });

  describe('tallies', () => {
    it('are listed by day, then user name, over days or of all time', async () => {
      const store = storeNow();
      const rows = [
        tallyRow({ day: '2026-11-21', username: 'Ada' }),
        tallyRow({ day: '2026-11-20', username: 'Bob' }),
        tallyRow({ day: '2026-11-20', username: 'Ada' }),
        tallyRow({ day: '2026-11-22', username: 'Ada' }),
        tallyRow({ day: 'all', username: 'Ada' }),
      ];
      await store.commit(rows.map((row) => store.tallies.put(row)));
      const range = async (from: string, to: string, limit = 10) =>
        (await store.tallies.range(from, to, limit)).map((row) => `${row.day} ${row.username}`);
      expect(await range('2026-11-20', '2026-11-21')).toEqual(['2026-11-20 Ada', '2026-11-20 Bob', '2026-11-21 Ada']);
      expect(await range('2026-11-20', '2026-11-22', 1)).toEqual(['2026-11-20 Ada']);
      expect(await range('all', 'all')).toEqual(['all Ada']);
      expect(await range('2026-11-22', '2026-11-20')).toEqual([]);
    });

    it('are one per day and person', async () => {
      const store = storeNow();
      await store.commit([store.tallies.put(tallyRow()), store.tallies.put(tallyRow({ games: 2 }))]);
      expect(await store.tallies.get(DAY, 'Ada')).toEqual(tallyRow({ games: 2 }));
      await store.commit([store.tallies.remove(DAY, 'Ada')]);
      expect(await store.tallies.get(DAY, 'Ada')).toBeUndefined();
    });
  });
}
