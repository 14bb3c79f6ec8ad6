/** PUBLISH of MQTT 5 and the four packets that answer it, read and written. */
import { isTopicName } from '../../../../domain/topic-names.ts';
import { DUP, type Parcel, type Publish, RETAIN } from '../../parcel.ts';
import { type AckType, type Frame, PACKET, type Reason } from '../codec.ts';
import { ackTypeOf, lengthBytesOf, qosOf, writeLength } from '../codec-v3.ts';
import { Broken, type Cursor } from '../cursor.ts';
import { REASON } from '../reason-codes.ts';
import type { AliasesIn } from './aliases.ts';
import { expiresMsOf, itemsOf, propertiesOf, secondsLeft } from './message.ts';
import { ALLOWED, type Bag, type Item, PROPERTY, packetOf, propertyBlock, readProperties } from './properties.ts';

const PACKET_ID_BYTES = 2;
const PUBREL_FLAGS = 2;
const QOS_BITS = 6;
const NO_PROPERTIES = Buffer.alloc(1);

export function readPublish(cursor: Cursor, first: number, around: { aliases: AliasesIn; nowMs: number }): Publish {
  const qos = qosOf(first);
  if (qos === undefined) throw new Broken('its QoS is 3'); // [MQTT-3.3.1-4]
  const dup = (first & DUP) !== 0;
  if (dup && qos === 0) throw new Broken('it is marked as repeated at QoS 0'); // [MQTT-3.3.1-2]
  const said = cursor.text('its topic');
  const packetId = qos === 0 ? 0 : cursor.packetId();
  const bag = readProperties(cursor, ALLOWED.publish);
  checkProperties(bag);
  const topic = around.aliases.resolve(checkedTopic(said), bag.number(PROPERTY.topicAlias));
  if (typeof topic !== 'string') throw new Broken(topic.detail, topic.reason);
  const retain = (first & RETAIN) !== 0;
  const expiresMs = expiresMsOf(bag, around.nowMs);
  return { topic, payload: cursor.rest(), qos, retain, dup, packetId, properties: propertiesOf(bag), expiresMs };
}

/** [MQTT-3.3.2-2] */
function checkedTopic(topic: string): string {
  if (topic !== '' && !isTopicName(topic)) throw new Broken('its topic has a wildcard', REASON.topicInvalid);
  return topic;
}

function checkProperties(bag: Bag): void {
  // [MQTT-3.3.4-6]
  if (bag.number(PROPERTY.subscriptionId) !== undefined) {
    throw new Broken('only the hub sends subscription identifiers with messages', REASON.protocolError);
  }
}

export interface Acknowledgement {
  readonly type: AckType;
  readonly packetId: number;
  readonly reason: number;
}

/** What clients may say in each. (3.4.2.1, 3.5.2.1, 3.6.2.1, 3.7.2.1) */
const OUTCOMES: ReadonlySet<number> = new Set([0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]);
const RELEASES: ReadonlySet<number> = new Set([0x00, 0x92]);

export function readAck(cursor: Cursor, first: number): Acknowledgement {
  const type = ackTypeOf(first >> 4);
  if (type === undefined) throw new Broken('it has a type there is not');
  // [MQTT-2.1.3-1] [MQTT-3.6.1-1]
  if ((first & 0x0f) !== (type === PACKET.pubrel ? PUBREL_FLAGS : 0)) throw new Broken('reserved flags are set');
  const packetId = cursor.packetId();
  if (cursor.left === 0) return { type, packetId, reason: REASON.success };
  const reason = cursor.byte('its reason');
  const reasons = type === PACKET.puback || type === PACKET.pubrec ? OUTCOMES : RELEASES;
  if (!reasons.has(reason)) throw new Broken('its reason is not one of this packet', REASON.protocolError);
  if (cursor.left > 0) readProperties(cursor, ALLOWED.acknowledgement);
  cursor.mustEnd();
  return { type, packetId, reason };
}

/** How a PUBLISH for one client differs from the others. */
export interface PublishForm {
  readonly flags: number;
  readonly nowMs: number;
  readonly subscriptionIds: readonly number[] | undefined;
  readonly alias: number | undefined;
  /** The client knows what the alias stands for. */
  readonly isAliasKnown: boolean;
}

export function publishFrame(parcel: Parcel, form: PublishForm): Frame {
  const topic = Buffer.from(form.isAliasKnown ? '' : parcel.topic);
  const items = itemsFor(parcel, form);
  const properties = items.length === 0 ? NO_PROPERTIES : propertyBlock(items);
  const idBytes = (form.flags & QOS_BITS) === 0 ? 0 : PACKET_ID_BYTES;
  const remaining = 2 + topic.length + idBytes + properties.length + parcel.payload.length;
  const bytes = Buffer.allocUnsafe(1 + lengthBytesOf(remaining) + remaining);
  bytes[0] = (PACKET.publish << 4) | form.flags;
  let at = writeLength(bytes, 1, remaining);
  at = bytes.writeUInt16BE(topic.length, at);
  at += topic.copy(bytes, at);
  const idAt = idBytes === 0 ? 0 : at;
  if (idBytes > 0) at = bytes.writeUInt16BE(0, at);
  at += properties.copy(bytes, at);
  parcel.payload.copy(bytes, at);
  return { bytes, idAt };
}

function itemsFor({ properties, expiresMs }: Parcel, { subscriptionIds, alias, nowMs }: PublishForm): Item[] {
  const items = itemsOf(properties);
  if (expiresMs !== undefined) items.unshift([PROPERTY.messageExpiry, secondsLeft(expiresMs, nowMs)]);
  for (const id of subscriptionIds ?? []) items.push([PROPERTY.subscriptionId, id]);
  if (alias !== undefined) items.push([PROPERTY.topicAlias, alias]);
  return items;
}

export function ackFrame(type: AckType, { code, text }: Reason): Frame {
  const first = (type << 4) | (type === PACKET.pubrel ? PUBREL_FLAGS : 0);
  const id = Buffer.alloc(PACKET_ID_BYTES);
  const more =
    code === REASON.success && text === undefined
      ? []
      : [Buffer.from([code]), ...(text === undefined ? [] : [propertyBlock([[PROPERTY.reasonString, text]])])];
  const parts = [id, ...more];
  const bytes = packetOf(first, ...parts);
  return { bytes, idAt: bytes.length - parts.reduce((sum, part) => sum + part.length, 0) };
}
