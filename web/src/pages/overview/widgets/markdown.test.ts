import { describe, expect, it } from 'vitest';
import { readMarkdown } from './markdown.ts';

describe('the text of a tile', () => {
  it('has headings, paragraphs, lists and marked words', () => {
    expect(readMarkdown('# Serre\nOpen **wide**\nor *not*\n\n- a `b`\n- c')).toEqual([
      { kind: 'heading', inline: [{ kind: 'text', text: 'Serre' }] },
      {
        kind: 'paragraph',
        inline: [
          { kind: 'text', text: 'Open ' },
          { kind: 'bold', text: 'wide' },
          { kind: 'text', text: '\n' },
          { kind: 'text', text: 'or ' },
          { kind: 'emphasis', text: 'not' },
        ],
      },
      {
        kind: 'list',
        items: [
          [
            { kind: 'text', text: 'a ' },
            { kind: 'code', text: 'b' },
          ],
          [{ kind: 'text', text: 'c' }],
        ],
      },
    ]);
  });

  it.each(['https://example.org/a', 'http://192.168.1.2/', '/devices', 'mailto:lea@example.org'])(
    'links to %s',
    (target) => {
      expect(readMarkdown(`[x](${target})`)).toEqual([
        { kind: 'paragraph', inline: [{ kind: 'link', text: 'x', href: target }] },
      ]);
    },
  );

  it.each(['javascript:alert', 'data:text/html,x', '//evil.example', 'JavaScript:x'])(
    'leaves a link to %s the text it is',
    (target) => {
      expect(readMarkdown(`[x](${target})`)).toEqual([
        { kind: 'paragraph', inline: [{ kind: 'text', text: `[x](${target})` }] },
      ]);
    },
  );

  it('leaves markup the text it is', () => {
    const text = '<img src=x onerror=alert(1)>';
    expect(readMarkdown(text)).toEqual([{ kind: 'paragraph', inline: [{ kind: 'text', text }] }]);
  });
});
