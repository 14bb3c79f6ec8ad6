/** Text of MQTT: well-formed UTF-8 without NUL. [MQTT-1.5.3-1] [MQTT-1.5.3-2] */
import { isUtf8 } from 'node:buffer';

/** Up to this length bytes are looked at one by one; that costs less than a call out of JavaScript. */
const SHORT_BYTES_MAX = 64;

/** The text between `start` and `end`; undefined: it is not well formed, or contains NUL. */
export function textOf(bytes: Buffer, start: number, end: number): string | undefined {
  if (end - start <= SHORT_BYTES_MAX && isAscii(bytes, start, end)) return bytes.toString('latin1', start, end);
  const part = bytes.subarray(start, end);
  // Refuses overlong forms, halves of surrogate pairs and what is above U+10FFFF.
  if (part.includes(0) || !isUtf8(part)) return undefined;
  return bytes.toString('utf8', start, end);
}

function isAscii(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0 || byte > ASCII_MAX) return false;
  }
  return true;
}
const ASCII_MAX = 0x7f;
