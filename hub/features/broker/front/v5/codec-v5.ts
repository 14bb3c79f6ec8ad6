/** MQTT 5 on one connection: what 3.1.1 cannot say is read, kept or written here; Aedes hears 3.1.1. */

import { innerFilter, isSharedFilter, sharedFilterOf } from '../../../../domain/shared-filter.ts';
import { isTopicFilter, levelsOf } from '../../../../domain/topic-names.ts';
import type { Envelope } from '../../envelope.ts';
import { DUP } from '../../parcel.ts';
import type { Subscription } from '../../subscription.ts';
import {
  type AckType,
  type Codec,
  type Ending,
  type Frame,
  type Inbound,
  PACKET,
  type Reason,
  type Reply,
  type Violation,
} from '../codec.ts';
import { Broken, Cursor, reading } from '../cursor.ts';
import { REASON } from '../reason-codes.ts';
import { AliasesIn, AliasesOut } from './aliases.ts';
import type { GreetingV5 } from './greeting.ts';
import { type Item, PROPERTY } from './properties.ts';
import { ackFrame, publishFrame, readAck, readPublish } from './publish.ts';
import {
  answerPacket,
  connackPacket,
  disconnectPacket,
  type Farewell,
  readDisconnect,
  readSubscribe,
  readUnsubscribe,
  subscribeV3,
  unsubscribeV3,
  withinSize,
} from './requests.ts';

/** What the hub takes of one v5 client at most; said in CONNACK. */
export interface CodecV5Limits {
  readonly receiveMaximum: number;
  readonly packetBytesMax: number;
  readonly topicAliasesMax: number;
  readonly topicBytesMax: number;
  readonly topicLevelsMax: number;
}

export interface CodecV5Start {
  readonly sessionKey: string;
  readonly greeting: GreetingV5;
  readonly limits: CodecV5Limits;
  /** What CONNACK tells beyond the limits. */
  readonly granted: { readonly clientId?: string; readonly keepaliveS?: number; readonly sessionExpiryS?: number };
  nowMs(): number;
  /** Whether the session has a subscription of exactly this filter. */
  isSubscribed(filter: string): boolean;
  /** The client says goodbye. Answers what is wrong with how it does, or that its will is to be published. */
  leaving(farewell: Farewell): Violation | typeof WITH_WILL | undefined;
}
export const WITH_WILL = 'with-will';

/** Forms with nothing of their own share frames under small numbers, apart from those of 3.1.1. */
const PLAIN_FORMS_FROM = 16;
const GRANT_REFUSED = 0x80;

/** The request Aedes is working on; the front sends one after the other. */
interface Asked {
  readonly packetId: number;
  readonly filters: readonly string[];
  /** For each filter what is known already. */
  readonly reasons: (number | undefined)[];
  text: string | undefined;
}

export class CodecV5 implements Codec {
  readonly #start: CodecV5Start;
  readonly #aliasesIn: AliasesIn;
  readonly #aliasesOut: AliasesOut;
  /** QoS 1 and 2 packet ids of the client that are not answered to the end. */
  readonly #unanswered = new Set<number>();
  #subscriptions: ReadonlyMap<string, Subscription> = new Map();
  #asked: Asked | undefined;

  constructor(start: CodecV5Start) {
    this.#start = start;
    this.#aliasesIn = new AliasesIn(start.limits.topicAliasesMax, start.limits.topicBytesMax);
    this.#aliasesOut = new AliasesOut(Math.min(start.greeting.topicAliasMax, start.limits.topicAliasesMax));
  }

  read(bytes: Buffer, start: number, end: number, to: Inbound): Violation | undefined {
    const first = bytes[start] ?? 0;
    const read = reading(() => {
      const cursor = Cursor.body(bytes, start, end);
      if (first >> 4 !== PACKET.publish) return this.#acknowledged(cursor, first, to);
      this.#received(cursor, first, to);
      return undefined;
    });
    return read instanceof Broken ? violation(read, NAMES[first >> 4]) : read;
  }

  frame(envelope: Envelope, flags: number, subscriptionIds: readonly number[] | undefined): Frame | undefined {
    const { topic } = envelope.parcel;
    const known = this.#aliasesOut.known(topic);
    const given = known === undefined ? this.#aliasesOut.free() : undefined;
    const form = {
      flags,
      subscriptionIds,
      nowMs: this.#start.nowMs(),
      alias: known ?? given,
      isAliasKnown: known !== undefined,
    };
    const key = formKey(envelope, form);
    const frame =
      (key === undefined ? undefined : envelope.frame(key)) ??
      this.#keep(envelope, key, publishFrame(envelope.parcel, form));
    // [MQTT-3.1.2-24]
    if (frame.bytes.length > this.#start.greeting.packetBytesMax) return undefined;
    if (given !== undefined) this.#aliasesOut.give(topic, given);
    return frame;
  }

  ack(type: AckType, packetId: number, reason?: Reason): Frame {
    if (type === PACKET.puback || type === PACKET.pubcomp) this.#unanswered.delete(packetId);
    if (type === PACKET.pubrec && reason !== undefined && reason.code >= REASON.unspecified)
      this.#unanswered.delete(packetId);
    if (reason === undefined) return PLAIN_ACKS[type];
    const { wantsReasons, packetBytesMax } = this.#start.greeting;
    const frame = ackFrame(type, wantsReasons ? reason : { code: reason.code }); // [MQTT-3.1.2-29]
    return frame.bytes.length <= packetBytesMax ? frame : ackFrame(type, { code: reason.code });
  }

  connack(isSessionPresent: boolean): Buffer {
    const { limits, granted } = this.#start;
    const items: Item[] = [
      [PROPERTY.receiveMaximum, limits.receiveMaximum],
      [PROPERTY.packetSizeMaximum, limits.packetBytesMax],
      [PROPERTY.topicAliasMaximum, limits.topicAliasesMax],
      [PROPERTY.assignedClientId, granted.clientId],
      [PROPERTY.serverKeepAlive, granted.keepaliveS],
      [PROPERTY.sessionExpiry, granted.sessionExpiryS],
    ];
    return connackPacket(isSessionPresent, REASON.success, items);
  }

  /** A last word before the connection ends. */
  disconnect(reason: Reason): Buffer {
    return withinSize(this.#start.greeting.packetBytesMax, reason, disconnectPacket);
  }

  toEngine(packet: Buffer): Buffer | Violation | Reply | Ending {
    const type = (packet[0] ?? 0) >> 4;
    const translated = reading(() => {
      switch (type) {
        case PACKET.subscribe:
          return this.#subscribe(packet);
        case PACKET.unsubscribe:
          return this.#unsubscribe(packet);
        case PACKET.disconnect:
          return this.#leave(readDisconnect(packet));
        default:
          throw unexpected(packet);
      }
    });
    return translated instanceof Broken ? violation(translated, NAMES[type]) : translated;
  }

  /** SUBACK and UNSUBACK; Aedes says nothing else that the client should hear. */
  fromEngine(packet: Buffer): Buffer | undefined {
    const type = (packet[0] ?? 0) >> 4;
    const asked = this.#asked;
    if (asked === undefined || (type !== PACKET.suback && type !== PACKET.unsuback)) return undefined;
    this.#asked = undefined;
    const grants = type === PACKET.suback ? [...packet.subarray(4)] : [];
    return this.#answer(type, asked, grants);
  }

  /** What the client asked for with this filter of the SUBSCRIBE under way. */
  subscription(filter: string): Subscription | undefined {
    return this.#subscriptions.get(filter);
  }

  /** A filter of the SUBSCRIBE under way was refused: SUBACK will say why. */
  refuse(filter: string, { code, text }: Reason): void {
    const asked = this.#asked;
    if (asked === undefined) return;
    asked.text ??= text;
    for (const [at, name] of asked.filters.entries()) if (name === filter) asked.reasons[at] = code;
  }

  #received(cursor: Cursor, first: number, to: Inbound): void {
    const publish = readPublish(cursor, first, { aliases: this.#aliasesIn, nowMs: this.#start.nowMs() });
    if (publish.qos > 0) this.#count(publish.packetId);
    to.received({ ...publish, from: this.#start.sessionKey });
  }

  /** [MQTT-3.3.4-7] */
  #count(packetId: number): void {
    this.#unanswered.add(packetId);
    const { receiveMaximum } = this.#start.limits;
    if (this.#unanswered.size <= receiveMaximum) return;
    throw new Broken(`more than ${receiveMaximum} messages wait for their answer`, REASON.receiveMaximumExceeded);
  }

  #acknowledged(cursor: Cursor, first: number, to: Inbound): Violation | undefined {
    const { type, packetId, reason } = readAck(cursor, first);
    return to.acknowledged(type, packetId, reason);
  }

  #keep(envelope: Envelope, key: number | string | undefined, frame: Frame): Frame {
    return key === undefined ? frame : envelope.keepFrame(key, frame);
  }

  /** A connection that just ends is one whose will Aedes publishes. */
  #leave(farewell: Farewell): Buffer | Violation | Ending {
    const wish = this.#start.leaving(farewell);
    return wish === WITH_WILL ? { ends: true } : (wish ?? DISCONNECT_V3);
  }

  #subscribe(packet: Buffer): Buffer | Reply {
    const { packetId, subscriptions } = readSubscribe(packet);
    const filters = subscriptions.map(({ filter }) => filter);
    const reasons = filters.map((filter) => (this.#isFilter(filter) ? undefined : REASON.filterInvalid));
    const text = reasons.includes(REASON.filterInvalid) ? 'A filter is not valid.' : undefined;
    this.#asked = { packetId, filters, reasons, text };
    // Of one filter that comes twice the later options count; Aedes keeps the place of the first.
    const valid = new Map(subscriptions.filter(({ filter }) => this.#isFilter(filter)).map((one) => [one.filter, one]));
    this.#subscriptions = valid;
    if (valid.size > 0) return subscribeV3(packetId, [...valid.values()]);
    return { reply: this.#replyNow(PACKET.suback) };
  }

  #unsubscribe(packet: Buffer): Buffer | Reply {
    const { packetId, filters } = readUnsubscribe(packet);
    const reasonFor = (filter: string): number => {
      if (!this.#isFilter(filter)) return REASON.filterInvalid;
      return this.#start.isSubscribed(filter) ? REASON.success : REASON.noSubscriptionExisted;
    };
    this.#asked = { packetId, filters, reasons: filters.map(reasonFor), text: undefined };
    const valid = filters.filter((filter) => this.#isFilter(filter));
    return valid.length > 0 ? unsubscribeV3(packetId, valid) : { reply: this.#replyNow(PACKET.unsuback) };
  }

  #isFilter(filter: string): boolean {
    if (isSharedFilter(filter) && sharedFilterOf(filter) === undefined) return false;
    return isTopicFilter(innerFilter(filter)) && levelsOf(filter) <= this.#start.limits.topicLevelsMax;
  }

  #replyNow(type: typeof PACKET.suback | typeof PACKET.unsuback): Buffer {
    const asked = this.#asked;
    this.#asked = undefined;
    return asked === undefined ? Buffer.alloc(0) : this.#answer(type, asked, []);
  }

  /** `grants`: of Aedes, for each different valid filter in the order they came first. */
  #answer(
    type: typeof PACKET.suback | typeof PACKET.unsuback,
    { packetId, filters, reasons: known, text }: Asked,
    grants: readonly number[],
  ): Buffer {
    const granted = new Map(
      [...new Set(filters.filter((filter) => this.#isFilter(filter)))].map((filter, at) => [filter, grants[at]]),
    );
    const reasons = filters.map((filter, at) => {
      const grant = granted.get(filter) ?? GRANT_REFUSED;
      return known[at] ?? (grant === GRANT_REFUSED ? REASON.notAuthorized : grant);
    });
    const { wantsReasons, packetBytesMax } = this.#start.greeting;
    const answer = (said: string | undefined): Buffer => answerPacket(type, packetId, { reasons, text: said });
    const full = answer(wantsReasons ? text : undefined);
    return full.length <= packetBytesMax ? full : answer(undefined);
  }
}

const DISCONNECT_V3 = Buffer.from([PACKET.disconnect << 4, 0]);

const PLAIN_ACKS: Readonly<Record<AckType, Frame>> = {
  [PACKET.puback]: ackFrame(PACKET.puback, { code: REASON.success }),
  [PACKET.pubrec]: ackFrame(PACKET.pubrec, { code: REASON.success }),
  [PACKET.pubrel]: ackFrame(PACKET.pubrel, { code: REASON.success }),
  [PACKET.pubcomp]: ackFrame(PACKET.pubcomp, { code: REASON.success }),
};

/** Under what a frame can be shared; undefined: it is one client's alone. */
function formKey(
  { parcel }: Envelope,
  { flags, alias, isAliasKnown, subscriptionIds, nowMs }: Parameters<typeof publishFrame>[1],
): number | string | undefined {
  if ((flags & DUP) !== 0) return undefined;
  if (alias === undefined && subscriptionIds === undefined && parcel.expiresMs === undefined) {
    return PLAIN_FORMS_FROM + flags;
  }
  const left = parcel.expiresMs === undefined ? '' : Math.ceil((parcel.expiresMs - nowMs) / 1000);
  return `${flags} ${alias ?? ''}${isAliasKnown ? '=' : ''} ${subscriptionIds?.join() ?? ''} ${left}`;
}

const NAMES: Readonly<Record<number, string>> = {
  [PACKET.publish]: 'PUBLISH',
  [PACKET.puback]: 'PUBACK',
  [PACKET.pubrec]: 'PUBREC',
  [PACKET.pubrel]: 'PUBREL',
  [PACKET.pubcomp]: 'PUBCOMP',
  [PACKET.subscribe]: 'SUBSCRIBE',
  [PACKET.unsubscribe]: 'UNSUBSCRIBE',
  [PACKET.pingreq]: 'PINGREQ',
  [PACKET.disconnect]: 'DISCONNECT',
};

const violation = ({ message, reason }: Broken, name = 'A packet'): Violation => ({
  detail: `${name} is not valid, ${message}`,
  reason,
});

function unexpected(packet: Buffer): Broken {
  const type = (packet[0] ?? 0) >> 4;
  if (type === 0) return new Broken('there is no such packet');
  if (type === PACKET.pingreq) return new Broken('it has flags or a body');
  if (type === PACKET.auth) return new Broken('no authentication was under way', REASON.protocolError);
  return new Broken('it came where a client must not send it', REASON.protocolError);
}
