import { describe, expect, it } from 'vitest';
import { RucheError } from '../../contract/errors.ts';
import type { DeviceRow, Store, Write } from '../../store/store.ts';
import { newRow } from './adoption.ts';
import { setUp } from './devices.fixture.ts';
import { DEVICES_MAX, namesOf, Registry, withAlias } from './registry.ts';

const row = (id: string, parts: Partial<DeviceRow> = {}): DeviceRow => newRow(id, 1, parts);

/** A store that takes writes as long as `disk.works`. */
async function breakable() {
  const { store } = await setUp();
  const disk = { works: true };
  const devices = store.devices;
  const commit = (writes: readonly Write[]): Promise<void> =>
    disk.works ? store.commit(writes) : Promise.reject(new RucheError('STORE_UNAVAILABLE'));
  const registry = new Registry({ devices, commit } satisfies Pick<Store, 'devices' | 'commit'>, () => false);
  return { disk, registry, store };
}

describe('a device', () => {
  it('is found by its id, its aliases, its MAC in any spelling and its bound client id', async () => {
    const { registry } = await breakable();
    await registry.add(row('AABBCCDDEEFF', { aliases: ['ESP32_x'], boundClientId: 'my client' }));
    for (const name of ['AABBCCDDEEFF', 'aa:bb:cc:dd:ee:ff', 'aabb-ccdd-eeff', 'ESP32_x', 'my client']) {
      const isMac = name !== 'aabb-ccdd-eeff';
      expect(registry.find(name)?.id, name).toBe(isMac ? 'AABBCCDDEEFF' : undefined);
    }
    expect(registry.find('__proto__')).toBeUndefined();
  });

  it('keeps its name when another one asks for it', async () => {
    const { registry } = await breakable();
    await registry.add(row('a', { aliases: ['b'] }));
    await expect(registry.add(row('a'))).rejects.toMatchObject({ code: 'DEVICE_EXISTS' });
    await expect(registry.add(row('b'))).rejects.toMatchObject({ code: 'DEVICE_EXISTS' });
    await expect(registry.add(row('waiting'))).rejects.toMatchObject({ code: 'DEVICE_ID_INVALID' });
    await registry.add(row('c'));
    await registry.change('c', (before) => ({ ...before, aliases: ['a', 'b'] }));
    expect(registry.find('b')?.id).toBe('a');
  });

  it('has at most sixteen other names, each once', () => {
    let device = row('AABBCCDDEEFF');
    for (let at = 0; at < 20; at++) device = { ...device, aliases: withAlias(device, `n${at}`) };
    device = { ...device, aliases: withAlias(device, 'n3') };
    expect(device.aliases).toHaveLength(16);
    expect(withAlias(row('AABBCCDDEEFF'), 'aa:bb:cc:dd:ee:ff')).toEqual([]);
    expect(new Set(namesOf(device)).size).toBe(17);
  });

  it('loses its names when it is removed', async () => {
    const { registry } = await breakable();
    await registry.add(row('a', { aliases: ['b'], boundClientId: 'c' }));
    await registry.remove('a');
    expect([registry.find('a'), registry.find('b'), registry.find('c'), registry.boundTo('c')]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    await expect(registry.remove('a')).rejects.toMatchObject({ code: 'DEVICE_UNKNOWN' });
  });
});

describe('when the disk fails', () => {
  it('nothing is different in memory either', async () => {
    const { registry, disk } = await breakable();
    await registry.add(row('a', { name: 'before' }));
    disk.works = false;
    await expect(registry.add(row('b'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(registry.remove('a')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const change = registry.change('a', (one) => ({ ...one, name: 'after', aliases: ['x'] }));
    await expect(change).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(registry.find('a')).toMatchObject({ name: 'before', aliases: [] });
    expect([registry.find('b'), registry.find('x')]).toEqual([undefined, undefined]);
  });

  it('what the device said meanwhile stays', async () => {
    const { registry, disk } = await breakable();
    await registry.add(row('a', { name: 'before' }));
    disk.works = false;
    const change = registry.change('a', (one) => ({ ...one, name: 'after' }));
    await Promise.resolve();
    registry.note('a', { lastSeenMs: 77, spelling: 'A' });
    await expect(change).rejects.toThrow();
    expect(registry.find('a')).toMatchObject({ name: 'before', lastSeenMs: 77, spelling: 'A' });
  });
});

describe('changes', () => {
  it('made at the same time are all kept', async () => {
    const { registry, store } = await breakable();
    await registry.add(row('a'));
    await Promise.all([
      registry.change('a', (one) => ({ ...one, name: 'new' })),
      registry.change('a', (one) => ({ ...one, ownerId: 'u' })),
      registry.change('a', (one) => ({ ...one, expectedIntervalMs: 5000 })),
    ]);
    expect(await store.devices.get('a')).toMatchObject({ name: 'new', ownerId: 'u', expectedIntervalMs: 5000 });
  });
});

describe('the list', () => {
  it('is by id, in pages, whose cursors stay valid while devices come and go', async () => {
    const { registry } = await breakable();
    for (const id of ['d', 'a', 'c', 'b', 'e']) await registry.add(row(id));
    const first = registry.page({ limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(['a', 'b']);
    await registry.remove('b');
    await registry.add(row('bb'));
    const second = registry.page({ limit: 2, cursor: first.nextCursor });
    expect(second.items.map(({ id }) => id)).toEqual(['bb', 'c']);
    const last = registry.page({ limit: 2, cursor: second.nextCursor });
    expect(last).toEqual({ items: [expect.objectContaining({ id: 'd' }), expect.objectContaining({ id: 'e' })] });
    expect(() => registry.page({ limit: 2, cursor: '!!' })).toThrow(
      expect.objectContaining({ code: 'CURSOR_INVALID' }),
    );
  });

  it('is loaded from the store with everything in it', async () => {
    const { registry, store } = await breakable();
    await store.commit(Array.from({ length: 450 }, (_none, at) => store.devices.put(row(`d${at}`))));
    await registry.load();
    expect([...registry.rows()]).toHaveLength(450);
  });

  it('has an end', async () => {
    const { registry } = await breakable();
    for (let at = 0; at < DEVICES_MAX; at++) registry.addNow(row(`d${at}`));
    expect(() => registry.addNow(row('one more'))).toThrow(expect.objectContaining({ code: 'DEVICES_FULL' }));
  });
});
