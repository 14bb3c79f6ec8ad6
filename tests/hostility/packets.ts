/** Packets as bytes, well-formed or nearly so, of every type and for 3.1.1 and 5: what the mutations start from. */
import { PACKET } from '../../hub/features/broker/front/codec.ts';
import type { Dice } from './dice.ts';

export type Level = 4 | 5;

/** Names that a careless hub would look up in an object, decode wrongly or match with too much. */
const NAMES: readonly [string, ...string[]] = [
  'a',
  'a/b',
  'fuzz/one',
  'fuzz/two',
  'fuzz/+/x',
  '__proto__',
  'constructor/prototype',
  'toString',
  'hasOwnProperty/valueOf',
  '#',
  '+/+',
  '/',
  '',
  'a//b',
  'a/#/b',
  'a#',
  'b+/c',
  '$SYS/broker/clients/total',
  '$SYS/#',
  '$live/devices',
  '$share/g/fuzz/#',
  '$share/__proto__/+',
  '$share//a',
  '$share/g+/a',
  'ruche/__proto__/status',
  'ruche/d1/telemetry',
  'simon/pair',
  'homeassistant/status',
  'a\0b',
  '\ufeffa',
  'x/'.repeat(110),
  'é'.repeat(400),
];

const PROPERTY_FORMS: readonly [readonly [id: number, form: Form], ...(readonly [id: number, form: Form])[]] = [
  [0x01, 'byte'],
  [0x02, 'four'],
  [0x03, 'text'],
  [0x08, 'text'],
  [0x09, 'text'],
  [0x0b, 'digits'],
  [0x11, 'four'],
  [0x12, 'text'],
  [0x13, 'two'],
  [0x15, 'text'],
  [0x16, 'text'],
  [0x17, 'byte'],
  [0x18, 'four'],
  [0x19, 'byte'],
  [0x1a, 'text'],
  [0x1f, 'text'],
  [0x21, 'two'],
  [0x22, 'two'],
  [0x23, 'two'],
  [0x24, 'byte'],
  [0x25, 'byte'],
  [0x26, 'pair'],
  [0x27, 'four'],
  [0x28, 'byte'],
];
type Form = 'byte' | 'two' | 'four' | 'digits' | 'text' | 'pair';
/** Which properties belong where, so that most packets get past the first look. (2.2.2.2) */
const PROPERTIES_OF: Readonly<Partial<Record<number, readonly [number, ...number[]]>>> = {
  [PACKET.connect]: [0x11, 0x17, 0x19, 0x21, 0x22, 0x26, 0x27],
  [PACKET.publish]: [0x01, 0x02, 0x03, 0x08, 0x09, 0x23, 0x26],
  [PACKET.subscribe]: [0x0b, 0x26],
  [PACKET.unsubscribe]: [0x26],
  [PACKET.disconnect]: [0x11, 0x1f, 0x26],
  [PACKET.auth]: [0x15, 0x16, 0x1f, 0x26],
};
const WILL_PROPERTIES: readonly [number, ...number[]] = [0x01, 0x02, 0x03, 0x08, 0x09, 0x18, 0x26];
const PACKET_IDS = 6;

export const byte = (value: number): Buffer => Buffer.from([value & 0xff]);
export const two = (value: number): Buffer => Buffer.from([(value >> 8) & 0xff, value & 0xff]);
const four = (value: number): Buffer => Buffer.concat([two(value >>> 16), two(value)]);
export const text = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([two(bytes.length), bytes]);
};

export function digits(value: number): Buffer {
  const found: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    found.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    if (rest <= 0x7f) return Buffer.from(found);
  }
}

export function frame(type: number, flags: number, body: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(body);
  return Buffer.concat([byte((type << 4) | flags), digits(bytes.length), bytes]);
}

export const PINGREQ = frame(PACKET.pingreq, 0, []);

/** A packet a client may send, or one that only a server may. */
export function anyPacket(dice: Dice, level: Level): Buffer {
  const roll = dice.below(100);
  if (roll < 40) return publishPacket(dice, level);
  if (roll < 55) return subscribePacket(dice, level);
  if (roll < 62) return unsubscribePacket(dice, level);
  if (roll < 85) return acknowledgement(dice, level);
  if (roll < 90) return PINGREQ;
  if (roll < 93) return leaving(dice, level);
  if (roll < 95) return frame(PACKET.auth, 0, [byte(dice.below(0x20)), ...propertyBlock(dice, level, PACKET.auth)]);
  if (roll < 97) return connectPacket(dice, level, `again-${dice.below(4)}`);
  return frame(dice.below(16), dice.below(16), [dice.bytes(dice.below(40))]);
}

export function connectPacket(dice: Dice, level: Level, clientId: string): Buffer {
  const hasWill = dice.chance(0.4);
  const isClean = dice.chance(0.6);
  const willFlags = hasWill ? 0x04 | (dice.below(3) << 3) | (dice.below(2) << 5) : 0;
  const will = hasWill
    ? [...propertyBlock(dice, level, WILL_PROPERTIES), text(nameOf(dice)), text(dice.bytes(dice.below(30)))]
    : [];
  return frame(PACKET.connect, 0, [
    text('MQTT'),
    byte(level),
    byte((isClean ? 0x02 : 0) | willFlags),
    two(dice.pick([0, 1, 60, 65_535])),
    ...propertyBlock(dice, level, PACKET.connect),
    text(clientId),
    ...will,
  ]);
}

function publishPacket(dice: Dice, level: Level): Buffer {
  const qos = dice.below(3);
  const flags = (dice.below(2) << 3) | (qos << 1) | (dice.chance(0.3) ? 1 : 0);
  return frame(PACKET.publish, flags, [
    text(nameOf(dice)),
    ...(qos === 0 ? [] : [packetId(dice)]),
    ...propertyBlock(dice, level, PACKET.publish),
    Buffer.alloc(dice.below(300), dice.below(256)),
  ]);
}

function subscribePacket(dice: Dice, level: Level): Buffer {
  const options = () => byte(level === 5 && dice.chance(0.8) ? dice.below(0x30) : dice.below(3));
  const filters = Array.from({ length: 1 + dice.below(4) }, () => [text(nameOf(dice)), options()]);
  return frame(PACKET.subscribe, 2, [
    packetId(dice),
    ...propertyBlock(dice, level, PACKET.subscribe),
    ...filters.flat(),
  ]);
}

function unsubscribePacket(dice: Dice, level: Level): Buffer {
  const filters = Array.from({ length: 1 + dice.below(4) }, () => text(nameOf(dice)));
  return frame(PACKET.unsubscribe, 2, [packetId(dice), ...propertyBlock(dice, level, PACKET.unsubscribe), ...filters]);
}

function acknowledgement(dice: Dice, level: Level): Buffer {
  const type = dice.pick([PACKET.puback, PACKET.pubrec, PACKET.pubrel, PACKET.pubcomp]);
  const reason =
    level === 5 && dice.chance(0.4) ? [byte(dice.below(256)), ...propertyBlock(dice, level, [0x1f, 0x26])] : [];
  return frame(type, type === PACKET.pubrel ? 2 : 0, [packetId(dice), ...reason]);
}

function leaving(dice: Dice, level: Level): Buffer {
  const reason = level === 5 && dice.chance(0.7) ? [byte(dice.pick([0, 4, 0x81, 0xff]))] : [];
  return frame(
    PACKET.disconnect,
    0,
    reason.length > 0 ? [...reason, ...propertyBlock(dice, level, PACKET.disconnect)] : [],
  );
}

const nameOf = (dice: Dice): string =>
  dice.chance(0.5)
    ? dice.pick(['fuzz/one', 'fuzz/two', 'a/b', '__proto__', 'constructor/prototype'])
    : dice.pick(NAMES);
const packetId = (dice: Dice): Buffer => two(dice.chance(0.97) ? 1 + dice.below(PACKET_IDS) : dice.below(65_536));

function propertyBlock(dice: Dice, level: Level, where: number | readonly [number, ...number[]]): Buffer[] {
  if (level === 4) return [];
  const fitting = typeof where === 'number' ? PROPERTIES_OF[where] : where;
  const count = dice.chance(0.5) ? 0 : 1 + dice.below(3);
  const properties = Array.from({ length: count }, () => {
    const id = fitting !== undefined && dice.chance(0.95) ? dice.pick(fitting) : dice.pick(PROPERTY_FORMS)[0];
    return Buffer.concat([
      byte(id),
      propertyValue(dice, PROPERTY_FORMS.find(([known]) => known === id)?.[1] ?? 'byte'),
    ]);
  });
  const bytes = Buffer.concat(properties);
  return [digits(bytes.length), bytes];
}

function propertyValue(dice: Dice, form: Form): Buffer {
  const small = dice.chance(0.8) ? dice.below(3) : dice.below(0x1_0000);
  if (form === 'byte') return byte(small);
  if (form === 'two') return two(small);
  if (form === 'four') return four(dice.chance(0.1) ? 0xffff_ffff : small);
  if (form === 'digits') return digits(small);
  if (form === 'pair') return Buffer.concat([text(nameOf(dice)), text(nameOf(dice))]);
  return text(nameOf(dice));
}
