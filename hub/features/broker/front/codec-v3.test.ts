import { generate, type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { Envelope } from '../envelope.ts';
import { DUP, flagsOf, type Publish } from '../parcel.ts';
import { type AckType, PACKET } from './codec.ts';
import { codecV3 } from './codec-v3.ts';

interface Read {
  published: Publish[];
  acknowledged: [AckType, number][];
  problem: string | undefined;
}

function read(bytes: Buffer): Read {
  const published: Publish[] = [];
  const acknowledged: [AckType, number][] = [];
  const violation = codecV3.read(bytes, 0, bytes.length, {
    received: (publish) => void published.push(publish),
    acknowledged: (type, id) => void acknowledged.push([type, id]),
  });
  return { published, acknowledged, problem: violation?.detail };
}
const readPacket = (packet: Packet): Read => read(generate(packet));

/** PUBLISH with these first byte and variable header, and the payload "x". */
function publishBytes(first: number, topic: Buffer, id: number[] = []): Buffer {
  const body = Buffer.concat([Buffer.from([topic.length >> 8, topic.length & 255]), topic, Buffer.from([...id, 120])]);
  return Buffer.concat([Buffer.from([first, body.length]), body]);
}

describe('reading', () => {
  it.each([
    [0, false, false],
    [1, true, false],
    [2, false, true],
  ] as const)('takes a PUBLISH at QoS %i apart', (qos, dup, retain) => {
    const payload = Buffer.alloc(300, 'é');
    const { published } = readPacket({ cmd: 'publish', topic: 'a/ü', payload, qos, dup, retain, messageId: 515 });
    expect(published).toEqual([{ topic: 'a/ü', payload, qos, dup, retain, packetId: qos === 0 ? 0 : 515 }]);
  });

  it.each(['puback', 'pubrec', 'pubrel', 'pubcomp'] as const)('takes a %s apart', (cmd) => {
    expect(readPacket({ cmd, messageId: 258 }).acknowledged).toEqual([[PACKET[cmd], 258]]);
  });

  it.each([
    ['QoS 3', publishBytes(0x36, Buffer.from('a'), [0, 1]), /QoS 3/],
    ['DUP at QoS 0', publishBytes(0x38, Buffer.from('a')), /DUP/],
    ['packet id 0', publishBytes(0x32, Buffer.from('a'), [0, 0]), /identifier 0/],
    ['an empty topic', publishBytes(0x30, Buffer.alloc(0)), /empty/],
    ['+ in the topic', publishBytes(0x30, Buffer.from('a/+')), /wildcard/],
    ['# in the topic', publishBytes(0x30, Buffer.from('#')), /wildcard/],
    ['NUL in the topic', publishBytes(0x30, Buffer.from('a\0b')), /NUL/],
    ['NUL in a long topic', publishBytes(0x30, Buffer.from(`${'a'.repeat(80)}\0`)), /NUL/],
    ['an overlong form', publishBytes(0x30, Buffer.from([0xc0, 0x80])), /UTF-8/],
    ['half a surrogate pair', publishBytes(0x30, Buffer.from([0xed, 0xa0, 0x80])), /UTF-8/],
    ['a topic longer than the packet', Buffer.from([0x30, 4, 0, 9, 97, 98]), /shorter/],
    ['no topic at all', Buffer.from([0x30, 1, 0]), /topic/],
    ['PUBREL without its flags', Buffer.from([0x60, 2, 0, 1]), /flags/],
    ['PUBACK with flags', Buffer.from([0x42, 2, 0, 1]), /flags/],
    ['PUBACK that is too long', Buffer.from([0x40, 3, 0, 1, 0]), /length/],
    ['PUBACK for packet id 0', Buffer.from([0x40, 2, 0, 0]), /identifier 0/],
  ])('refuses %s', (_what, bytes, problem) => {
    const { published, acknowledged, problem: said } = read(bytes);
    expect(said).toMatch(problem);
    expect([published, acknowledged]).toEqual([[], []]);
  });
});

describe('writing', () => {
  const parcel = { topic: 'a/ü', payload: Buffer.alloc(20_000, 7), qos: 2, retain: true } as const;

  it.each([0, 1, 2] as const)('makes the bytes a library would, at QoS %i', (qos) => {
    const flags = flagsOf(qos, { retain: true, dup: qos > 0 });
    const { bytes, idAt } = codecV3.frame(new Envelope(parcel), flags, undefined) ?? {
      bytes: Buffer.alloc(0),
      idAt: 0,
    };
    const copy = Buffer.from(bytes);
    if (idAt > 0) copy.writeUInt16BE(77, idAt);
    expect(copy).toEqual(generate({ cmd: 'publish', ...parcel, qos, dup: qos > 0, messageId: 77 }));
  });

  it('encodes once for everybody, and apart for a repetition', () => {
    const envelope = new Envelope(parcel);
    const frame = codecV3.frame(envelope, flagsOf(1), undefined);
    expect(codecV3.frame(envelope, flagsOf(1), undefined)).toBe(frame);
    expect(codecV3.frame(envelope, flagsOf(0), undefined)).not.toBe(frame);
    expect(codecV3.frame(envelope, flagsOf(1) | DUP, undefined)).not.toBe(frame);
  });
});
