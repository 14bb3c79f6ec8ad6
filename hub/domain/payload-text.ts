/** Payloads as people read them: text where they are text, hexadecimal where not. */

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** What a terminal or a browser would act on instead of showing it; line ends and tabs are text. */
const CONTROL = /(?![\t\n\r])\p{Cc}/u;
/** Bytes of a payload that is no text in its preview. */
const HEX_BYTES_MAX = 24;
/** Bytes of the longest character: this many at the end may be part of one that was cut. */
const CHARACTER_BYTES_MAX = 4;

/** Undefined when it is not UTF-8, or holds what is no text. `isCut`: its last character may be half. */
export function textOf(bytes: Uint8Array, isCut = false): string | undefined {
  for (let dropped = 0; dropped < (isCut ? CHARACTER_BYTES_MAX : 1); dropped++) {
    try {
      const text = DECODER.decode(dropped === 0 ? bytes : bytes.subarray(0, bytes.length - dropped));
      return CONTROL.test(text) ? undefined : text;
    } catch {
      // not UTF-8 to this end
    }
  }
  return undefined;
}

/** One line of at most `charactersMax` characters. */
export function previewOf(
  bytes: Uint8Array,
  { isCut, charactersMax }: { isCut: boolean; charactersMax: number },
): string {
  // A character has at least one byte; four more so that the last one is whole.
  const isShortened = bytes.length > charactersMax * CHARACTER_BYTES_MAX;
  const shown = isShortened ? bytes.subarray(0, charactersMax * CHARACTER_BYTES_MAX) : bytes;
  const text = textOf(shown, isCut || isShortened);
  if (text !== undefined) return text.replace(/\s+/g, ' ').slice(0, charactersMax);
  return Buffer.from(bytes.subarray(0, HEX_BYTES_MAX)).toString('hex').replace(/../g, '$& ').trimEnd();
}
