/** SUBSCRIBE, UNSUBSCRIBE and DISCONNECT of MQTT 5, and the packets that answer them. */
import { isSharedFilter } from '../../../../domain/shared-filter.ts';
import type { Subscription } from '../../subscription.ts';
import { PACKET, type Reason } from '../codec.ts';
import { qosOf } from '../codec-v3.ts';
import { Broken, Cursor } from '../cursor.ts';
import { REASON } from '../reason-codes.ts';
import { sessionExpiryOf } from './greeting.ts';
import { ALLOWED, type Item, PROPERTY, packetOf, prefixed, propertyBlock, readProperties } from './properties.ts';

/** The flags these two must have. [MQTT-3.8.1-1] [MQTT-3.10.1-1] */
const REQUEST_FLAGS = 2;
const OPTION = { qos: 0x03, noLocal: 0x04, retainAsPublished: 0x08, retainHandling: 0x30, reserved: 0xc0 } as const;

export interface SubscribeRequest {
  readonly packetId: number;
  readonly subscriptions: readonly Subscription[];
}
export interface UnsubscribeRequest {
  readonly packetId: number;
  readonly filters: readonly string[];
}
export interface Farewell {
  readonly reason: number;
  /** Undefined: as CONNECT said. */
  readonly sessionExpiryS: number | undefined;
}

export function readSubscribe(packet: Buffer): SubscribeRequest {
  const cursor = requestOf(packet);
  const packetId = cursor.packetId();
  const id = readProperties(cursor, ALLOWED.subscribe).number(PROPERTY.subscriptionId);
  const subscriptions: Subscription[] = [];
  do subscriptions.push(readSubscription(cursor, id));
  while (cursor.left > 0);
  return { packetId, subscriptions };
}

function readSubscription(cursor: Cursor, id: number | undefined): Subscription {
  mustHaveOne(cursor);
  const filter = cursor.text('a filter');
  const options = cursor.byte('the options of a filter');
  if ((options & OPTION.reserved) !== 0) throw new Broken('reserved bits of its options are set'); // [MQTT-3.8.3-5]
  const qos = qosOf((options & OPTION.qos) << 1);
  const retainHandling = (options & OPTION.retainHandling) >> 4;
  const isHandling = retainHandling === 0 || retainHandling === 1 || retainHandling === 2;
  if (qos === undefined || !isHandling) throw new Broken('its options ask for a 3 there is not', REASON.protocolError);
  const noLocal = (options & OPTION.noLocal) !== 0;
  // [MQTT-3.8.3-4]
  if (noLocal && isSharedFilter(filter))
    throw new Broken('a shared subscription cannot be no-local', REASON.protocolError);
  const retainAsPublished = (options & OPTION.retainAsPublished) !== 0;
  return { filter, qos, noLocal, retainAsPublished, retainHandling, ...(id === undefined ? {} : { id }) };
}

export function readUnsubscribe(packet: Buffer): UnsubscribeRequest {
  const cursor = requestOf(packet);
  const packetId = cursor.packetId();
  readProperties(cursor, ALLOWED.unsubscribe);
  const filters: string[] = [];
  do {
    mustHaveOne(cursor);
    filters.push(cursor.text('a filter'));
  } while (cursor.left > 0);
  return { packetId, filters };
}

function requestOf(packet: Buffer): Cursor {
  if (((packet[0] ?? 0) & 0x0f) !== REQUEST_FLAGS) throw new Broken('its flags are not the ones it must have');
  return Cursor.body(packet, 0, packet.length);
}

/** [MQTT-3.8.3-2] [MQTT-3.10.3-2] */
function mustHaveOne(cursor: Cursor): void {
  if (cursor.left === 0) throw new Broken('it names no filter', REASON.protocolError);
}

/** Reasons a client may give for leaving. (3.14.2.1) */
const FAREWELL_REASONS: ReadonlySet<number> = new Set([
  0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99,
]);

export function readDisconnect(packet: Buffer): Farewell {
  if (packet[0] !== PACKET.disconnect << 4) throw new Broken('its flags are not the ones it must have'); // [MQTT-3.14.1-1]
  const cursor = Cursor.body(packet, 0, packet.length);
  const reason = cursor.left === 0 ? REASON.success : cursor.byte('its reason');
  // [MQTT-3.14.2-1]
  if (!FAREWELL_REASONS.has(reason)) throw new Broken('its reason is not one of DISCONNECT', REASON.protocolError);
  if (cursor.left === 0) return { reason, sessionExpiryS: undefined };
  const expiry = readProperties(cursor, ALLOWED.disconnect).number(PROPERTY.sessionExpiry);
  cursor.mustEnd();
  return { reason, sessionExpiryS: expiry === undefined ? undefined : sessionExpiryOf(expiry) };
}

/** As Aedes is to see it. */
export const subscribeV3 = (packetId: number, subscriptions: readonly Subscription[]): Buffer =>
  packetOf(
    (PACKET.subscribe << 4) | REQUEST_FLAGS,
    idBytes(packetId),
    ...subscriptions.flatMap(({ filter, qos }) => [prefixed(Buffer.from(filter)), Buffer.from([qos])]),
  );

export const unsubscribeV3 = (packetId: number, filters: readonly string[]): Buffer =>
  packetOf(
    (PACKET.unsubscribe << 4) | REQUEST_FLAGS,
    idBytes(packetId),
    ...filters.map((filter) => prefixed(Buffer.from(filter))),
  );

/** SUBACK and UNSUBACK: one reason code for each filter, in their order. [MQTT-3.9.3-1] [MQTT-3.11.3-1] */
export const answerPacket = (
  type: typeof PACKET.suback | typeof PACKET.unsuback,
  packetId: number,
  { reasons, text }: { reasons: readonly number[]; text: string | undefined },
): Buffer =>
  packetOf(type << 4, idBytes(packetId), propertyBlock([[PROPERTY.reasonString, text]]), Buffer.from(reasons));

export const disconnectPacket = ({ code, text }: Reason): Buffer =>
  packetOf(PACKET.disconnect << 4, Buffer.from([code]), propertyBlock([[PROPERTY.reasonString, text]]));

export const connackPacket = (isSessionPresent: boolean, reason: number, items: readonly Item[]): Buffer =>
  packetOf(PACKET.connack << 4, Buffer.from([isSessionPresent ? 1 : 0, reason]), propertyBlock(items));

/** The CONNACK of a client that is not let in. */
export const refusalV5 = (reason: Reason, bytesMax: number): Buffer =>
  withinSize(bytesMax, reason, ({ code, text }) => connackPacket(false, code, [[PROPERTY.reasonString, text]]));

/** A packet with a reason, without its sentence when that is too long for the client. [MQTT-3.2.2-19] [MQTT-3.14.2-3] */
export function withinSize(bytesMax: number, reason: Reason, write: (reason: Reason) => Buffer): Buffer {
  const full = write(reason);
  return full.length <= bytesMax ? full : write({ code: reason.code });
}

const idBytes = (packetId: number): Buffer => Buffer.from([packetId >> 8, packetId & 0xff]);
