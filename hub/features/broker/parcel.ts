/** A message on its way through the broker, whatever protocol brought it and whatever protocol it leaves by. */

export type Qos = 0 | 1 | 2;

/** What MQTT 5 says about a message besides its bytes; passed on as it came. */
export interface Properties {
  readonly payloadFormat?: 0 | 1;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Buffer;
  /** In the order they came; names may repeat. */
  readonly userProperties?: readonly (readonly [name: string, value: string])[];
}

export interface Parcel {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: Qos;
  readonly retain: boolean;
  /** Key of the session that published it; undefined: the hub itself. */
  readonly from?: string | undefined;
  readonly properties?: Properties | undefined;
  /** Nobody wants it after this time. */
  readonly expiresMs?: number | undefined;
  /** Somebody looks after its delivery to one client. */
  readonly handed?: Handed | undefined;
}

/**
 * A message for one client above all, kept by whoever hands it over until the client has acknowledged it: for its owner's
 * sessions nothing is stored, and nothing is sent again when a connection ends.
 */
export interface Handed {
  readonly key: string;
  readonly ownerKey: string;
  taken(): void;
}

/** Whether the broker itself sends it again when it was not acknowledged: what is stored, and what nobody looks after. */
export const isOwed = (post: { seq: number; envelope: { readonly parcel: Parcel } | undefined }): boolean =>
  post.seq > 0 || post.envelope?.parcel.handed === undefined;

/** What a message takes: of its topic, payload and properties. */
export function bytesOf({ topic, payload, properties }: Parcel): number {
  const bytes = topic.length + payload.length;
  return properties === undefined ? bytes : bytes + bytesOfProperties(properties);
}

function bytesOfProperties({ contentType, responseTopic, correlationData, userProperties = [] }: Properties): number {
  let bytes = PROPERTIES_BYTES + (contentType?.length ?? 0) + (responseTopic?.length ?? 0);
  bytes += correlationData?.length ?? 0;
  for (const [name, value] of userProperties) bytes += PROPERTIES_BYTES + name.length + value.length;
  return bytes;
}
/** About what an object or a pair takes by itself. */
const PROPERTIES_BYTES = 64;

/** A parcel as a client handed it in. */
export interface Publish extends Parcel {
  /** 0 at QoS 0. */
  readonly packetId: number;
  readonly dup: boolean;
}

/** Low four bits of a PUBLISH header: DUP, QoS, RETAIN. [MQTT-3.3.1] */
export const flagsOf = (qos: Qos, { retain = false, dup = false } = {}): number =>
  (dup ? DUP : 0) | (qos << 1) | (retain ? RETAIN : 0);
export const DUP = 8;
export const RETAIN = 1;

const EMPTY = Buffer.alloc(0);

/**
 * The same bytes in memory of their own when they are a small part of something larger: what waits or stays must not
 * keep a whole network read alive.
 */
export function compact(bytes: Buffer): Buffer {
  if (bytes.length === 0) return EMPTY;
  return bytes.buffer.byteLength <= bytes.length * SLACK_MAX ? bytes : Buffer.from(Uint8Array.from(bytes).buffer);
}
const SLACK_MAX = 2;
