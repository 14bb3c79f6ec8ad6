import { describe, expect, it } from 'vitest';
import { isTopicFilter, isTopicName, levelsOf } from './topic-names.ts';

describe('topic names and filters', () => {
  it.each([
    ['a', 1],
    ['a/b', 2],
    ['/', 2],
    ['//a', 3],
  ])('counts the levels of %s', (topic, levels) => {
    expect(levelsOf(topic)).toBe(levels);
  });

  it.each(['a', '/', 'a/b', '$SYS/x', 'é/😀', '__proto__'])('takes %s as a name', (topic) => {
    expect(isTopicName(topic)).toBe(true);
  });

  it.each(['', '+', 'a/#', 'a\0b'])('does not take %j as a name', (topic) => {
    expect(isTopicName(topic)).toBe(false);
  });

  it.each(['#', '+', 'a/#', '+/+/#', '/', 'a//b', '/#'])('takes %s as a filter', (filter) => {
    expect(isTopicFilter(filter)).toBe(true);
  });

  it.each(['', 'a#', '#/', 'a/#/b', '+a', 'a+', 'b+/c', 'a\0'])('does not take %j as a filter', (filter) => {
    expect(isTopicFilter(filter)).toBe(false);
  });
});
