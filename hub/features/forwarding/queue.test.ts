/** What waits for a destination, on a real store. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setUp } from './forwarding.fixture.ts';
import { Queue } from './queue.ts';

let test: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => {
  test = await setUp();
});
afterEach(() => test.close());

const AS_IT_IS = { qos: 1, retain: false, properties: '' } as const;

describe('a queue that is discarded', () => {
  it('still holds everything when that could not be stored, and else what came after', async () => {
    const { store, clock } = test;
    const queue = new Queue({ store, clock, destinationId: 'd' });
    const entry = (id: string) =>
      ({ id, atMs: 1, kind: 'message', body: '', topic: 't', qos: 1, retain: false, properties: '' }) as const;
    const waiting = async () => [queue.depth, ...(await queue.next(10)).map(({ id }) => id)];
    for (const id of ['a', 'b']) await store.commit(queue.writesFor(entry(id)));
    queue.discarding();
    expect(await waiting()).toEqual([2, 'a', 'b']);
    const { count, write, stored } = queue.discarding();
    const discarded = store.commit([write]);
    await store.commit(queue.writesFor(entry('c')));
    await discarded;
    stored();
    expect([count, ...(await waiting())]).toEqual([2, 1, 'c']);
  });
});

describe('a queue that is looked at while something is on its way to the store', () => {
  it('waits for it, however long ago it happened and wherever the clock is set meanwhile', async () => {
    const { store, clock } = test;
    const queue = new Queue({ store, clock, destinationId: 'd' });
    const atMs = clock.nowMs() - 3_600_000;
    const entry = { id: 'resent', atMs, kind: 'message', body: '', topic: 't', ...AS_IT_IS } as const;
    const writes = queue.writesFor(entry);
    expect(await queue.next(10)).toEqual([]);
    clock.jump(86_400_000);
    expect(await queue.next(10)).toEqual([]);
    await store.commit(writes);
    expect((await queue.next(10)).map(({ id }) => id)).toEqual(['resent']);
    expect(queue).toMatchObject({ depth: 1, oldestMs: atMs });
  });
});

describe('a queue that is full', () => {
  it('lets the oldest go in the commit that brings the newest', async () => {
    const { store, clock } = test;
    const queue = new Queue({ store, clock, destinationId: 'd' }, { entriesMax: 3, bytesMax: 1e9 });
    const entry = (id: string) =>
      ({ id, atMs: 1, kind: 'message', body: '', topic: 't', qos: 1, retain: false, properties: '' }) as const;
    for (let at = 0; at < 5; at++) await store.commit(queue.writesFor(entry(`m${at}`)));
    expect(queue).toMatchObject({ depth: 3, dropped: 2 });
    expect((await queue.next(10)).map(({ id }) => id)).toEqual(['m2', 'm3', 'm4']);
    const again = new Queue({ store, clock, destinationId: 'd' });
    await again.load();
    expect(again.depth).toBe(3);
  });

  it('counts bytes too', async () => {
    const { store, clock } = test;
    const queue = new Queue({ store, clock, destinationId: 'd' }, { entriesMax: 1e6, bytesMax: 5000 });
    const body = 'x'.repeat(2000);
    const entry = {
      id: 'm',
      atMs: 1,
      kind: 'message',
      body,
      topic: 't',
      qos: 1,
      retain: false,
      properties: '',
    } as const;
    for (let at = 0; at < 5; at++) await store.commit(queue.writesFor(entry));
    expect(queue.depth).toBe(2);
  });
});
