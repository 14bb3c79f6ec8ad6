import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesFilter } from '../../domain/topic-filter.ts';
import { BROKER_LIMITS } from './limits.ts';
import type { Parcel } from './parcel.ts';
import { RetainedTree } from './retained-tree.ts';

const parcel = (topic: string, payload: string): Parcel => ({
  topic,
  payload: Buffer.from(payload),
  qos: 1,
  retain: true,
});
const topicsOf = (tree: RetainedTree, filter: string): string[] =>
  [...tree.match(filter)].flatMap((found) => (found === undefined ? [] : [found.topic])).sort();

describe('a tree of retained messages', () => {
  it('keeps the newest value of each topic and finds what a filter matches', () => {
    const level = fc.constantFrom('a', 'b', '', '$x', '__proto__');
    const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
    const filter = fc
      .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([levels, isOpen]) => [...levels, ...(isOpen ? ['#'] : [])].join('/'));
    const changes = fc.array(fc.tuple(topic, fc.constantFrom('', 'x', 'yy')), { maxLength: 40 });
    fc.assert(
      fc.property(changes, fc.array(filter, { minLength: 1 }), (list, filters) => {
        const tree = new RetainedTree(BROKER_LIMITS);
        const held = new Map<string, string>();
        for (const [name, payload] of list) {
          tree.set(parcel(name, payload));
          if (payload === '') held.delete(name);
          else held.set(name, payload);
        }
        for (const one of filters) {
          expect(topicsOf(tree, one)).toEqual([...held.keys()].filter((name) => matchesFilter(one, name)).sort());
        }
        for (const [name, payload] of held) expect(tree.get(name)?.payload.toString()).toBe(payload);
        expect(tree.size).toBe(held.size);
        expect(tree.bytes).toBe([...held].reduce((sum, [name, payload]) => sum + name.length + payload.length, 0));
      }),
    );
  });

  it('finds one of a hundred thousand without looking at the others', () => {
    const tree = new RetainedTree(BROKER_LIMITS);
    for (let at = 0; at < 100_000; at++) tree.set(parcel(`home/room-${at % 100}/sensor-${at}`, 'on'));
    expect([...tree.match('home/room-7/sensor-7')]).toHaveLength(1);
    expect([...tree.match('home/room-7/+')].filter((found) => found !== undefined)).toHaveLength(1000);
    expect([...tree.match('home/room-7/+')].length).toBeLessThan(2_100);
  });

  it('has no room beyond its limits, but for what replaces or deletes', () => {
    const tree = new RetainedTree({ retainedMessagesMax: 2, retainedBytesMax: 20 });
    tree.set(parcel('a', 'x'));
    tree.set(parcel('b', 'x'));
    expect(tree.hasRoomFor(parcel('c', 'x'))).toBe(false);
    expect(tree.hasRoomFor(parcel('a', 'yy'))).toBe(true);
    expect(tree.hasRoomFor(parcel('a', 'y'.repeat(30)))).toBe(false);
    expect(tree.hasRoomFor(parcel('c', ''))).toBe(true);
  });

  it('lets go of the network reads its values came in, but for a few', () => {
    const tree = new RetainedTree(BROKER_LIMITS);
    const read = Buffer.alloc(64 * 1024, 'x');
    const holdsRead = (topic: string): boolean => tree.get(topic)?.payload.buffer === read.buffer;
    const topics = Array.from({ length: 500 }, (_, at) => `t/${at}`);
    for (const topic of topics) tree.set({ ...parcel(topic, ''), payload: read.subarray(0, 5) });
    expect(topics.filter(holdsRead).length).toBeLessThanOrEqual(64);
    for (const topic of topics) expect(tree.get(topic)?.payload.toString()).toBe('xxxxx');
  });
});
