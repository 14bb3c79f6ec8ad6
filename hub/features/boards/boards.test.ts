import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Tile } from '../../contract/board.ts';
import { BOARDS_MAX } from '../../contract/limits.ts';
import type { Person } from '../../domain/principal.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { openLevel } from '../../store/level/open.ts';
import { type Boards, type BoardsDeps, createBoards } from './boards.ts';

const person = (username: string, role: Person['role'] = 'viewer'): Person => {
  return { kind: 'person', userId: `id of ${username}`, username, role, sessionId: 's' };
};
const OLGA = person('olga', 'operator');
const VERA = person('vera');
const TILE: Tile = { id: 't1', size: 'M', widget: { type: 'text', name: 'Hello', options: { text: 'x' } } };

let boards: Boards;
let deps: BoardsDeps;
beforeEach(async () => {
  const clock = new FakeClock();
  const log = pino({ level: 'silent' });
  const { store } = await openLevel({
    dir: undefined,
    memory: () => new MemoryLevel(),
    durability: 'commit',
    log,
    clock,
  });
  deps = {
    store,
    clock,
    usernameOf: (userId) => userId.replace('id of ', ''),
    hasWidget: (id) => id === 'w1',
    devices: async () => [{ id: 'pump', name: 'Pump', dialects: ['ruche'], metrics: new Map([['flow', 1]]) }],
  };
  boards = await createBoards(deps);
});

describe('the overview', () => {
  it('is made from what exists until somebody stores it, and again when that is deleted', async () => {
    const generated = await boards.get(VERA, 'overview');
    expect(generated).toMatchObject({ generated: true, revision: 0, shared: true, owner: null });
    expect(generated.tiles.length).toBeGreaterThan(0);
    const stored = await boards.put(OLGA, 'overview', { revision: 0, name: 'Garden', tiles: [TILE] });
    expect(stored).toMatchObject({ generated: false, revision: 1, name: 'Garden', tiles: [TILE], changedBy: 'olga' });
    expect(await boards.list(VERA)).toEqual([stored]);
    await boards.remove(OLGA, 'overview');
    expect((await boards.get(VERA, 'overview')).generated).toBe(true);
  });

  it('keeps its tiles when only its name is changed, and stays everybody’s', async () => {
    const { tiles } = await boards.get(OLGA, 'overview');
    expect(await boards.patch(OLGA, 'overview', { revision: 0, name: 'Home' })).toMatchObject({ name: 'Home', tiles });
    const hidden = boards.patch(OLGA, 'overview', { revision: 1, shared: false });
    await expect(hidden).rejects.toMatchObject({ code: 'BOARD_INVALID' });
  });
});

describe('a board', () => {
  it('keeps the order of its tiles, over a restart too', async () => {
    const tiles = ['c', 'a', 'b'].map((id) => ({ ...TILE, id }));
    const { id } = await boards.create(VERA, { name: 'Mine', tiles });
    const moved = [tiles[2], tiles[0], tiles[1]].flatMap((tile) => tile ?? []);
    await boards.put(VERA, id, { revision: 1, name: 'Mine', tiles: moved });
    boards = await createBoards(deps);
    expect(await boards.get(VERA, id)).toMatchObject({ tiles: moved, revision: 2, owner: 'vera' });
  });

  it('always has room for somebody, whatever one person makes', async () => {
    const makeMany = async (): Promise<void> => {
      for (let made = 0; made <= BOARDS_MAX; made++) await boards.create(VERA, { name: `Mine ${made}` });
    };
    await expect(makeMany()).rejects.toMatchObject({ code: 'BOARDS_OWN_FULL' });
    expect(await boards.create(person('bob'), { name: 'Bob’s' })).toMatchObject({ owner: 'bob' });
  });

  it('is not changed by who has not seen what it is now', async () => {
    const { id } = await boards.create(OLGA, { name: 'Shared', shared: true });
    await boards.put(OLGA, id, { revision: 1, name: 'Newer', tiles: [TILE] });
    const late = boards.put(OLGA, id, { revision: 1, name: 'Older', tiles: [] });
    await expect(late).rejects.toMatchObject({ status: 409, code: 'BOARD_STALE' });
    const [one, two] = await Promise.allSettled(
      ['a', 'b'].map((name) => boards.patch(OLGA, id, { revision: 2, name })),
    );
    expect([one?.status, two?.status]).toEqual(['fulfilled', 'rejected']);
  });

  it('of one’s own is nobody else’s to see; a shared one is for operators to change', async () => {
    const own = await boards.create(VERA, { name: 'Mine' });
    await expect(boards.get(OLGA, own.id)).rejects.toMatchObject({ code: 'BOARD_UNKNOWN' });
    await expect(boards.remove(OLGA, own.id)).rejects.toMatchObject({ code: 'BOARD_UNKNOWN' });
    await expect(boards.create(VERA, { name: 'x', shared: true })).rejects.toMatchObject({ code: 'BOARD_NOT_YOURS' });
    const shared = await boards.create(OLGA, { name: 'Ours', shared: true });
    expect((await boards.list(VERA)).map(({ name }) => name)).toEqual(['Overview', 'Mine', 'Ours']);
    const attempt = boards.put(VERA, shared.id, { revision: 1, name: 'x', tiles: [] });
    await expect(attempt).rejects.toMatchObject({ status: 403, code: 'BOARD_NOT_YOURS' });
    const sharing = boards.patch(VERA, own.id, { revision: 1, shared: true });
    await expect(sharing).rejects.toMatchObject({ code: 'BOARD_NOT_YOURS' });
  });

  it('with a tile that cannot be is refused, and changes nothing', async () => {
    const { id } = await boards.create(VERA, { name: 'Mine', tiles: [{ id: 'a', size: 'S', widgetId: 'w1' }] });
    const wrong = boards.put(VERA, id, { revision: 1, name: 'x', tiles: [{ id: 'a', size: 'S', widgetId: 'w2' }] });
    await expect(wrong).rejects.toMatchObject({ code: 'BOARD_INVALID' });
    expect(await boards.get(VERA, id)).toMatchObject({ name: 'Mine', revision: 1 });
  });

  it('goes with its person, or belongs to nobody when it was shared', async () => {
    const [own, shared] = [
      await boards.create(OLGA, { name: 'Mine' }),
      await boards.create(OLGA, { name: 'Ours', shared: true }),
    ];
    await boards.release(OLGA.userId);
    await expect(boards.get(OLGA, own.id)).rejects.toMatchObject({ code: 'BOARD_UNKNOWN' });
    expect((await boards.get(VERA, shared.id)).owner).toBeNull();
  });
});
