/** Deleting retained messages and bringing them back, over the real store: nothing is ever in neither place. */
import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { Person } from '../../domain/principal.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { openLevel } from '../../store/level/open.ts';
import type { Store } from '../../store/store.ts';
import { Retained, type RetainedMessage } from './retained.ts';
import type { TrashLimits } from './trash-limits.ts';

const DAY_MS = 86_400_000;
const person: Person = { kind: 'person', userId: 'u', username: 'ada', role: 'operator', sessionId: 's' };
let store: Store;
afterEach(() => store.close());

async function start(limits: Partial<TrashLimits> = {}) {
  const clock = new FakeClock();
  const log = pino({ level: 'silent' });
  ({ store } = await openLevel({ dir: undefined, memory: () => new MemoryLevel(), durability: 'commit', log, clock }));
  const kept = new Map<string, RetainedMessage>();
  const keep = (topic: string, payload: string, more: Partial<RetainedMessage> = {}): void => {
    kept.set(topic, { topic, payload: Buffer.from(payload), qos: 1, retain: true, ...more });
  };
  const broken = { isBroken: false };
  const retained = new Retained({
    ...{ clock, log, store, limits },
    retained: (topic) => kept.get(topic),
    allRetained: () => kept.values(),
    clientsOf: (topic) => (topic.includes('lamp') ? ['esp-lamp'] : []),
    async publishTogether(messages, writes) {
      if (broken.isBroken) throw new Error('no room');
      await store.commit(writes);
      for (const message of messages) {
        if (message.payload.length === 0) kept.delete(message.topic);
        else kept.set(message.topic, message);
      }
    },
  });
  await retained.load();
  const trash = async () => (await retained.list({ limit: 200 })).items;
  return { clock, kept, keep, retained, trash, broken };
}

describe('deleting what is retained', () => {
  it('is shown first, then moves everything that matches into the trash', async () => {
    const { kept, keep, retained, trash } = await start({ commitRowsMax: 3 });
    for (let at = 0; at < 10; at++) keep(`home/${at}/lamp`, `on ${at}`);
    keep('attic/fan', 'off');
    keep('$SYS/broker/uptime', '1');
    const shown = await retained.preview('home/#');
    expect(shown).toMatchObject({ count: 10, batch: null });
    expect(shown.topics[0]).toEqual({ topic: 'home/0/lamp', bytes: 4 });
    expect(kept.size).toBe(12);
    const { count, batch } = await retained.delete(person, 'client:esp payload:on');
    expect([count, typeof batch, [...kept.keys()]]).toEqual([10, 'string', ['attic/fan', '$SYS/broker/uptime']]);
    expect(await trash()).toHaveLength(10);
    expect((await trash())[0]).toMatchObject({ deletedBy: 'ada', batch, bytes: 4 });
    await retained.delete(person, '$SYS/#');
    expect(kept.has('$SYS/broker/uptime')).toBe(true);
  });

  it('needs a filter that says something', async () => {
    const { retained } = await start();
    await expect(retained.delete(person, '  ')).rejects.toMatchObject({ code: 'BODY_INVALID' });
  });

  it('comes back whole, with what MQTT 5 says about it, unless something newer is there', async () => {
    const { kept, keep, retained, trash } = await start();
    const properties = {
      contentType: 'a/b',
      correlationData: Buffer.from([0, 255]),
      userProperties: [['x', 'y']],
    } as const;
    keep('a', '\u0000é', { properties, expiresMs: 99 });
    keep('b', 'old');
    const before = kept.get('a');
    const { batch } = await retained.delete(person, '#');
    keep('b', 'new');
    expect(await retained.restore({ batch: batch ?? '' })).toEqual({ restored: 1, skipped: 1 });
    expect(kept.get('a')).toEqual(before);
    expect(kept.get('b')?.payload.toString()).toBe('new');
    expect((await trash()).map(({ topic }) => topic)).toEqual(['b']);
    await expect(retained.restore({ ids: ['nobody'] })).rejects.toMatchObject({ code: 'TRASH_UNKNOWN' });
  });

  it('changes nothing when it cannot be stored', async () => {
    const { kept, keep, retained, trash, broken } = await start();
    keep('a', 'x');
    broken.isBroken = true;
    await expect(retained.delete(person, '#')).rejects.toThrow('no room');
    expect([kept.size, await trash()]).toEqual([1, []]);
  });
});

describe('the trash', () => {
  it('forgets after its time', async () => {
    const { clock, keep, retained, trash } = await start();
    keep('a', 'x');
    await retained.delete(person, 'a');
    clock.advance(29 * DAY_MS);
    keep('b', 'y');
    await retained.delete(person, 'b');
    expect(await trash()).toHaveLength(2);
    clock.advance(2 * DAY_MS);
    keep('c', 'z');
    await retained.delete(person, 'c');
    expect((await trash()).map(({ topic }) => topic)).toEqual(['c', 'b']);
  });

  it('forgets the oldest when it has too much, and refuses what would not fit at all', async () => {
    const { clock, keep, kept, retained, trash } = await start({ rowsMax: 3, bytesMax: 1000 });
    for (const topic of ['a', 'b', 'c', 'd']) {
      keep(topic, 'x');
      await retained.delete(person, topic);
      clock.advance(1);
    }
    expect((await trash()).map(({ topic }) => topic)).toEqual(['d', 'c', 'b']);
    keep('large', 'x'.repeat(900));
    await expect(retained.delete(person, 'large')).rejects.toMatchObject({ code: 'TRASH_FULL' });
    expect(kept.has('large')).toBe(true);
    keep('fits', 'x'.repeat(735));
    await retained.delete(person, 'fits');
    expect((await trash()).map(({ topic }) => topic)).toContain('fits');
  });
});
