import { describe, expect, it } from 'vitest';
import { highlight } from './highlight.ts';

const looks = (code: string) => highlight(code).filter(({ look }) => look !== null);

describe('highlight', () => {
  it('loses nothing of the text', () => {
    const code = 'mqtt:\n  broker: 192.168.1.20\n  password: "a\\"b: 1"\nx("y", 3);';
    expect(
      highlight(code)
        .map(({ text }) => text)
        .join(''),
    ).toBe(code);
  });

  it('knows keys, strings and numbers', () => {
    expect(looks('  port: 1883')).toEqual([
      { text: '  port', look: 'k' },
      { text: '1883', look: 'd' },
    ]);
    expect(looks('set("a 1");')).toEqual([{ text: '"a 1"', look: 's' }]);
  });
});
