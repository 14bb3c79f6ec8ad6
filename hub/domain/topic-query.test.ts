/** The Explorer's filter: what each word means, and that no text makes it fail. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesQuery, parseTopicQuery, TERMS_MAX, type TopicFacts } from './topic-query.ts';

const facts = (more: Partial<TopicFacts> = {}): TopicFacts => ({
  topic: 'home/Kitchen/lamp',
  isRetained: true,
  clients: () => ['ESP32-Lamp'],
  payload: () => '{"on": true}',
  ...more,
});
const matches = (typed: string, more: Partial<TopicFacts> = {}): boolean =>
  matchesQuery(parseTopicQuery(typed), facts(more));

describe('the filter', () => {
  it.each([
    '',
    'kitchen',
    'LAMP',
    'home/+/lamp',
    'home/#',
    '#',
    'payload:true',
    'payload:"on"',
    'client:esp32',
    'retained:yes',
    'Retained:YES kitchen client:lamp payload:on',
    '"kitchen/lamp"',
  ])('finds it by %s', (typed) => expect(matches(typed)).toBe(true));

  it.each(['cellar', 'home/+', 'payload:false', 'client:simon', 'retained:no', 'kitchen retained:no', 'home/# attic'])(
    'leaves it out by %s',
    (typed) => expect(matches(typed)).toBe(false),
  );

  it('keeps spaces between quotes', () => {
    expect(parseTopicQuery('payload:"a b" "c d" e')).toEqual([
      { kind: 'payload', text: 'a b' },
      { kind: 'text', text: 'c d' },
      { kind: 'text', text: 'e' },
    ]);
  });

  it('takes what is no valid pattern as text', () => {
    expect(parseTopicQuery('a#b c+')).toEqual([
      { kind: 'text', text: 'a#b' },
      { kind: 'text', text: 'c+' },
    ]);
    expect(matches('retained:maybe', { topic: 'x/retained:maybe' })).toBe(true);
  });

  it('does not look behind a wildcard in front at topics of the hub', () => {
    expect(matches('#', { topic: '$SYS/broker/uptime' })).toBe(false);
    expect(matches('$SYS/#', { topic: '$SYS/broker/uptime' })).toBe(true);
  });

  it('takes any text without failing, and never more terms than its limit', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc
        .array(fc.constantFrom('payload:', 'client:', 'retained:', '"', ' ', '+', '#', '/', 'a'), { maxLength: 60 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.string(), (typed, topic) => {
        const terms = parseTopicQuery(typed);
        expect(terms.length).toBeLessThanOrEqual(TERMS_MAX);
        matchesQuery(terms, facts({ topic }));
      }),
    );
  });

  it('finds every topic by its own name', () => {
    const name = fc.stringMatching(/^[a-z0-9/_-]{1,30}$/);
    fc.assert(fc.property(name, (topic) => matches(`"${topic}"`, { topic })));
  });
});
