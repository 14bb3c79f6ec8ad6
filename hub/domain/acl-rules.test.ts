/** The rules of accounts against Mosquitto's, written down once more in the plainest way there is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineFor, parseLine, parseRules, ruleOn, ruleOnFilter, rulesetFor } from './acl-rules.ts';
import { commonFilter, matchesFilter } from './topic-filter.ts';

const WHO = { clientId: 'c1', username: 'u1' };
const rulesOf = (lines: readonly string[], who = WHO) => rulesetFor(parseRules(lines), who);
const may = (lines: readonly string[], access: 'read' | 'write', topic: string, who = WHO): boolean =>
  ruleOn(rulesOf(lines, who), access, topic).allowed;

describe('a rule', () => {
  it.each([
    ['topic a/b', { kind: 'topic', access: 'readwrite', filter: 'a/b' }],
    ['topic write   My topic/with  spaces  ', { kind: 'topic', access: 'write', filter: 'My topic/with  spaces' }],
    ['  topic deny a/#', { kind: 'topic', access: 'deny', filter: 'a/#' }],
    ['pattern read devices/%c/cmd', { kind: 'pattern', access: 'read', filter: 'devices/%c/cmd' }],
    // One word is the topic, whatever it says.
    ['topic read', { kind: 'topic', access: 'readwrite', filter: 'read' }],
    ['topic readwrite $SYS/#', { kind: 'topic', access: 'readwrite', filter: '$SYS/#' }],
  ])('%j is read as Mosquitto reads it', (line, rule) => {
    expect(parseLine(line)).toEqual({ ...rule, line: line.trim() });
  });

  it.each(['', '   ', '# a comment', '  # topic write a'])('%j is none', (line) => {
    expect(parseLine(line)).toBeUndefined();
  });

  it.each([
    ['topic', 'The topic is missing.'],
    ['topic  ', 'The topic is missing.'],
    ['topics read a', '"topics" is not a rule.'],
    ['Topic read a', '"Topic" is not a rule.'],
    ['topic WRITE a', '"WRITE" is not a kind of access.'],
    ['topic my topic', '"my" is not a kind of access.'],
    ['topic read a+', '"a+" is not a topic filter.'],
    ['topic read #/a', '"#/a" is not a topic filter.'],
    ['user ada', '"user" is not needed'],
    ['topic read a\ntopic write b', 'A rule is one line'],
    ['topic\tread a', 'A rule is one line'],
  ])('%j is refused with what is wrong', (line, words) => {
    expect(parseLine(line)).toContain(words);
    expect(() => parseRules(['# first', 'topic a', line])).toThrow(/^Line 3: .*Allowed is "topic" or "pattern"/);
  });

  it('is suggested only where a line can say the topic', () => {
    expect(lineFor('write', 'a b/c')).toBe('topic write a b/c');
    expect(lineFor('read', 'a/#')).toBe('topic read a/#');
    expect(lineFor('write', ' a')).toBeUndefined();
    expect(lineFor('write', 'a ')).toBeUndefined();
    expect(lineFor('write', 'a\nb')).toBeUndefined();
  });
});

describe('rules', () => {
  it('deny first, whatever their place', () => {
    const lines = ['topic readwrite a/#', 'topic deny a/b'];
    expect(may(lines, 'write', 'a/b')).toBe(false);
    expect(may(lines, 'write', 'a')).toBe(true);
    expect(ruleOn(rulesOf(lines), 'read', 'a/b').rule?.line).toBe('topic deny a/b');
  });

  it('ask every topic rule before any pattern, as Mosquitto does', () => {
    expect(may(['pattern deny a/#', 'topic write a/b'], 'write', 'a/b')).toBe(true);
    expect(may(['pattern deny a/#', 'pattern write a/b'], 'write', 'a/b')).toBe(false);
  });

  it('fill %c and %u in patterns only, anywhere in a level', () => {
    expect(may(['pattern write x%cy/%u%c'], 'write', 'xc1y/u1c1')).toBe(true);
    expect(may(['topic write %c'], 'write', 'c1')).toBe(false);
    expect(may(['topic write %c'], 'write', '%c')).toBe(true);
    expect(may(['pattern write a/%c'], 'write', 'a/x/y', { ...WHO, clientId: 'x/y' })).toBe(true);
    // What a name contains is not filled in again.
    expect(may(['pattern write %c'], 'write', '%u', { ...WHO, clientId: '%u' })).toBe(true);
  });

  it('do not fill patterns with a name that contains a wildcard', () => {
    for (const clientId of ['+', '#', 'a+b']) {
      const who = { ...WHO, clientId };
      expect(may(['pattern write d/%c', 'pattern write free'], 'write', 'free', who)).toBe(false);
      expect(may(['pattern write d/%c', 'topic write free'], 'write', 'free', who)).toBe(true);
      expect(ruleOnFilter(rulesOf(['pattern read d/%c'], who), 'd/#')).toEqual({ allowed: false, isUnsafe: true });
    }
  });

  it('reach topics that begin with $ only by a rule that does', () => {
    expect(may(['topic #'], 'write', '$foo/b')).toBe(false);
    expect(may(['topic +/b'], 'write', '$foo/b')).toBe(false);
    expect(may(['topic $foo/#'], 'write', '$foo/b')).toBe(true);
    expect(ruleOnFilter(rulesOf(['topic read #']), '$SYS/#').allowed).toBe(false);
  });

  it('grant a wider filter when something may come through it', () => {
    const lines = ['topic read a/b', 'topic write w/#', 'topic read d/#', 'topic deny d/#'];
    const granted = (filter: string): boolean => ruleOnFilter(rulesOf(lines), filter).allowed;
    expect(['#', '+/b', 'a/#', 'a/b', 'a/b/#'].filter((filter) => !granted(filter))).toEqual([]);
    expect(['w/#', 'a/c', 'a/b/c', '+', 'd/x', 'd/#', '$SYS/#'].filter(granted)).toEqual([]);
  });
});

// Few names and short topics, so that rules, filters and topics meet often.
const LEVELS = ['a', 'b', '', '$s', 'c1', 'u1', 'xc1', 'other'];
const topics = fc.array(fc.constantFrom(...LEVELS), { minLength: 1, maxLength: 3 }).map((levels) => levels.join('/'));
const filters = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', '', '$s', '+', '+'), { minLength: 1, maxLength: 3 }),
    fc.constantFrom('', '', '/#'),
  )
  .map(([levels, tail]) => levels.join('/') + tail)
  .filter((filter) => filter !== '');
const access = fc.constantFrom('', 'read ', 'write ', 'readwrite ', 'deny ', 'deny ');
const names = fc.constantFrom('#', 'a/%c', '%u/#', '%c/%u', 'x%c');
const lines = fc.array(
  fc.oneof(
    fc.tuple(access, filters).map((words) => `topic ${words.join('')}`),
    fc.tuple(access, fc.oneof(filters, names)).map((words) => `pattern ${words.join('')}`),
  ),
  { maxLength: 6 },
);
const EVERY_TOPIC = [1, 2, 3, 4, 5].flatMap((depth) => everyTopic(depth));

describe('for any rules', () => {
  it('answers as the plain reading of Mosquitto does', () => {
    fc.assert(
      fc.property(lines, topics, fc.constantFrom('read' as const, 'write' as const), (rules, topic, access) => {
        expect(may(rules, access, topic)).toBe(plainly(rules, access, topic));
      }),
      { numRuns: 2000 },
    );
  });

  it('grants a filter exactly when some topic of it may be read', () => {
    fc.assert(
      fc.property(lines, filters, (rules, filter) => {
        const isReadable = EVERY_TOPIC.some((topic) => matches(filter, topic) && plainly(rules, 'read', topic));
        expect(ruleOnFilter(rulesOf(rules), filter).allowed).toBe(isReadable);
      }),
      { numRuns: 400 },
    );
  });

  it('finds the filter of what two filters have in common', () => {
    fc.assert(
      fc.property(filters, filters, (one, other) => {
        const common = commonFilter(one, other);
        const isInBoth = (topic: string): boolean => matchesFilter(one, topic) && matchesFilter(other, topic);
        const isCommon = (topic: string): boolean => common !== undefined && matchesFilter(common, topic);
        expect(EVERY_TOPIC.filter((topic) => isCommon(topic) !== isInBoth(topic))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

/** Every topic of these levels; no rule names 'other'. */
function everyTopic(depth: number): string[] {
  if (depth === 1) return LEVELS;
  const rest = depth > 3 ? ['other', 'a'] : LEVELS;
  return everyTopic(depth - 1).flatMap((topic) => rest.map((level) => `${topic}/${level}`));
}

function plainly(rules: readonly string[], access: 'read' | 'write', topic: string): boolean {
  const lists: Record<'topic' | 'pattern', [string, string][]> = { topic: [], pattern: [] };
  for (const line of rules) {
    const words = line.split(' ');
    const kind = words[0] === 'topic' ? 'topic' : 'pattern';
    const what = words.length === 3 ? (words[1] ?? '') : 'readwrite';
    const filter = words.at(-1) ?? '';
    const known = kind === 'topic' ? filter : filter.replaceAll('%c', 'c1').replaceAll('%u', 'u1');
    if (what === 'deny') lists[kind].unshift([what, known]);
    else lists[kind].push([what, known]);
  }
  for (const [what, filter] of [...lists.topic, ...lists.pattern]) {
    if (!matches(filter, topic)) continue;
    if (what === 'deny') return false;
    if (what === 'readwrite' || what === access) return true;
  }
  return false;
}

const expressions = new Map<string, RegExp>();

function matches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') !== filter.startsWith('$')) return false;
  const known = expressions.get(filter) ?? expressionOf(filter);
  expressions.set(filter, known);
  return known.test(topic);
}

function expressionOf(filter: string): RegExp {
  const source = filter
    .split('/')
    .map((level) => (level === '+' ? '[^/]*' : level.replace('$', '\\$')))
    .join('/')
    .replace(/\/#$/, '(/.*)?')
    .replace(/^#$/, '.*');
  return new RegExp(`^${source}$`);
}
