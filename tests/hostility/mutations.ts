/** Ways to break a packet: what comes out is read to its end, cut short, or announces more than ever comes. */
import type { Dice } from './dice.ts';
import { digits } from './packets.ts';

type Mutation = (bytes: Buffer, dice: Dice) => Buffer;

const OVERSIZE_DECLARATIONS: readonly [number[], ...number[][]] = [
  [0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80],
  [0x80, 0x80, 0x80, 0x00],
  [0x81, 0x80, 0x40],
];
/** Not UTF-8: a lone continuation, an overlong '/', half a surrogate, more than Unicode has, and NUL. */
const BAD_TEXT: readonly [number[], ...number[][]] = [[0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x90], [0x00]];

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  (bytes) => bytes,
  (bytes, dice) => changed(bytes, dice, () => dice.below(256)),
  (bytes, dice) => changed(bytes, dice, (old) => old ^ (1 << dice.below(8))),
  (bytes, dice) => changed(bytes, dice, () => dice.pick([0x00, 0x01, 0x7f, 0x80, 0xff])),
  (bytes, dice) => reframed(bytes, (body) => body.subarray(0, dice.below(body.length + 1))),
  (bytes, dice) => reframed(bytes, (body) => Buffer.concat([body, dice.bytes(1 + dice.below(20))])),
  (bytes, dice) => reframed(bytes, (body) => repeated(body, dice)),
  (bytes, dice) => reframed(bytes, (body) => inserted(body, dice, Buffer.from(dice.pick(BAD_TEXT)))),
  (bytes, dice) => reframed(bytes, (body) => removed(body, dice)),
  (bytes, dice) => Buffer.concat([Buffer.from([(bytes[0] ?? 0) ^ (1 << dice.below(4))]), bytes.subarray(1)]),
  (bytes, dice) =>
    Buffer.concat([bytes.subarray(0, 1), Buffer.from(dice.pick(OVERSIZE_DECLARATIONS)), bytes.subarray(2)]),
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length)),
  (_bytes, dice) => dice.bytes(1 + dice.below(64)),
];

/** Seldom one that stays open for more, so that most cases are read at once. */
export function mutated(bytes: Buffer, dice: Dice): Buffer {
  const once = dice.pick(MUTATIONS)(bytes, dice);
  return dice.chance(0.2) && once.length > 0 ? dice.pick(MUTATIONS)(once, dice) : once;
}

function changed(bytes: Buffer, dice: Dice, value: (old: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  const at = dice.below(copy.length);
  copy[at] = value(copy[at] ?? 0);
  return copy;
}

/** The body changed, and a length that is true again. */
function reframed(bytes: Buffer, change: (body: Buffer) => Buffer): Buffer {
  const isLength = (at: number): boolean => at < 5 && ((bytes[at] ?? 0) & 0x80) !== 0;
  let start = 1;
  while (isLength(start)) start++;
  const body = change(bytes.subarray(start + 1));
  return Buffer.concat([bytes.subarray(0, 1), digits(body.length), body]);
}

function repeated(body: Buffer, dice: Dice): Buffer {
  const from = dice.below(body.length + 1);
  const slice = body.subarray(from, from + dice.below(32));
  return inserted(body, dice, Buffer.concat(Array.from({ length: 1 + dice.below(8) }, () => slice)));
}

function inserted(body: Buffer, dice: Dice, more: Buffer): Buffer {
  const at = dice.below(body.length + 1);
  return Buffer.concat([body.subarray(0, at), more, body.subarray(at)]);
}

function removed(body: Buffer, dice: Dice): Buffer {
  const at = dice.below(body.length + 1);
  return Buffer.concat([body.subarray(0, at), body.subarray(at + 1 + dice.below(4))]);
}
