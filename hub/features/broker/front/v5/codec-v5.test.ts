/** Our codec against mqtt-packet as the other side, and against bytes nobody should send. */
import fc from 'fast-check';
import { generate, type IPublishPacket, type Packet, parser } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { Envelope } from '../../envelope.ts';
import { flagsOf, type Publish } from '../../parcel.ts';
import { type AckType, PACKET, type Violation } from '../codec.ts';
import { REASON } from '../reason-codes.ts';
import { CodecV5, type CodecV5Start } from './codec-v5.ts';
import type { GreetingV5 } from './greeting.ts';
import type { Farewell } from './requests.ts';

const NOW_MS = 1_000_000;
const LIMITS = { receiveMaximum: 10, packetBytesMax: 1000, topicAliasesMax: 4, topicBytesMax: 100, topicLevelsMax: 10 };

interface Heard {
  publishes: Publish[];
  acks: { type: AckType; packetId: number; reason: number }[];
  farewells: Farewell[];
}

function makeCodec(greeting: Partial<GreetingV5> = {}, more: Partial<CodecV5Start> = {}) {
  const heard: Heard = { publishes: [], acks: [], farewells: [] };
  const codec = new CodecV5({
    sessionKey: 'person:one:c',
    greeting: {
      sessionExpiryS: 0,
      receiveMaximum: 10,
      packetBytesMax: Number.POSITIVE_INFINITY,
      topicAliasMax: 0,
      wantsReasons: true,
      ...greeting,
    },
    limits: LIMITS,
    granted: {},
    nowMs: () => NOW_MS,
    isSubscribed: (filter) => filter === 'known',
    leaving: (farewell) => void heard.farewells.push(farewell),
    ...more,
  });
  const read = (bytes: Buffer): Violation | undefined =>
    codec.read(bytes, 0, bytes.length, {
      received: (publish) => void heard.publishes.push(publish),
      acknowledged: (type, packetId, reason) => void heard.acks.push({ type, packetId, reason }),
    });
  return { codec, heard, read };
}

const encode = (packet: Packet): Buffer => generate(packet, { protocolVersion: 5 });
function decode(bytes: Buffer): Packet {
  const packets: Packet[] = [];
  const parse = parser({ protocolVersion: 5 });
  parse.on('packet', (packet) => packets.push(packet));
  parse.on('error', (error) => {
    throw error;
  });
  parse.parse(bytes);
  const [packet] = packets;
  if (packet === undefined || packets.length > 1) throw new Error('not one packet');
  return packet;
}

const word = fc.string({ maxLength: 20, unit: 'grapheme' }).filter((text) => !text.includes('\0'));
const properties = fc.record(
  {
    payloadFormatIndicator: fc.boolean(),
    messageExpiryInterval: fc.integer({ min: 1, max: 4_000_000_000 }),
    contentType: word,
    responseTopic: fc.constant('answers/here'),
    correlationData: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    userProperties: fc.dictionary(word, word, { minKeys: 1, noNullPrototype: true }),
  },
  { requiredKeys: [] },
);

describe('PUBLISH', () => {
  it('is read and written as mqtt-packet writes and reads it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0 as const, 1 as const, 2 as const),
        fc.boolean(),
        fc.uint8Array({ maxLength: 200 }),
        properties,
        (qos, retain, payload, said) => {
          const packet: IPublishPacket = {
            cmd: 'publish',
            topic: 'a/é/b',
            payload: Buffer.from(payload),
            qos,
            retain,
            dup: false,
            messageId: 7,
            properties: said,
          };
          const { codec, heard, read } = makeCodec();
          expect(read(encode(packet))).toBeUndefined();
          const [publish] = heard.publishes;
          if (publish === undefined) throw new Error('nothing was read');
          const frame = codec.frame(new Envelope(publish), flagsOf(qos, { retain }), undefined);
          if (frame === undefined) throw new Error('nothing was written');
          const bytes = Buffer.from(frame.bytes);
          if (qos > 0) bytes.writeUInt16BE(7, frame.idAt);
          expect({ ...decode(bytes), length: 0 }).toEqual({ ...decode(encode(packet)), length: 0 });
        },
      ),
    );
  });

  it('is one piece of memory for all who get the same', () => {
    const envelope = new Envelope({ topic: 't', payload: Buffer.from('x'), qos: 1, retain: false });
    const [one, other] = [makeCodec().codec, makeCodec().codec];
    expect(one.frame(envelope, 2, undefined)).toBe(other.frame(envelope, 2, undefined));
    expect(one.frame(envelope, 2, [5])).not.toBe(one.frame(envelope, 2, undefined));
    expect(one.frame(envelope, 2, [5])).toBe(other.frame(envelope, 2, [5]));
  });

  it('does not use an alias for what was too large to be sent', () => {
    const { codec } = makeCodec({ topicAliasMax: 1, packetBytesMax: 30 });
    const large = new Envelope({ topic: 'topic', payload: Buffer.alloc(40), qos: 0, retain: false });
    const small = new Envelope({ topic: 'topic', payload: Buffer.alloc(4), qos: 0, retain: false });
    expect(codec.frame(large, 0, undefined)).toBeUndefined();
    const first = codec.frame(small, 0, undefined);
    expect(decode(first?.bytes ?? Buffer.alloc(0))).toMatchObject({ topic: 'topic', properties: { topicAlias: 1 } });
    const second = codec.frame(small, 0, undefined);
    expect(decode(second?.bytes ?? Buffer.alloc(0))).toMatchObject({ topic: '', properties: { topicAlias: 1 } });
  });

  it('counts what is not answered, and an answer makes room', () => {
    const { codec, read } = makeCodec();
    const publish = (messageId: number, qos: 1 | 2 = 2): Buffer =>
      encode({ cmd: 'publish', topic: 't', payload: '', qos, messageId, dup: false, retain: false });
    for (let id = 1; id <= 10; id++) expect(read(publish(id))).toBeUndefined();
    expect(read(publish(1))).toBeUndefined();
    codec.ack(PACKET.pubrec, 1);
    expect(read(publish(11))).toMatchObject({ reason: REASON.receiveMaximumExceeded });
    const again = makeCodec();
    for (let id = 1; id <= 40; id++) {
      expect(again.read(publish(id, id % 2 ? 1 : 2))).toBeUndefined();
      if (id % 2) again.codec.ack(PACKET.puback, id);
      else if (id % 4) again.codec.ack(PACKET.pubcomp, id);
      else again.codec.ack(PACKET.pubrec, id, { code: REASON.notAuthorized });
    }
  });
});

describe('SUBSCRIBE', () => {
  const subscribe = (filters: string[]): Buffer =>
    encode({
      cmd: 'subscribe',
      messageId: 9,
      subscriptions: filters.map((topic) => ({ topic, qos: 1, nl: topic === 'a' })),
    });

  it('goes to Aedes without what it cannot understand, and comes back with a reason for each filter', () => {
    const { codec } = makeCodec();
    const forEngine = codec.toEngine(subscribe(['a', 'a#', 'b', 'c', 'a', '$share/x']));
    if (!Buffer.isBuffer(forEngine)) throw new Error('not for Aedes');
    expect(
      generate({ cmd: 'subscribe', messageId: 9, subscriptions: ['a', 'b', 'c'].map((topic) => ({ topic, qos: 1 })) }),
    ).toEqual(forEngine);
    expect(codec.subscription('a')).toMatchObject({ filter: 'a', noLocal: true, qos: 1 });
    codec.refuse('c', { code: REASON.notAuthorized, text: 'No. Ask.' });
    const answer = codec.fromEngine(generate({ cmd: 'suback', messageId: 9, granted: [1, 0, 128] }));
    expect(decode(answer ?? Buffer.alloc(0))).toMatchObject({
      messageId: 9,
      granted: [1, REASON.filterInvalid, 0, REASON.notAuthorized, 1, REASON.filterInvalid],
    });
  });

  it('is answered at once when no filter is left', () => {
    const answer = makeCodec().codec.toEngine(subscribe(['#/a']));
    if (answer === undefined || !('reply' in answer)) throw new Error('no answer');
    expect(decode(answer.reply)).toMatchObject({ cmd: 'suback', granted: [REASON.filterInvalid] });
  });
});

it('never does more than refuse what is cut off, lengthened or changed', () => {
  const good: Buffer[] = [
    encode({
      cmd: 'publish',
      topic: 'a/b',
      payload: 'x',
      qos: 1,
      messageId: 3,
      dup: false,
      retain: true,
      properties: { messageExpiryInterval: 9, contentType: 'a', userProperties: { a: 'b' }, topicAlias: 2 },
    }),
    encode({ cmd: 'puback', messageId: 3, reasonCode: 0x10, properties: { reasonString: 'why' } }),
    encode({ cmd: 'pubrel', messageId: 3 }),
    encode({
      cmd: 'subscribe',
      messageId: 3,
      subscriptions: [{ topic: 'a', qos: 2 }],
      properties: { subscriptionIdentifier: 200 },
    }),
    encode({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['a', 'b'] }),
    encode({ cmd: 'disconnect', reasonCode: 4, properties: { sessionExpiryInterval: 9 } }),
  ];
  const reframed = (body: Buffer, first: number): Buffer => Buffer.concat([Buffer.from([first, body.length]), body]);
  fc.assert(
    fc.property(
      fc.constantFrom(...good),
      fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 3 }),
      fc.nat(60),
      (packet, changes, length) => {
        const body = Buffer.concat([packet.subarray(2), Buffer.alloc(3)]).subarray(0, length);
        const bytes = reframed(body, packet[0] ?? 0);
        for (const [at, value] of changes) if (at > 1 && at < bytes.length) bytes[at] = value;
        const { codec, read } = makeCodec();
        const type = (bytes[0] ?? 0) >> 4;
        if (type >= PACKET.publish && type <= PACKET.pubcomp) read(bytes);
        else codec.toEngine(bytes);
      },
    ),
    { numRuns: 3000 },
  );
});

describe('an acknowledgement', () => {
  // One byte less or more of remaining length must not move the packet id.
  it.each(Array.from({ length: 12 }, (_, at) => 112 + at))(
    'has its packet id in its place with a text of %i bytes',
    (length) => {
      const { codec } = makeCodec();
      const { bytes, idAt } = codec.ack(PACKET.puback, 1, { code: REASON.notAuthorized, text: 'x'.repeat(length) });
      const sent = Buffer.from(bytes);
      sent.writeUInt16BE(0x1234, idAt);
      expect(decode(sent)).toMatchObject({ cmd: 'puback', messageId: 0x1234, reasonCode: REASON.notAuthorized });
    },
  );
});

it('gives a client at most as many topic aliases as it takes itself', () => {
  const { codec } = makeCodec({ topicAliasMax: 65_535 });
  const aliases = Array.from({ length: 10 }, (_, at) => {
    const envelope = new Envelope({ topic: `t/${at}`, payload: Buffer.from('x'), qos: 0, retain: false });
    const packet = decode(codec.frame(envelope, 0, undefined)?.bytes ?? Buffer.alloc(0));
    return packet.cmd === 'publish' ? packet.properties?.topicAlias : undefined;
  });
  expect(aliases.filter((alias) => alias !== undefined)).toEqual([1, 2, 3, 4]);
});
