/** The few packets of MQTT 3.1.1 that a page needs: it subscribes with QoS 0 and hears. Pure. */

const CONNECT = 0x10;
const CONNACK = 2;
const PUBLISH = 3;
const SUBSCRIBE = 0x82;
const UNSUBSCRIBE = 0xa2;
export const PINGREQ = Uint8Array.of(0xc0, 0);
export const DISCONNECT = Uint8Array.of(0xe0, 0);

const PROTOCOL_LEVEL = 4;
/** User name, password, clean session. */
const CONNECT_FLAGS = 0xc2;
/** The hub sends nothing of this size; what claims to be larger is no MQTT. */
export const PACKET_MAX_BYTES = 64 * 1024 * 1024;
const LENGTH_BYTES_MAX = 4;

export type Heard =
  | { readonly kind: 'connack'; readonly code: number }
  | { readonly kind: 'message'; readonly topic: string; readonly payload: string }
  | { readonly kind: 'other' };

export function connectPacket(who: {
  clientId: string;
  username: string;
  password: string;
  keepaliveS: number;
}): Uint8Array {
  const { clientId, username, password, keepaliveS } = who;
  const head = [...text('MQTT'), PROTOCOL_LEVEL, CONNECT_FLAGS, ...word(keepaliveS)];
  return packet(CONNECT, [...head, ...text(clientId), ...text(username), ...text(password)]);
}

export function subscribePacket(id: number, topics: readonly string[]): Uint8Array {
  return packet(SUBSCRIBE, [...word(id), ...topics.flatMap((topic) => [...text(topic), 0])]);
}

export function unsubscribePacket(id: number, topics: readonly string[]): Uint8Array {
  return packet(UNSUBSCRIBE, [...word(id), ...topics.flatMap((topic) => text(topic))]);
}

/** Takes bytes as they come and gives packets as they are whole. Throws for what is no MQTT. */
export function makeReader(): (chunk: Uint8Array) => Heard[] {
  let waiting: Uint8Array = new Uint8Array();
  return (chunk) => {
    waiting = waiting.length === 0 ? chunk : joined(waiting, chunk);
    const heard: Heard[] = [];
    for (;;) {
      const length = bodyLength(waiting);
      if (length === undefined) return heard;
      const end = length.from + length.bytes;
      if (waiting.length < end) return heard;
      heard.push(read(waiting[0] ?? 0, waiting.subarray(length.from, end)));
      waiting = waiting.subarray(end);
    }
  };
}

function read(first: number, body: Uint8Array): Heard {
  const type = first >> 4;
  if (type === CONNACK) return { kind: 'connack', code: body[1] ?? 0 };
  if (type !== PUBLISH) return { kind: 'other' };
  const topicEnd = 2 + (body[0] ?? 0) * 256 + (body[1] ?? 0);
  const hasId = (first & 6) !== 0;
  const utf8 = new TextDecoder();
  const payload = utf8.decode(body.subarray(topicEnd + (hasId ? 2 : 0)));
  return { kind: 'message', topic: utf8.decode(body.subarray(2, topicEnd)), payload };
}

/** Where the body begins and how long it is; undefined while that has not come. */
function bodyLength(bytes: Uint8Array): { from: number; bytes: number } | undefined {
  let length = 0;
  for (let at = 1; at <= LENGTH_BYTES_MAX; at++) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    length += (byte & 127) * 128 ** (at - 1);
    if (length > PACKET_MAX_BYTES) break;
    if (byte < 128) return { from: at + 1, bytes: length };
  }
  throw new Error('this is no MQTT');
}

function packet(first: number, body: readonly number[]): Uint8Array {
  const length: number[] = [];
  let rest = body.length;
  do {
    const more = rest > 127 ? 128 : 0;
    length.push((rest % 128) | more);
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Uint8Array.from([first, ...length, ...body]);
}

const word = (value: number): number[] => [value >> 8, value & 255];

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...word(bytes.length), ...bytes];
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
