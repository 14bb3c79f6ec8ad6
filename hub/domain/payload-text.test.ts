/** Payloads for people: text, or hexadecimal, and never half a character. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { previewOf, textOf } from './payload-text.ts';

const whole = { isCut: false, charactersMax: 120 };

describe('a payload', () => {
  it('is text when it is UTF-8 without control characters', () => {
    expect(textOf(Buffer.from('a\té\n'))).toBe('a\té\n');
    expect(textOf(Buffer.from([0x61, 0x00]))).toBeUndefined();
    expect(textOf(Buffer.from([0xff, 0xfe]))).toBeUndefined();
  });

  it('that was cut inside a character is text up to it', () => {
    const bytes = Buffer.from('21 °C, 🐝');
    expect(textOf(bytes.subarray(0, bytes.length - 1))).toBeUndefined();
    expect(textOf(bytes.subarray(0, bytes.length - 1), true)).toBe('21 °C, ');
  });

  it('has a preview of one line, or of some bytes', () => {
    expect(previewOf(Buffer.from('{\n  "a": 1\n}'), whole)).toBe('{ "a": 1 }');
    expect(previewOf(Buffer.from([0, 1, 0xff]), whole)).toBe('00 01 ff');
    expect(previewOf(Buffer.from('é'.repeat(500)), whole)).toBe('é'.repeat(120));
  });

  it('is any text that was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, cut) => {
        const bytes = Buffer.from(text);
        const part = textOf(bytes.subarray(0, Math.min(cut, bytes.length)), true);
        expect(part === undefined || text.startsWith(part) || part.includes('\ufffd')).toBe(true);
        previewOf(bytes, whole);
      }),
    );
  });
});
