/** Filters and topics. */
import { describe, expect, it } from 'vitest';
import { matchesFilter } from './topic-filter.ts';

describe('a topic filter', () => {
  it.each([
    ['$live/devices', '$live/devices'],
    ['$live/+', '$live/devices'],
    ['$live/#', '$live/pairing/AABBCCDDEEFF'],
    ['$live/pairing/+', '$live/pairing/AABBCCDDEEFF'],
    ['#', 'a/b'],
    ['a/#', 'a'],
    ['+/+', '/a'],
  ])('%s takes in %s', (filter, topic) => {
    expect(matchesFilter(filter, topic)).toBe(true);
  });

  it.each([
    ['#', '$live/devices'],
    ['+/devices', '$live/devices'],
    ['$live/+', '$live/pairing/AABBCCDDEEFF'],
    ['$live/device', '$live/devices'],
    ['a/+', 'a'],
    ['a', 'a/b'],
    ['a/b/#', 'a'],
  ])('%s leaves out %s', (filter, topic) => {
    expect(matchesFilter(filter, topic)).toBe(false);
  });
});
