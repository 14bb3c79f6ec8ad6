/** CONNECT of MQTT 5: who it is, what it can take, and its will. */
import { isReserved } from '../../../../domain/acl.ts';
import { isTopicName, levelsOf } from '../../../../domain/topic-names.ts';
import type { BrokerLimits } from '../../limits.ts';
import type { ConnectRefusal, Greeting, Will } from '../connect.ts';
import { checkFlags, FLAG, willQosOf } from '../connect-flags.ts';
import { Broken, Cursor, reading } from '../cursor.ts';
import { REASON } from '../reason-codes.ts';
import { isFormatTrue, propertiesOf } from './message.ts';
import { ALLOWED, type Bag, PROPERTY, readProperties } from './properties.ts';

/** What MQTT 5 says beyond 3.1.1. */
export interface GreetingV5 {
  /** How long the session is kept after the connection; 0: not at all; Infinity: always. */
  readonly sessionExpiryS: number;
  /** QoS 1 and 2 messages it takes at a time. */
  readonly receiveMaximum: number;
  readonly packetBytesMax: number;
  /** Topic aliases it lets us use. */
  readonly topicAliasMax: number;
  /** Whether it wants reason strings beyond CONNACK and DISCONNECT. */
  readonly wantsReasons: boolean;
}

const NEVER = 0xffff_ffff;
const RECEIVE_MAX_DEFAULT = 65_535;

/** `packet` is one whole CONNECT of protocol level 5. */
export function readGreetingV5(packet: Buffer, limits: BrokerLimits): Greeting | ConnectRefusal {
  const read = reading(() => readAll(packet));
  if (read instanceof Broken) {
    return refusal(`CONNECT is not valid, ${read.message}.`, read.reason);
  }
  const detail = checkName(read, limits);
  if (detail !== undefined) return refusal(detail, REASON.clientIdInvalid);
  return checkWill(read, limits) ?? read;
}

function readAll(packet: Buffer): Greeting {
  const cursor = Cursor.body(packet, 0, packet.length);
  cursor.text('its protocol name');
  cursor.byte('its protocol level');
  const flags = cursor.byte('its flags');
  checkFlags(flags);
  const keepaliveS = cursor.u16('its keep-alive');
  const bag = readProperties(cursor, ALLOWED.connect);
  checkAuthentication(bag);
  const clientId = cursor.text('its client id');
  const will = (flags & FLAG.will) === 0 ? undefined : readWill(cursor, flags);
  const username = (flags & FLAG.username) === 0 ? undefined : cursor.text('its user name');
  const password = (flags & FLAG.password) === 0 ? undefined : cursor.binary('its password').toString();
  cursor.mustEnd();
  const clean = (flags & FLAG.clean) !== 0;
  return { protocolVersion: 5, clientId, clean, keepaliveS, will, username, password, v5: sayingsOf(bag) };
}

function checkAuthentication(bag: Bag): void {
  if (bag.text(PROPERTY.authenticationMethod) !== undefined) {
    throw new Broken('this hub knows user names and passwords only', REASON.badAuthenticationMethod);
  }
  if (bag.binary(PROPERTY.authenticationData) !== undefined) {
    throw new Broken('it has authentication data without a method', REASON.protocolError);
  }
}

function sayingsOf(bag: Bag): GreetingV5 {
  const expiry = bag.number(PROPERTY.sessionExpiry) ?? 0;
  return {
    sessionExpiryS: sessionExpiryOf(expiry),
    receiveMaximum: bag.number(PROPERTY.receiveMaximum) ?? RECEIVE_MAX_DEFAULT,
    packetBytesMax: bag.number(PROPERTY.packetSizeMaximum) ?? Number.POSITIVE_INFINITY,
    topicAliasMax: bag.number(PROPERTY.topicAliasMaximum) ?? 0,
    wantsReasons: bag.number(PROPERTY.problemInformation) !== 0,
  };
}

export const sessionExpiryOf = (seconds: number): number => (seconds === NEVER ? Number.POSITIVE_INFINITY : seconds);

function readWill(cursor: Cursor, flags: number): Will {
  const bag = readProperties(cursor, ALLOWED.will);
  const topic = cursor.text('the topic of its will');
  const payload = Buffer.from(cursor.binary('its will'));
  const qos = willQosOf(flags);
  const retain = (flags & FLAG.willRetain) !== 0;
  const delayS = bag.number(PROPERTY.willDelay) ?? 0;
  const expiryS = bag.number(PROPERTY.messageExpiry);
  return { topic, payload, qos, retain, delayS, expiryS, properties: propertiesOf(bag) };
}

function checkName({ clientId }: Greeting, { clientIdBytesMax }: BrokerLimits): string | undefined {
  if (Buffer.byteLength(clientId) <= clientIdBytesMax) return undefined;
  return `The client id is longer than ${clientIdBytesMax} bytes.`;
}

/** Judged now: when it is published nobody can be told that it was wrong. */
function checkWill({ clientId, will }: Greeting, limits: BrokerLimits): ConnectRefusal | undefined {
  if (will === undefined) return undefined;
  const { topic, payload, properties } = will;
  const isTooLong = Buffer.byteLength(topic) > limits.topicBytesMax || levelsOf(topic) > limits.topicLevelsMax;
  if (!isTopicName(topic) || isTooLong) {
    return refusal('The topic of its will is not a valid topic name.', REASON.topicInvalid, clientId);
  }
  if (isReserved(topic)) {
    return {
      ...refusal('The will is for a topic of the hub.', REASON.notAuthorized, clientId),
      code: 'PUBLISH_RESERVED',
    };
  }
  if (isFormatTrue(properties, payload)) return undefined;
  return refusal('Its will says that it is text, and is not.', REASON.payloadFormatInvalid, clientId);
}

const refusal = (detail: string, reason: number, clientId?: string): ConnectRefusal => ({
  code: 'PROTOCOL_ERROR',
  detail,
  returnCode: undefined,
  v5Reason: reason,
  clientId,
});
