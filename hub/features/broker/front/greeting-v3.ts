/** CONNECT of MQTT 3.1 and 3.1.1: who it is, and its will. */
import { isTopicName } from '../../../domain/topic-names.ts';
import type { Greeting, Will } from './connect.ts';
import { checkFlags, FLAG, willQosOf } from './connect-flags.ts';
import { Broken, Cursor, reading } from './cursor.ts';

/** Mosquitto's bridges set the highest bit of the level. */
const LEVEL_MASK = 0x7f;
const NAMES: ReadonlyMap<string, number> = new Map([
  ['MQIsdp', 3],
  ['MQTT', 4],
]);

/** `packet` is one whole CONNECT. Broken: it does not conform, so its sender gets no CONNACK. [MQTT-3.1.4-1] */
export const readGreetingV3 = (packet: Buffer): Greeting | Broken => reading(() => readAll(packet));

function readAll(packet: Buffer): Greeting {
  const cursor = Cursor.body(packet, 0, packet.length);
  const name = cursor.text('its protocol name');
  const protocolVersion = cursor.byte('its protocol level') & LEVEL_MASK;
  if (NAMES.get(name) !== protocolVersion) throw new Broken('it is of a protocol this hub does not speak'); // [MQTT-3.1.2-1]
  const flags = cursor.byte('its flags');
  checkFlags(flags);
  if ((flags & FLAG.password) !== 0 && (flags & FLAG.username) === 0) {
    throw new Broken('it has a password without a user name'); // [MQTT-3.1.2-22]
  }
  const keepaliveS = cursor.u16('its keep-alive');
  const clientId = cursor.text('its client id');
  const will = (flags & FLAG.will) === 0 ? undefined : readWill(cursor, flags);
  const username = (flags & FLAG.username) === 0 ? undefined : cursor.text('its user name');
  const password = (flags & FLAG.password) === 0 ? undefined : cursor.binary('its password').toString();
  cursor.mustEnd(); // [MQTT-3.1.2-18] [MQTT-3.1.2-20]
  return { protocolVersion, clientId, clean: (flags & FLAG.clean) !== 0, keepaliveS, will, username, password };
}

function readWill(cursor: Cursor, flags: number): Will {
  const topic = cursor.text('the topic of its will');
  if (!isTopicName(topic)) throw new Broken('the topic of its will is empty or has a wildcard'); // [MQTT-4.7.3-1]
  const payload = Buffer.from(cursor.binary('its will'));
  return { topic, payload, qos: willQosOf(flags), retain: (flags & FLAG.willRetain) !== 0 };
}
