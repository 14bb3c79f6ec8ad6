/** The rows of the tree: in order, in place, and never more than was asked for. */
import { describe, expect, it } from 'vitest';
import type { TopicNode } from '../../../../hub/contract/topic.ts';
import { isMore, parentOf, placesAbove, ROOT, TopicRows } from './topic-rows.ts';

const node = (topic: string, hasChildren = false): TopicNode => {
  return { topic, messages: 1, topics: 1, hasChildren, lastMs: 1, value: null };
};
const shown = (rows: TopicRows): string[] =>
  rows.rows().map((row) => (isMore(row) ? '…' : `${'-'.repeat(row.depth)}${row.name}`));

function start(): TopicRows {
  const rows = new TopicRows();
  rows.take(ROOT, { items: [node('b', true), node('d')] }, true);
  rows.open('b');
  rows.take('b', { items: [node('b/x'), node('b/z')], nextCursor: 'c' }, true);
  return rows;
}

describe('the rows', () => {
  it('are in order under their place, with a row for what was not fetched', () => {
    const rows = start();
    expect(shown(rows)).toEqual(['b', '-x', '-z', '…', 'd']);
    rows.take('b', { items: [node('b/zz')] }, false);
    expect(shown(rows)).toEqual(['b', '-x', '-z', '-zz', 'd']);
    rows.close('b');
    expect(shown(rows)).toEqual(['b', 'd']);
  });

  it('change in place, and say when something is new', () => {
    const rows = start();
    expect(rows.update({ ...node('b/x'), messages: 7 })).toBe(true);
    expect(rows.update(node('a'))).toBe(false);
    expect(shown(rows)).toEqual(['b', '-x', '-z', '…', 'd']);
    rows.insert(node('a'));
    rows.insert(node('b/y'));
    expect(shown(rows)).toEqual(['a', 'b', '-x', '-y', '-z', '…', 'd']);
    rows.remove('b/y');
    rows.remove('a');
    expect(shown(rows)).toEqual(['b', '-x', '-z', '…', 'd']);
  });

  it('leave out what is in a place nobody opened, or behind what was fetched', () => {
    const rows = start();
    expect(rows.update(node('d/x'))).toBe(true);
    expect(rows.update(node('b/zz'))).toBe(true);
    expect(rows.update(node('b/y'))).toBe(false);
  });

  it('know what is above a topic, also with empty levels', () => {
    expect([parentOf('a'), parentOf('/a'), parentOf('a/b/c')]).toEqual([ROOT, '', 'a/b']);
    expect(placesAbove('/a//b')).toEqual(['', '/a', '/a/']);
    const rows = new TopicRows();
    rows.take(ROOT, { items: [node('', true)] }, true);
    rows.open('');
    rows.take('', { items: [node('/a')] }, true);
    expect(shown(rows)).toEqual(['', '-a']);
  });
});
