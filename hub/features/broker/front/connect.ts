/** Reads CONNECT, decides what MQTT itself forbids, and writes the CONNECT that Aedes gets: admitted, without secrets. */
import { generate, writeToStream } from 'mqtt-packet';
import type { ErrorCode } from '../../../contract/errors.ts';
import { isReserved } from '../../../domain/acl.ts';
import { levelsOf } from '../../../domain/topic-names.ts';
import type { BrokerLimits } from '../limits.ts';
import type { Properties, Qos } from '../parcel.ts';
import { Broken } from './cursor.ts';
import { readGreetingV3 } from './greeting-v3.ts';
import { type GreetingV5, readGreetingV5 } from './v5/greeting.ts';

/**
 * Else the first packet that it writes, here or for Aedes, makes one of each 16-bit number in advance: everybody waits
 * for that, and most of them are never written.
 */
writeToStream.cacheNumbers = false;

/** Return codes of CONNACK. [MQTT-3.2.2-4] */
export const RETURN_CODE = { version: 1, identifier: 2, unavailable: 3, credentials: 4, notAuthorized: 5 } as const;
export type ReturnCode = (typeof RETURN_CODE)[keyof typeof RETURN_CODE];

export interface Will {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly properties?: Properties | undefined;
  /** It is published so long after the connection ended, unless the client comes back. */
  readonly delayS?: number;
  /** Nobody wants it so long after it was published. */
  readonly expiryS?: number | undefined;
}

export interface Greeting {
  readonly protocolVersion: number;
  /** Empty: the client leaves the choice to the hub. */
  readonly clientId: string;
  readonly clean: boolean;
  readonly keepaliveS: number;
  readonly will: Will | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Only a client of MQTT 5 says these. */
  readonly v5?: GreetingV5;
}

export interface ConnectRefusal {
  readonly code: ErrorCode;
  readonly detail: string;
  /** Undefined: close without CONNACK. */
  readonly returnCode: ReturnCode | undefined;
  /** What MQTT 5 is told, where the error catalogue does not know better. */
  readonly v5Reason?: number;
  readonly clientId?: string | undefined;
}

const NAME_AT = 2;
/** Mosquitto's bridges set the highest bit of the level. */
const LEVEL_MASK = 0x7f;
const LEVEL_V5 = 5;

/** `packet` is one whole packet of the type CONNECT. */
export function readConnect(packet: Buffer, limits: BrokerLimits): Greeting | ConnectRefusal {
  const level = levelOf(packet);
  if (level?.isV5 === true) return readGreetingV5(packet, limits);
  if (level !== undefined && !level.isKnown) {
    const detail = `The client speaks protocol level ${level.number}; this hub speaks MQTT 3.1, 3.1.1 and 5.`;
    return { code: 'PROTOCOL_ERROR', detail, returnCode: RETURN_CODE.version };
  }
  const greeting = readGreetingV3(packet);
  if (greeting instanceof Broken) return invalid(`CONNECT is not valid, ${greeting.message}.`);
  return checkIdentity(greeting, limits) ?? checkWill(greeting, limits) ?? greeting;
}

export const isRefusal = (read: Greeting | ConnectRefusal): read is ConnectRefusal => 'code' in read;

/** Whether who sent this CONNECT understands answers of MQTT 5, whatever else is wrong with it. */
export function speaksV5(packet: Buffer): boolean {
  return levelOf(packet)?.isV5 === true;
}

/** The CONNECT for Aedes: it keeps subscriptions, so all it needs to know is whose, and whether they are kept. */
export function connectFor({ clientId, clean }: { clientId: string; clean: boolean }): Buffer {
  return generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId, clean, keepalive: 0 });
}

export const connackFor = (returnCode: ReturnCode): Buffer =>
  generate({ cmd: 'connack', returnCode, sessionPresent: false });

interface Level {
  readonly number: number;
  readonly isKnown: boolean;
  readonly isV5: boolean;
}

/** The protocol level, straight from the bytes; undefined when the packet is too short for it. */
function levelOf(packet: Buffer): Level | undefined {
  let at = 1;
  while ((packet[at] ?? 0) >= 0x80) at++;
  at++;
  if (packet.length < at + NAME_AT) return undefined;
  const nameEnd = at + NAME_AT + packet.readUInt16BE(at);
  const name = packet.toString('latin1', at + NAME_AT, nameEnd);
  const byte = packet[nameEnd];
  if (byte === undefined) return undefined;
  const number = byte & LEVEL_MASK;
  const isKnown = name === 'MQTT' ? number === 4 || number === LEVEL_V5 : name === 'MQIsdp' ? number === 3 : true;
  return { number, isKnown, isV5: name === 'MQTT' && number === LEVEL_V5 };
}

function checkIdentity(greeting: Greeting, limits: BrokerLimits): ConnectRefusal | undefined {
  const { clientId, clean, protocolVersion } = greeting;
  const identifier = { code: 'PROTOCOL_ERROR', returnCode: RETURN_CODE.identifier } as const;
  if (clientId === '' && (protocolVersion === 3 || !clean)) {
    return { ...identifier, detail: 'An empty client id needs MQTT 3.1.1 and a clean session.' }; // [MQTT-3.1.3-8]
  }
  if (Buffer.byteLength(clientId) > limits.clientIdBytesMax) {
    return { ...identifier, detail: `The client id is longer than ${limits.clientIdBytesMax} bytes.` };
  }
  return undefined;
}

/**
 * A will is published when nobody can be told anymore that it was wrong, and an error at that moment would end the
 * process: so it is judged here. Whether the client may publish it is asked when it is known who it is.
 */
function checkWill({ clientId, will }: Greeting, limits: BrokerLimits): ConnectRefusal | undefined {
  if (will === undefined) return undefined;
  const notAuthorized = { returnCode: RETURN_CODE.notAuthorized, clientId } as const;
  if (isReserved(will.topic)) {
    return { ...notAuthorized, code: 'PUBLISH_RESERVED', detail: 'The will is for a topic of the hub.' };
  }
  if (Buffer.byteLength(will.topic) > limits.topicBytesMax || levelsOf(will.topic) > limits.topicLevelsMax) {
    return { ...notAuthorized, code: 'PROTOCOL_ERROR', detail: 'The topic of the will is too long.' };
  }
  return undefined;
}

const invalid = (detail: string): ConnectRefusal => ({ code: 'PROTOCOL_ERROR', detail, returnCode: undefined });
