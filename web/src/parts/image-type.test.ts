import { describe, expect, it } from 'vitest';
import { IMAGE_BYTES_MAX, imageTypeOf } from './image-type.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('a picture', () => {
  it.each([
    ['\x89PNG\r\n\x1a\n...', 'image/png'],
    ['\xff\xd8\xff\xe0...', 'image/jpeg'],
    ['GIF89a...', 'image/gif'],
    ['RIFF\x10\x00\x00\x00WEBPVP8 ', 'image/webp'],
  ])('is known by its first bytes: %j is %s', (text, type) => {
    expect(imageTypeOf(bytes(text))).toBe(type);
  });

  it.each(['', 'P', '\x89PN', '<svg onload="x"/>', 'RIFF\x10\x00\x00\x00WAVE', '{"a":1}', 'BM......'])(
    'is not seen in %j',
    (text) => {
      expect(imageTypeOf(bytes(text))).toBeUndefined();
    },
  );

  it('is not drawn when it is too large', () => {
    const large = new Uint8Array(IMAGE_BYTES_MAX + 1);
    large.set(bytes('GIF89a'));
    expect(imageTypeOf(large)).toBeUndefined();
    expect(imageTypeOf(large.subarray(0, IMAGE_BYTES_MAX))).toBe('image/gif');
  });
});
