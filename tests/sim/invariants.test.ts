/** The invariants of the simulation notice what they are there for. */
import { describe, expect, it } from 'vitest';
import { brokenOf, type SeenDevice } from './invariants.ts';

const chart = { t: [1000, 2000], count: [1, 2], min: [0, 1], max: [0, 2], avg: [0, 1.5], last: [0, 2] };
const good: SeenDevice = {
  id: 'd',
  promised: new Set([0, 1, 2]),
  sent: 4,
  stored: [
    { atMs: 1000, value: 0 },
    { atMs: 2000, value: 1 },
    { atMs: 2500, value: 2 },
  ],
  latest: { atMs: 2500, value: 2 },
  charts: [chart],
  status: 'online',
  presence: 'here',
  events: { promised: new Set([0, 1]), sent: 2, stored: [1, 0] },
  commands: {
    promised: ['a', 'b'],
    states: new Map([
      ['a', 'acknowledged'],
      ['b', 'queued'],
    ]),
    done: ['a'],
    repeatedWithin: [],
  },
};
const forwarding = { arrived: new Map([['d', [0, 1]]]), queued: 0, dropped: 0, deadLetters: 0 };
const queues = { forwarding: 5, pendingWrites: 10, pendingWritesNow: 0 };
const broken = (changes: Partial<SeenDevice>): string[] => brokenOf([{ ...good, ...changes }], forwarding, queues);

describe('the invariants', () => {
  it('hold where everything is as it should be', () => {
    expect(broken({})).toEqual([]);
  });

  it.each<[string, Partial<SeenDevice>, RegExp]>([
    ['a lost reading', { promised: new Set([0, 1, 2, 3]) }, /acknowledged readings lost \(1\): 3/],
    ['a reading twice', { stored: [...good.stored, { atMs: 2500, value: 2 }] }, /readings twice/],
    ['a reading nobody sent', { stored: [...good.stored, { atMs: 2500, value: 9 }] }, /unknown readings/],
    ['a latest value that is not', { latest: { atMs: 2000, value: 1 } }, /later than the latest of 2000 \(1\): 2/],
    ['a latest value that is no reading', { latest: { atMs: 2500, value: 1 } }, /the latest value is 1 of 2500/],
    ['a wrong rollup', { charts: [{ ...chart, max: [0, 3] }] }, /chart 0/],
    ['wrong presence', { status: 'late' }, /is connected and shown as late/],
    ['presence of who is gone', { presence: 'gone' }, /is gone and shown as online/],
    ['a lost event', { events: { ...good.events, stored: [0] } }, /events lost \(1\): 1/],
    ['a command that never came', { commands: { ...good.commands, done: [] } }, /never came/],
    ['a command done twice', { commands: { ...good.commands, done: ['a', 'a'] } }, /done twice/],
    ['commands in another order', { commands: { ...good.commands, done: ['b', 'a'] } }, /order/],
    ['a command sent again at once', { commands: { ...good.commands, repeatedWithin: ['a'] } }, /delivered twice/],
  ])('notice %s', (_what, changes, sentence) => {
    expect(broken(changes).join('\n')).toMatch(sentence);
  });

  it('know that a reading may be later than the latest when it was said before it', () => {
    const stored = good.stored.map((one) => (one.value === 1 ? { atMs: 2700, value: 1 } : one));
    expect(broken({ stored, charts: [] })).toEqual([]);
  });

  it('notice what forwarding loses, turns round or gives up, and queues that are too long', () => {
    const at = (arrived: number[], more: object = {}): string =>
      brokenOf([good], { ...forwarding, arrived: new Map([['d', arrived]]), ...more }, queues).join('\n');
    expect(at([0])).toMatch(/events not forwarded \(1\): 1/);
    expect(at([1, 0])).toMatch(/out of order: 1 0/);
    expect(at([0, 1], { dropped: 1 })).toMatch(/gave up/);
    expect(brokenOf([good], forwarding, { ...queues, pendingWrites: 20_001 }).join()).toMatch(/waited for the store/);
  });
});
