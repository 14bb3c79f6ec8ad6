/** Last wills as they are kept in the store. */
import type { Will } from './front/connect.ts';
import { type KeyRange, readParcel, writeParcel } from './shelf-rows.ts';

export interface WillRow {
  readonly will: Will;
  /** When it is published; 0: the client is connected. */
  readonly dueMs: number;
}

const PREFIX = 'last-will:';
export const WILLS: KeyRange = { gte: PREFIX, lt: 'last-will;' };

export const keyOfWill = (sessionKey: string): string => PREFIX + encodeURIComponent(sessionKey);
export const sessionOfWill = (key: string): string => decodeURIComponent(key.slice(PREFIX.length));

const HEAD_BYTES = 24;
/** In the place of an expiry: it has none. */
const NONE = -1;

/** due · delay · expiry · the message */
export function writeWill({ will, dueMs }: WillRow): Buffer {
  const { delayS = 0, expiryS = NONE, ...parcel } = will;
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  head.writeDoubleBE(dueMs, 0);
  head.writeDoubleBE(delayS, 8);
  head.writeDoubleBE(expiryS, 16);
  return Buffer.concat([head, writeParcel(parcel)]);
}

export function readWill(bytes: Buffer): WillRow {
  const dueMs = bytes.readDoubleBE(0);
  const delayS = bytes.readDoubleBE(8);
  const expiryS = bytes.readDoubleBE(16);
  const { topic, payload, qos, retain, properties } = readParcel(bytes.subarray(HEAD_BYTES));
  const expiry = expiryS === NONE ? {} : { expiryS };
  return { will: { topic, payload, qos, retain, properties, delayS, ...expiry }, dueMs };
}
