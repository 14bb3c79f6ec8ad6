/** Which pictures a payload may be, told by its first bytes and never by what a sender calls it. */

export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

/** Each form begins with these bytes; undefined stands for any byte. */
const BEGINNINGS: readonly (readonly [ImageType, readonly (number | undefined)[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  // RIFF, four bytes of length, WEBP
  ['image/webp', [0x52, 0x49, 0x46, 0x46, undefined, undefined, undefined, undefined, 0x57, 0x45, 0x42, 0x50]],
];
/** Larger ones are not drawn: a browser unpacks a picture to many times its size. */
export const IMAGE_BYTES_MAX = 1024 * 1024;

/** Undefined: none that is drawn. */
export function imageTypeOf(bytes: Uint8Array): ImageType | undefined {
  if (bytes.length > IMAGE_BYTES_MAX) return undefined;
  const found = BEGINNINGS.find(([, first]) => first.every((byte, at) => byte === undefined || bytes[at] === byte));
  return found?.[0];
}
