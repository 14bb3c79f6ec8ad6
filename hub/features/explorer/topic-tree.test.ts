/** The tree of topics: what it counts and keeps, and what it forgets first. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Person } from '../../domain/principal.ts';
import { EXPLORER_LIMITS, type ExplorerLimits } from './limits.ts';
import type { TopicNode } from './topic-node.ts';
import { childNames, ratePerMinute, TopicTree } from './topic-tree.ts';

const person: Person = { kind: 'person', userId: 'u', username: 'ada', role: 'operator', sessionId: 's' };
const by = (clientId: string, address = '10.0.0.1') => ({ clientId, address, principal: person });

interface Said {
  payload?: string;
  retain?: boolean;
  by?: ReturnType<typeof by>;
  nowMs?: number;
}

function start(limits: Partial<ExplorerLimits> = {}, isLazy = false) {
  let clockMs = 1_000_000;
  const tree = new TopicTree({ ...EXPLORER_LIMITS, ...limits }, () => clockMs);
  const say = (topic: string, { payload = 'x', retain = false, by: who, nowMs }: Said = {}): void => {
    clockMs = nowMs ?? clockMs + 1;
    const message = { topic, payload: Buffer.from(payload), qos: 0, retain } as const;
    tree.passed(message, retain, who);
    if (!isLazy) tree.settle();
  };
  return { tree, say };
}

const textOf = (node: TopicNode | undefined): string | undefined => node?.bytes.toString();

describe('the tree', () => {
  it('counts messages and topics at every place, and keeps the last value', () => {
    const { tree, say } = start();
    say('home/lamp', { payload: 'on' });
    say('home/lamp', { payload: 'off' });
    say('home', { payload: 'ok' });
    say('/x');
    expect(childNames(tree.root)).toEqual(['', 'home']);
    expect(tree.at('home')).toMatchObject({ messages: 3, topics: 2, own: 1, isTopic: true });
    expect(tree.at('home/lamp')).toMatchObject({ messages: 2, topics: 1, own: 2 });
    expect(textOf(tree.get('home/lamp'))).toBe('off');
    expect(tree.at('')).toMatchObject({ messages: 1, isTopic: false });
    expect(tree.root).toMatchObject({ messages: 4, topics: 3 });
  });

  it('takes many messages in at once, with the last value and every publisher', () => {
    const { tree, say } = start({}, true);
    const [one, two] = [by('one'), by('two')];
    for (let at = 0; at < 1000; at++) say(`t/${at % 3}`, { payload: String(at), by: at % 5 === 0 ? one : two });
    tree.settle();
    expect(tree.root.messages).toBe(1000);
    expect(textOf(tree.get('t/0'))).toBe('999');
    const counted = tree.get('t/0')?.publishers.map(({ clientId, messages }) => [clientId, messages]);
    expect(counted).toEqual([
      ['two', 267],
      ['one', 67],
    ]);
    expect(tree.isUnsettled).toBe(false);
  });

  it('forgets the topic that was silent longest, retained ones last, and what is empty then', () => {
    const { tree, say } = start({ topicsMax: 3 });
    say('a/kept', { retain: true });
    say('a/b/old');
    say('a/new');
    say('a/b/old');
    say('more');
    expect([...tree.topics()].map(({ topic }) => topic).sort()).toEqual(['a/b/old', 'a/kept', 'more']);
    say('more/x');
    say('more/y');
    expect(tree.at('a/b')).toBeUndefined();
    say('more/z');
    expect([...tree.topics()].map(({ topic }) => topic).sort()).toEqual(['a/kept', 'more/y', 'more/z']);
    expect(tree.at('more')).toMatchObject({ isTopic: false, topics: 2, messages: 2 });
    expect(tree.root.topics).toBe(3);
    say('a/kept', { payload: '', retain: true });
    for (const topic of ['p', 'q', 'r']) say(topic);
    expect(tree.at('a')).toBeUndefined();
  });

  it('remembers the last publishers with their rate, the latest first', () => {
    const { tree, say } = start({ publishersMax: 2 });
    for (const who of ['one', 'two', 'three', 'two']) say('t', { by: by(who) });
    expect(tree.get('t')?.publishers.map(({ clientId, messages }) => [clientId, messages])).toEqual([
      ['two', 2],
      ['three', 1],
    ]);
    say('t', { by: by('two', '10.0.0.2') });
    expect(tree.get('t')?.publishers[0]).toMatchObject({ address: '10.0.0.2', messages: 1 });
  });

  it('tells a rate over the last minute or two', () => {
    const { tree, say } = start();
    for (let at = 0; at < 120; at++) say('t', { by: by('one'), nowMs: 1_000_000 + at * 1000 });
    const [seen] = tree.get('t')?.publishers ?? [];
    if (seen === undefined) throw new Error('somebody published');
    expect(ratePerMinute(seen, 1_119_000)).toBeGreaterThan(55);
    expect(ratePerMinute(seen, 1_119_000)).toBeLessThan(65);
    expect(ratePerMinute(seen, 2_000_000)).toBe(0);
  });

  it('keeps a part of large values, and a smaller part when all of them are too much', () => {
    const { tree, say } = start({ valueBytesMax: 1024, valueBytesLeast: 64, valuesBytesMax: 4096 });
    for (let at = 0; at < 10; at++) say(`t/${at}`, { payload: 'v'.repeat(2000) });
    expect(tree.get('t/0')).toMatchObject({ kept: 1024, payloadBytes: 2000, isCut: true });
    expect(tree.get('t/9')).toMatchObject({ kept: 64, payloadBytes: 2000 });
    say('t/0', { payload: 'short' });
    expect(textOf(tree.get('t/0'))).toBe('short');
  });

  it('keeps the history of a topic only while it is watched, also of one that comes later', () => {
    const { tree, say } = start({ watchedMax: 1 });
    say('later', { payload: '0' });
    const watch = tree.watch('t');
    expect(tree.watch('other')).toBeUndefined();
    for (let at = 0; at < 60; at++) say('t', { payload: String(at), by: by('one') });
    expect(watch?.history).toHaveLength(50);
    const { latest, of } = watch?.take({ messagesMax: 10, bytesMax: 1000 }) ?? { latest: [], of: 0 };
    expect([latest.length, of, latest.at(-1)?.payload.toString()]).toEqual([10, 60, '59']);
    expect(watch?.take({ messagesMax: 10, bytesMax: 1000 })).toEqual({ latest: [], of: 0 });
    tree.unwatch('t');
    say('t');
    expect(tree.get('t')?.watch).toBeUndefined();
    expect(tree.watch('other')).toBeDefined();
  });

  it('says what changed once until it was told, and what is gone', () => {
    const { tree, say } = start({ topicsMax: 2 });
    const changed: string[] = [];
    const removed: string[] = [];
    const follower = {
      changed: (node: TopicNode) => void changed.push(node.topic),
      removed: (topic: string) => void removed.push(topic),
    };
    tree.follow(follower);
    say('a/b');
    say('a/b');
    say('a/c');
    expect(changed.sort()).toEqual(['', 'a', 'a/b', 'a/c']);
    say('d');
    expect(removed).toEqual(['a/b']);
    tree.follow(undefined);
    say('e');
    expect(removed).toEqual(['a/b']);
  });

  it('has sums that fit after any run of messages', () => {
    const level = fc.constantFrom('a', 'b', '', '__proto__', 'constructor');
    const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/') || 'x');
    const run = fc.array(fc.record({ topic, retain: fc.boolean(), payload: fc.constantFrom('', 'v') }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(run, fc.integer({ min: 1, max: 6 }), (messages, topicsMax) => {
        const { tree, say } = start({ topicsMax }, true);
        for (const message of messages) say(message.topic, message);
        tree.settle();
        const all = [...tree.topics()];
        expect(all.length).toBeLessThanOrEqual(topicsMax);
        expect(tree.root.topics).toBe(all.length);
        expect(tree.root.messages).toBe(all.reduce((sum, { own }) => sum + own, 0));
        for (const node of all) expect(tree.at(node.topic)).toBe(node);
        expect(placesUnder(tree.root).every(({ topics }) => topics > 0)).toBe(true);
      }),
    );
  });
});

const placesUnder = (node: TopicNode): TopicNode[] =>
  [...(node.children?.values() ?? [])].flatMap((child) => [child, ...placesUnder(child)]);
