/** Keys and values of the broker's rows in the store. */
import type { Parcel, Properties, Qos } from './parcel.ts';
import type { Post } from './post.ts';

export interface KeyRange {
  readonly gte: string;
  readonly lt: string;
}

/** A post as it is stored; `envelope` is read when its turn comes. */
export type PostRow = Post & { readonly envelope: undefined };

/** Everything under a prefix that ends in ':'; ';' is the next character. */
const under = (prefix: string): KeyRange => ({ gte: prefix, lt: `${prefix.slice(0, -1)};` });

/** `<table>:<session, encoded>:<rest>`; ':' does not occur in the encoded name. */
export const RANGES = {
  sessions: under('kept-session:'),
  subscriptions: under('kept-subscription:'),
  handshakes: under('incoming:'),
  refs: under('post:'),
  bodies: under('body:'),
  retained: under('retain:'),
} as const;

/** Digits of the largest safe integer: numbers sort as text in their own order. */
const NUMBER_WIDTH = 16;
const padded = (value: number): string => String(value).padStart(NUMBER_WIDTH, '0');

export const sessionRowKey = (session: string): string => `kept-session:${encodeURIComponent(session)}`;
export const subscriptionKey = (session: string, filter: string): string =>
  `kept-subscription:${encodeURIComponent(session)}:${filter}`;
export const handshakeKey = (session: string, packetId: number): string =>
  `incoming:${encodeURIComponent(session)}:${padded(packetId)}`;
export const refKey = (session: string, seq: number): string => `post:${encodeURIComponent(session)}:${padded(seq)}`;
export const bodyKey = (seq: number): string => `body:${padded(seq)}`;
export const retainedKey = (topic: string): string => `retain:${topic}`;

/** Everything of all sessions whose keys begin so; what is encoded is ASCII, and no letter of it is behind DEL. */
export const sessionRangesUnder = (prefix: string): KeyRange[] =>
  ['kept-session', 'kept-subscription', 'incoming', 'post'].map((table) => {
    const gte = `${table}:${encodeURIComponent(prefix)}`;
    return { gte, lt: `${gte}\x7f` };
  });

export function sessionKeyOf(key: string): string {
  const [, session = ''] = key.split(':', 2);
  return decodeURIComponent(session);
}
export const numberAtEnd = (key: string): number => Number(key.slice(-NUMBER_WIDTH));

/** What is not payload, as JSON behind its length. */
interface ParcelHead {
  readonly t: string;
  readonly q: Qos;
  readonly r?: 1 | undefined;
  readonly f?: string | undefined;
  readonly x?: number | undefined;
  readonly p?: Omit<Properties, 'correlationData'> | undefined;
  /** Correlation data, base64. */
  readonly c?: string | undefined;
}

const LENGTH_BYTES = 4;

export function writeParcel({ topic, payload, qos, retain, from, expiresMs, properties }: Parcel): Buffer {
  const head: ParcelHead = {
    t: topic,
    q: qos,
    r: retain ? 1 : undefined,
    f: from,
    x: expiresMs,
    ...(properties === undefined ? {} : headOf(properties)),
  };
  const text = JSON.stringify(head);
  const headBytes = Buffer.byteLength(text);
  const payloadAt = LENGTH_BYTES + headBytes;
  const bytes = Buffer.allocUnsafe(payloadAt + payload.length);
  bytes.writeUInt32BE(headBytes, 0);
  // ASCII is written faster than what has to be encoded.
  bytes.write(text, LENGTH_BYTES, headBytes === text.length ? 'latin1' : 'utf8');
  bytes.set(payload, payloadAt);
  return bytes;
}

function headOf({ correlationData, ...rest }: Properties): Pick<ParcelHead, 'p' | 'c'> {
  return { p: rest, c: correlationData?.toString('base64') };
}

export function readParcel(bytes: Buffer): Parcel {
  const payloadAt = LENGTH_BYTES + bytes.readUInt32BE(0);
  const head: ParcelHead = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, payloadAt));
  const correlation = head.c === undefined ? {} : { correlationData: Buffer.from(head.c, 'base64') };
  return {
    topic: head.t,
    payload: bytes.subarray(payloadAt),
    qos: head.q,
    retain: head.r === 1,
    from: head.f,
    expiresMs: head.x,
    properties: head.p === undefined ? undefined : { ...head.p, ...correlation },
  };
}

const POST_HEAD_BYTES = 24;
const SUBSCRIPTION_ID_BYTES = 4;
const GROUP_LENGTH_BYTES = 2;
/** What is known of a post, as bits. */
const IS_RELEASED = 1;
const HAS_GROUP = 2;

/** flags · what is known · packet id · bytes · since · expires · subscription ids · group · length of the group */
export function writePost(post: Post): Buffer {
  const ids = post.subscriptionIds ?? [];
  const { group } = post;
  const idsEnd = POST_HEAD_BYTES + ids.length * SUBSCRIPTION_ID_BYTES;
  const groupBytes = group === undefined ? 0 : Buffer.byteLength(group);
  const bytes = Buffer.allocUnsafe(idsEnd + (group === undefined ? 0 : groupBytes + GROUP_LENGTH_BYTES));
  bytes[0] = post.flags;
  bytes[1] = (post.isReleased ? IS_RELEASED : 0) | (group === undefined ? 0 : HAS_GROUP);
  bytes.writeUInt16BE(post.packetId, 2);
  bytes.writeUInt32BE(post.bytes, 4);
  bytes.writeDoubleBE(post.atMs, 8);
  bytes.writeDoubleBE(post.expiresMs, 16);
  for (const [at, id] of ids.entries()) bytes.writeUInt32BE(id, POST_HEAD_BYTES + at * SUBSCRIPTION_ID_BYTES);
  if (group === undefined) return bytes;
  bytes.write(group, idsEnd);
  bytes.writeUInt16BE(groupBytes, idsEnd + groupBytes);
  return bytes;
}

export function readPost(bytes: Buffer, seq: number): PostRow {
  const known = bytes[1] ?? 0;
  const group = (known & HAS_GROUP) === 0 ? undefined : groupOf(bytes);
  const idsEnd = group?.at ?? bytes.length;
  const ids: number[] = [];
  for (let at = POST_HEAD_BYTES; at < idsEnd; at += SUBSCRIPTION_ID_BYTES) ids.push(bytes.readUInt32BE(at));
  return {
    envelope: undefined,
    seq,
    flags: bytes[0] ?? 0,
    isReleased: (known & IS_RELEASED) !== 0,
    packetId: bytes.readUInt16BE(2),
    bytes: bytes.readUInt32BE(4),
    atMs: bytes.readDoubleBE(8),
    expiresMs: bytes.readDoubleBE(16),
    subscriptionIds: ids.length === 0 ? undefined : ids,
    group: group?.name,
    wasSent: false,
  };
}

function groupOf(bytes: Buffer): { name: string; at: number } {
  const end = bytes.length - GROUP_LENGTH_BYTES;
  const at = end - bytes.readUInt16BE(end);
  return { name: bytes.toString('utf8', at, end), at };
}
