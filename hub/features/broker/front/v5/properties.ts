/** Properties of MQTT 5 packets: which there are, which packet may have them, reading and writing them. */

import { lengthBytesOf, writeLength } from '../codec-v3.ts';
import { Broken, type Cursor } from '../cursor.ts';
import { REASON } from '../reason-codes.ts';

/** Identifiers. (2.2.2.2) */
export const PROPERTY = {
  payloadFormat: 0x01,
  messageExpiry: 0x02,
  contentType: 0x03,
  responseTopic: 0x08,
  correlationData: 0x09,
  subscriptionId: 0x0b,
  sessionExpiry: 0x11,
  assignedClientId: 0x12,
  serverKeepAlive: 0x13,
  authenticationMethod: 0x15,
  authenticationData: 0x16,
  problemInformation: 0x17,
  willDelay: 0x18,
  responseInformation: 0x19,
  reasonString: 0x1f,
  receiveMaximum: 0x21,
  topicAliasMaximum: 0x22,
  topicAlias: 0x23,
  userProperty: 0x26,
  packetSizeMaximum: 0x27,
} as const;
export type PropertyId = (typeof PROPERTY)[keyof typeof PROPERTY];

type Kind = 'byte' | 'u16' | 'u32' | 'varint' | 'text' | 'binary' | 'pair';

const KINDS: ReadonlyMap<number, Kind> = new Map<PropertyId, Kind>([
  [PROPERTY.payloadFormat, 'byte'],
  [PROPERTY.messageExpiry, 'u32'],
  [PROPERTY.contentType, 'text'],
  [PROPERTY.responseTopic, 'text'],
  [PROPERTY.correlationData, 'binary'],
  [PROPERTY.subscriptionId, 'varint'],
  [PROPERTY.sessionExpiry, 'u32'],
  [PROPERTY.assignedClientId, 'text'],
  [PROPERTY.serverKeepAlive, 'u16'],
  [PROPERTY.authenticationMethod, 'text'],
  [PROPERTY.authenticationData, 'binary'],
  [PROPERTY.problemInformation, 'byte'],
  [PROPERTY.willDelay, 'u32'],
  [PROPERTY.responseInformation, 'byte'],
  [PROPERTY.reasonString, 'text'],
  [PROPERTY.receiveMaximum, 'u16'],
  [PROPERTY.topicAliasMaximum, 'u16'],
  [PROPERTY.topicAlias, 'u16'],
  [PROPERTY.userProperty, 'pair'],
  [PROPERTY.packetSizeMaximum, 'u32'],
]);

const { userProperty } = PROPERTY;
const OF_MESSAGE = [
  PROPERTY.payloadFormat,
  PROPERTY.messageExpiry,
  PROPERTY.contentType,
  PROPERTY.responseTopic,
  PROPERTY.correlationData,
  userProperty,
];

/** What a client may say in each packet. */
export const ALLOWED = {
  connect: new Set<number>([
    PROPERTY.sessionExpiry,
    PROPERTY.receiveMaximum,
    PROPERTY.packetSizeMaximum,
    PROPERTY.topicAliasMaximum,
    PROPERTY.responseInformation,
    PROPERTY.problemInformation,
    PROPERTY.authenticationMethod,
    PROPERTY.authenticationData,
    userProperty,
  ]),
  will: new Set<number>([...OF_MESSAGE, PROPERTY.willDelay]),
  publish: new Set<number>([...OF_MESSAGE, PROPERTY.topicAlias, PROPERTY.subscriptionId]),
  acknowledgement: new Set<number>([PROPERTY.reasonString, userProperty]),
  subscribe: new Set<number>([PROPERTY.subscriptionId, userProperty]),
  unsubscribe: new Set<number>([userProperty]),
  disconnect: new Set<number>([PROPERTY.sessionExpiry, PROPERTY.reasonString, userProperty]),
} as const;

/** At most 0 or 1. */
const FLAGS: ReadonlySet<number> = new Set<number>([
  PROPERTY.payloadFormat,
  PROPERTY.problemInformation,
  PROPERTY.responseInformation,
]);
/** 0 would mean nothing. */
const NOT_ZERO: ReadonlySet<number> = new Set<number>([
  PROPERTY.receiveMaximum,
  PROPERTY.packetSizeMaximum,
  PROPERTY.subscriptionId,
]);

export type Pair = readonly [name: string, value: string];

/** The properties of one packet. */
export class Bag {
  readonly #values = new Map<number, number | string | Buffer>();
  /** User properties, in the order they came. */
  readonly pairs: Pair[] = [];

  number(id: PropertyId): number | undefined {
    const value = this.#values.get(id);
    return typeof value === 'number' ? value : undefined;
  }

  text(id: PropertyId): string | undefined {
    const value = this.#values.get(id);
    return typeof value === 'string' ? value : undefined;
  }

  binary(id: PropertyId): Buffer | undefined {
    const value = this.#values.get(id);
    return value instanceof Buffer ? value : undefined;
  }

  /** No property but user properties may come twice. */
  set(id: number, value: number | string | Buffer): void {
    if (this.#values.has(id)) throw new Broken(`property 0x${id.toString(16)} comes twice`, REASON.protocolError);
    this.#values.set(id, value);
  }
}

export const NOTHING: Bag = new Bag();

export function readProperties(cursor: Cursor, allowed: ReadonlySet<number>): Bag {
  const length = cursor.varint('its properties');
  if (length === 0) return NOTHING;
  const part = cursor.part(length, 'its properties');
  const bag = new Bag();
  while (part.left > 0) {
    const id = part.varint('a property');
    const kind = KINDS.get(id);
    if (kind === undefined || !allowed.has(id)) {
      throw new Broken(`it has the property 0x${id.toString(16)}, which is not one of this packet`);
    }
    if (kind === 'pair') bag.pairs.push([part.text('a user property'), part.text('a user property')]);
    else bag.set(id, checked(id, part[kind]('a property')));
  }
  return bag;
}

function checked(id: number, value: number | string | Buffer): number | string | Buffer {
  const isWrong = (FLAGS.has(id) && Number(value) > 1) || (NOT_ZERO.has(id) && value === 0);
  if (isWrong) throw new Broken(`property 0x${id.toString(16)} cannot be ${value}`, REASON.protocolError);
  return value;
}

/** One property to be written; undefined values are left out. */
export type Item = readonly [id: PropertyId, value: number | string | Buffer | Pair | undefined];

/** Length and properties, as they stand in a packet. */
export function propertyBlock(items: readonly Item[]): Buffer {
  const parts: Buffer[] = [];
  for (const [id, value] of items) {
    if (value !== undefined) parts.push(Buffer.from([id]), valueBytes(id, value));
  }
  const body = Buffer.concat(parts);
  const length = Buffer.allocUnsafe(lengthBytesOf(body.length));
  writeLength(length, 0, body.length);
  return Buffer.concat([length, body]);
}

function valueBytes(id: PropertyId, value: number | string | Buffer | Pair): Buffer {
  if (typeof value === 'number') return numberBytes(KINDS.get(id), value);
  if (typeof value === 'string') return prefixed(Buffer.from(value));
  if (Buffer.isBuffer(value)) return prefixed(value);
  return Buffer.concat([prefixed(Buffer.from(value[0])), prefixed(Buffer.from(value[1]))]);
}

function numberBytes(kind: Kind | undefined, value: number): Buffer {
  switch (kind) {
    case 'byte':
      return Buffer.from([value]);
    case 'u16':
      return Buffer.from([value >> 8, value & 0xff]);
    case 'u32': {
      const bytes = Buffer.allocUnsafe(4);
      bytes.writeUInt32BE(value);
      return bytes;
    }
    default: {
      const bytes = Buffer.allocUnsafe(lengthBytesOf(value));
      writeLength(bytes, 0, value);
      return bytes;
    }
  }
}

/** Behind its length in two bytes. */
export function prefixed(bytes: Buffer): Buffer {
  const whole = Buffer.allocUnsafe(2 + bytes.length);
  whole.writeUInt16BE(bytes.length);
  bytes.copy(whole, 2);
  return whole;
}

/** A whole packet out of its first byte and its body. */
export function packetOf(firstByte: number, ...body: readonly Buffer[]): Buffer {
  const remaining = body.reduce((sum, { length }) => sum + length, 0);
  const head = Buffer.allocUnsafe(1 + lengthBytesOf(remaining));
  head[0] = firstByte;
  writeLength(head, 1, remaining);
  return Buffer.concat([head, ...body]);
}
