/** Promises of the store that must hold for any names, any order and any page size. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../hub/store/store.ts';
import { deviceRow, scoreRow, T0, userRow } from './store-rows.ts';
import { everyPage, type OpenStore } from './store-under-test.ts';

const RUNS = 25;
const NASTY = [
  '__proto__',
  'constructor',
  '',
  '\u0000',
  '!',
  '"',
  '"~d800',
  '\ud800',
  '\udc00',
  'a!b',
  'a"b',
  '￿',
  '🦄',
  ' ',
  '%',
  '/',
];

/** Names as strangers choose them, short ones often so that they share beginnings. */
const anyName = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: fc.constantFrom('a', '!', '"', '\u0000', ' ', '￿', '🦄', '\ud800'), maxLength: 4 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const anyNames = fc.uniqueArray(anyName, { minLength: 1, maxLength: 12 });
const anyTime = fc.oneof(fc.integer({ min: T0, max: T0 + 3 }), fc.nat({ max: Number.MAX_SAFE_INTEGER }));

export function describeProperties(name: string, open: OpenStore): void {
  /** Each run has a store of its own. */
  async function check<Input>(input: fc.Arbitrary<Input>, test: (store: Store, input: Input) => Promise<void>) {
    const property = fc.asyncProperty(input, async (value) => {
      const { store, dispose } = await open();
      await test(store, value).finally(dispose);
    });
    await fc.assert(property, { numRuns: RUNS });
  }

  describe(`${name}, for any names`, () => {
    it('keeps rows of different devices and metrics apart', () =>
      check(fc.tuple(anyNames, anyNames), async (store, [ids, metrics]) => {
        const rowsOf = (id: string) => metrics.map((metric) => ({ metric, value: `${id}/${metric}`, atMs: T0 }));
        const valuesOf = (id: string) => rowsOf(id).map(({ metric, value }) => [metric, value] as const);
        await store.commit(ids.map((id) => store.latest.put(id, T0, valuesOf(id))));
        for (const id of ids) {
          const rows = await store.latest.list(id, 100);
          expect(rows).toHaveLength(metrics.length);
          expect(rows).toEqual(expect.arrayContaining(rowsOf(id)));
        }
        const [gone, ...others] = ids;
        await store.commit([store.devices.remove(gone ?? '')]);
        expect(await store.latest.list(gone ?? '', 100)).toEqual([]);
        for (const id of others) expect(await store.latest.list(id, 100)).toHaveLength(metrics.length);
      }));

    it('lists every device once, by id in order of code points, whatever the page size', () =>
      check(fc.tuple(anyNames, fc.integer({ min: 1, max: 5 })), async (store, [ids, limit]) => {
        await store.commit(ids.map((id) => store.devices.put(deviceRow({ id }))));
        const found = (await everyPage((page) => store.devices.list(page), limit)).map((device) => device.id);
        expect(new Set(found)).toEqual(new Set(ids));
        expect(found).toHaveLength(ids.length);
        const isWhole = (id: string) => !/\p{Surrogate}/u.test(id);
        expect(found.filter(isWhole)).toEqual(ids.filter(isWhole).sort(byCodePoint));
      }));

    it('finds people by their id after any sequence of renames and removals', () =>
      check(fc.array(fc.tuple(anyName, anyName, fc.boolean()), { maxLength: 20 }), async (store, changes) => {
        const model = new Map<string, string>();
        const commits = changes.map(([id, username, isRemoval]) => {
          const row = userRow({ id, username });
          if (isRemoval) model.delete(id);
          else model.set(id, username);
          return store.commit([isRemoval ? store.users.remove(row) : store.users.put(row)]);
        });
        await Promise.all(commits);
        const found = await everyPage((page) => store.users.list(page), 3);
        expect(new Map(found.map((user) => [user.id, user.username]))).toEqual(model);
        expect(found).toHaveLength(model.size);
        for (const username of model.values()) expect(await store.users.byName(username)).toBeDefined();
      }));
  });

  describe(`${name}, for any games`, () => {
    const anyGame = fc.record({
      id: fc.constantFrom('g1', 'g2', 'g3', 'a!b', '🦄'),
      deviceId: fc.constantFrom('d1', 'd2'),
      username: fc.constantFrom('Ada', 'a!b', ''),
      atMs: anyTime,
      removedMs: fc.constantFrom(null, T0),
    });

    it('answers every filter as a plain list of the last state would', () =>
      check(
        fc.tuple(fc.array(anyGame, { maxLength: 15 }), fc.integer({ min: 1, max: 4 })),
        async (store, [games, limit]) => {
          const model = new Map(games.map((game) => [game.id, scoreRow(game)]));
          await Promise.all(games.map((game) => store.commit([store.scores.put(scoreRow(game), 'day')])));
          const visible = [...model.values()]
            .filter((score) => score.removedMs === null)
            .sort((a, b) => b.atMs - a.atMs || byCodePoint(b.id, a.id));
          for (const deviceId of [undefined, 'd1', 'd2']) {
            for (const username of [undefined, 'Ada', 'a!b', '']) {
              const found = await everyPage((page) => store.scores.list({ ...page, deviceId, username }), limit);
              const wanted = visible.filter(
                (score) =>
                  score.deviceId === (deviceId ?? score.deviceId) && score.username === (username ?? score.username),
              );
              expect(found).toEqual(wanted);
            }
          }
        },
      ));

    it('never repeats or skips a lasting row while others come and go between pages', () =>
      check(
        fc.tuple(fc.uniqueArray(anyName, { minLength: 4, maxLength: 12 }), fc.nat()),
        async (store, [ids, seed]) => {
          const lasting = ids.filter((_id, at) => at % 2 === 0);
          const fleeting = ids.filter((_id, at) => at % 2 === 1);
          const put = (id: string) => store.scores.put(scoreRow({ id, atMs: T0 + (id.length % 2) }), 'day');
          await store.commit(ids.map(put));
          let round = seed;
          const found = await everyPage(async (page) => {
            const rows = await store.scores.list(page);
            const id = fleeting[round % fleeting.length] ?? '';
            await store.commit([round % 3 === 0 ? put(id) : store.scores.remove(scoreRow({ id }), 'day')]);
            round += 1;
            return rows;
          }, 1);
          const foundIds = found.map((score) => score.id);
          expect(foundIds.filter((id) => lasting.includes(id)).sort()).toEqual(lasting.sort());
          expect(new Set(foundIds).size).toBe(foundIds.length);
        },
      ));
  });
}

const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
