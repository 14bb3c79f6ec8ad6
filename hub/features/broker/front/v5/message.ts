/** What MQTT 5 says about a message besides topic and payload, between its wire form and ours. */
import { isUtf8 } from 'node:buffer';
import { isTopicName } from '../../../../domain/topic-names.ts';
import type { Properties } from '../../parcel.ts';
import { Broken } from '../cursor.ts';
import { REASON } from '../reason-codes.ts';
import { type Bag, type Item, PROPERTY } from './properties.ts';

const SECOND_MS = 1000;
const IS_TEXT = 1;

/** Undefined: it says nothing. */
export function propertiesOf(bag: Bag): Properties | undefined {
  const payloadFormat = bag.number(PROPERTY.payloadFormat);
  const contentType = bag.text(PROPERTY.contentType);
  const responseTopic = bag.text(PROPERTY.responseTopic);
  const correlationData = bag.binary(PROPERTY.correlationData);
  // [MQTT-3.3.2-14]
  if (responseTopic !== undefined && !isTopicName(responseTopic)) {
    throw new Broken('its response topic is not a topic name', REASON.protocolError);
  }
  const properties: Properties = {
    ...(payloadFormat === undefined ? {} : { payloadFormat: payloadFormat === IS_TEXT ? 1 : 0 }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData: Buffer.from(correlationData) }),
    ...(bag.pairs.length === 0 ? {} : { userProperties: bag.pairs }),
  };
  return Object.keys(properties).length === 0 ? undefined : properties;
}

/** As they are written, in the order of their identifiers; user properties in their own. [MQTT-3.3.2-18] */
export function itemsOf(properties: Properties | undefined): Item[] {
  if (properties === undefined) return [];
  const { payloadFormat, contentType, responseTopic, correlationData, userProperties = [] } = properties;
  return [
    [PROPERTY.payloadFormat, payloadFormat],
    [PROPERTY.contentType, contentType],
    [PROPERTY.responseTopic, responseTopic],
    [PROPERTY.correlationData, correlationData],
    ...userProperties.map((pair): Item => [PROPERTY.userProperty, pair]),
  ];
}

/** When nobody wants the message anymore; undefined: always. */
export function expiresMsOf(bag: Bag, nowMs: number): number | undefined {
  const seconds = bag.number(PROPERTY.messageExpiry);
  return seconds === undefined ? undefined : nowMs + seconds * SECOND_MS;
}

/** What is left of it, for who gets it now. [MQTT-3.3.2-6] */
export const secondsLeft = (expiresMs: number, nowMs: number): number =>
  Math.max(0, Math.ceil((expiresMs - nowMs) / SECOND_MS));

/** Whether a payload is what its format says. (3.3.2.3.2) */
export const isFormatTrue = (properties: Properties | undefined, payload: Buffer): boolean =>
  properties?.payloadFormat !== IS_TEXT || isUtf8(payload);
