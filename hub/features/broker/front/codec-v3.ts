/** MQTT 3.1 and 3.1.1: nothing is remembered between packets, so all connections share one codec. */
import { isTopicName } from '../../../domain/topic-names.ts';
import type { Envelope } from '../envelope.ts';
import { DUP, type Parcel, type Qos } from '../parcel.ts';
import { type AckType, type Codec, type Frame, type Inbound, PACKET, type Violation } from './codec.ts';
import { checkedRequest } from './requests-v3.ts';
import { textOf } from './utf8.ts';

const PACKET_ID_BYTES = 2;
const ACK_BYTES = 4;
/** The only flags PUBREL may have, and must. [MQTT-3.6.1-1] */
const PUBREL_FLAGS = 2;

export const codecV3: Codec = { read, frame, ack, connack, toEngine: checkedRequest };

function read(bytes: Buffer, start: number, end: number, to: Inbound): Violation | undefined {
  const first = bytes[start] ?? 0;
  switch (first >> 4) {
    case PACKET.publish:
      return readPublish(bytes, start, end, to);
    case PACKET.puback:
    case PACKET.pubrec:
    case PACKET.pubcomp:
      return readAck(bytes, start, end, { to, flags: 0 });
    default:
      return readAck(bytes, start, end, { to, flags: PUBREL_FLAGS });
  }
}

function readPublish(bytes: Buffer, start: number, end: number, to: Inbound): Violation | undefined {
  const first = bytes[start] ?? 0;
  const qos = qosOf(first);
  if (qos === undefined) return broken('PUBLISH with QoS 3'); // [MQTT-3.3.1-4]
  const dup = (first & DUP) !== 0;
  if (dup && qos === 0) return broken('PUBLISH with DUP at QoS 0'); // [MQTT-3.3.1-2]
  const topicAt = bodyAt(bytes, start) + 2;
  if (topicAt > end) return broken('PUBLISH without a topic');
  const topicEnd = topicAt + bytes.readUInt16BE(topicAt - 2);
  const payloadAt = topicEnd + (qos === 0 ? 0 : PACKET_ID_BYTES);
  if (payloadAt > end) return broken('PUBLISH that is shorter than it says');
  const topic = textOf(bytes, topicAt, topicEnd);
  if (topic === undefined) return broken('topic that is not UTF-8, or contains NUL');
  if (!isTopicName(topic)) return broken('topic that is empty or has a wildcard'); // [MQTT-3.3.2-2] [MQTT-4.7.3-1]
  const packetId = qos === 0 ? 0 : bytes.readUInt16BE(topicEnd);
  if (qos > 0 && packetId === 0) return broken('packet identifier 0'); // [MQTT-2.3.1-1]
  const payload = bytes.subarray(payloadAt, end);
  to.received({ topic, payload, qos, retain: (first & 1) !== 0, dup, packetId });
  return undefined;
}

function readAck(
  bytes: Buffer,
  start: number,
  end: number,
  { to, flags }: { to: Inbound; flags: number },
): Violation | undefined {
  const first = bytes[start] ?? 0;
  if ((first & 0x0f) !== flags) return broken('reserved flags'); // [MQTT-2.2.2-2]
  if (end - start !== ACK_BYTES) return broken('acknowledgement of a wrong length');
  const packetId = bytes.readUInt16BE(start + 2);
  if (packetId === 0) return broken('packet identifier 0');
  const type = ackTypeOf(first >> 4);
  return type === undefined ? undefined : to.acknowledged(type, packetId, 0);
}

function frame(envelope: Envelope, flags: number): Frame {
  // A repetition is rare and goes to one client.
  if ((flags & DUP) !== 0) return encode(envelope.parcel, flags);
  return envelope.frame(flags) ?? envelope.keepFrame(flags, encode(envelope.parcel, flags));
}

function encode({ topic, payload }: Parcel, flags: number): Frame {
  const hasId = (flags & QOS_BITS) !== 0;
  const topicBytes = Buffer.byteLength(topic);
  const remaining = 2 + topicBytes + (hasId ? PACKET_ID_BYTES : 0) + payload.length;
  const bytes = Buffer.allocUnsafe(1 + lengthBytesOf(remaining) + remaining);
  bytes[0] = (PACKET.publish << 4) | flags;
  let at = writeLength(bytes, 1, remaining);
  at = bytes.writeUInt16BE(topicBytes, at);
  at += bytes.write(topic, at);
  const idAt = hasId ? at : 0;
  if (hasId) at = bytes.writeUInt16BE(0, at);
  payload.copy(bytes, at);
  return { bytes, idAt };
}
const QOS_BITS = 6;

function ack(type: AckType): Frame {
  return ACKS[type];
}
const ackFrame = (type: AckType, flags = 0): Frame => ({ bytes: Buffer.from([(type << 4) | flags, 2, 0, 0]), idAt: 2 });
const ACKS: Readonly<Record<AckType, Frame>> = {
  [PACKET.puback]: ackFrame(PACKET.puback),
  [PACKET.pubrec]: ackFrame(PACKET.pubrec),
  [PACKET.pubrel]: ackFrame(PACKET.pubrel, PUBREL_FLAGS),
  [PACKET.pubcomp]: ackFrame(PACKET.pubcomp),
};

function connack(isSessionPresent: boolean): Buffer {
  return Buffer.from([PACKET.connack << 4, 2, isSessionPresent ? 1 : 0, 0]);
}

/** Undefined: 3, which is none. */
export function qosOf(firstByte: number): Qos | undefined {
  const qos = (firstByte >> 1) & 3;
  return qos === 0 || qos === 1 || qos === 2 ? qos : undefined;
}

export function ackTypeOf(type: number): AckType | undefined {
  const { puback, pubrec, pubrel, pubcomp } = PACKET;
  return type === puback || type === pubrec || type === pubrel || type === pubcomp ? type : undefined;
}

/** Where the variable header begins. */
export function bodyAt(bytes: Buffer, start: number): number {
  let at = start + 1;
  while ((bytes[at] ?? 0) >= 0x80) at++;
  return at + 1;
}

/** How many bytes a length takes. [MQTT-2.2.3] */
export const lengthBytesOf = (length: number): number =>
  length < 128 ? 1 : length < 16_384 ? 2 : length < 2_097_152 ? 3 : 4;

/** Answers where the next byte goes. */
export function writeLength(bytes: Buffer, at: number, length: number): number {
  let rest = length;
  let next = at;
  while (rest >= 0x80) {
    bytes[next++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[next++] = rest;
  return next;
}

const PROTOCOL_ERROR = 0x82;
export const broken = (detail: string, reason = PROTOCOL_ERROR): Violation => ({ detail, reason });
