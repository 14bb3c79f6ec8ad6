import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesFilter } from '../../domain/topic-filter.ts';
import { plainSubscription } from './subscription.ts';
import { SubscriptionTree } from './subscription-tree.ts';

const level = fc.constantFrom('a', 'b', '', '$x', '__proto__');
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, isOpen]) => [...levels, ...(isOpen ? ['#'] : [])].join('/'));

function makeTree(filters: Iterable<string>): SubscriptionTree<string> {
  const tree = new SubscriptionTree<string>();
  for (const one of filters) tree.add(one, plainSubscription(one, 1));
  return tree;
}
const ownersOf = (tree: SubscriptionTree<string>, name: string): string[] => tree.match(name).map(({ owner }) => owner);

describe('a subscription tree', () => {
  it('finds exactly the filters that match, whatever comes and goes', () => {
    const changes = fc.array(fc.tuple(filter, fc.boolean()), { maxLength: 30 });
    fc.assert(
      fc.property(changes, fc.array(topic, { minLength: 1, maxLength: 5 }), (list, topics) => {
        const tree = makeTree([]);
        const held = new Set<string>();
        for (const [one, isAdded] of list) {
          if (isAdded) tree.add(one, plainSubscription(one, 0));
          else tree.remove(one, one);
          if (isAdded) held.add(one);
          else held.delete(one);
          for (const name of topics) {
            const expected = [...held].filter((each) => matchesFilter(each, name));
            expect(ownersOf(tree, name).sort()).toEqual(expected.sort());
          }
        }
        expect(tree.size).toBe(held.size);
      }),
    );
  });

  it('gives each owner once, with the highest QoS it was granted and every subscription id', () => {
    const tree = new SubscriptionTree<string>();
    tree.add('me', { ...plainSubscription('a/#', 2), id: 1 });
    tree.add('me', { ...plainSubscription('a/+', 0), id: 2, noLocal: true });
    tree.add('me', { ...plainSubscription('b', 1), id: 3 });
    const [route, ...others] = tree.match('a/b');
    expect(others).toEqual([]);
    expect(route).toMatchObject({ owner: 'me', qos: 2, noLocal: false });
    expect([...(route?.subscriptionIds ?? [])].sort()).toEqual([1, 2]);
  });

  it('replaces what was asked with the same filter before', () => {
    const tree = new SubscriptionTree<string>();
    tree.add('me', plainSubscription('a', 2));
    tree.add('me', plainSubscription('a', 0));
    expect(tree.size).toBe(1);
    expect(tree.match('a')).toMatchObject([{ qos: 0 }]);
  });

  it('remembers the receivers of a topic until a filter that may match it comes or goes', () => {
    const tree = makeTree(['a']);
    const before = tree.match('a');
    tree.add('other', plainSubscription('b', 0));
    expect(tree.match('a')).toBe(before);
    tree.add('other', plainSubscription('a', 0));
    expect(ownersOf(tree, 'a')).toEqual(['a', 'other']);
    tree.add('third', plainSubscription('+', 0));
    expect(ownersOf(tree, 'a')).toHaveLength(3);
    tree.remove('other', 'a');
    expect(ownersOf(tree, 'a').sort()).toEqual(['a', 'third']);
  });

  it('finds the receivers of busy topics at once, however many others pass', () => {
    const tree = makeTree(['busy', '#']);
    const before = tree.match('busy');
    for (let at = 0; at < 15_000; at++) tree.match(`passing/${at}`);
    expect(tree.match('busy')).toBe(before);
  });

  it('remembers no more than its share of memory', () => {
    const tree = makeTree(['#']);
    const name = (at: number): string => `${at}/${'x'.repeat(4000)}`;
    const before = tree.match(name(0));
    for (let at = 1; at < 2_000; at++) tree.match(name(at));
    expect(tree.match(name(0))).toBe(before);
    for (let at = 2_000; at < 5_000; at++) tree.match(name(at));
    expect(tree.match(name(0))).not.toBe(before);
  });

  it('finds a crowd, and everybody in it once', () => {
    const owners = Array.from({ length: 40 }, (_, at) => `owner ${at}`);
    const tree = new SubscriptionTree<string>();
    for (const filter of ['a/b', 'a/+', '#']) for (const owner of owners) tree.add(owner, plainSubscription(filter, 1));
    expect(ownersOf(tree, 'a/b').sort()).toEqual(owners.sort());
  });
});
