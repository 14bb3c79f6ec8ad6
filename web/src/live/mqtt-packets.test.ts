/** Packets of MQTT, against a codec that others keep. */
import { generate, type Packet, parser } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { connectPacket, DISCONNECT, makeReader, PINGREQ, subscribePacket, unsubscribePacket } from './mqtt-packets.ts';

function parsed(bytes: Uint8Array): Packet[] {
  const packets: Packet[] = [];
  const parse = parser({ protocolVersion: 4 });
  parse.on('packet', (one) => packets.push(one));
  parse.parse(Buffer.from(bytes));
  return packets;
}
const publish = (topic: string, payload: string, qos: 0 | 1 = 0) =>
  generate({ cmd: 'publish', topic, payload, qos, messageId: 7, retain: false, dup: false });

describe('what a page sends', () => {
  it('is understood', () => {
    const who = { clientId: 'web-1', username: 'web', password: 'ü'.repeat(300), keepaliveS: 600 };
    const [connect] = parsed(connectPacket(who));
    expect(connect).toMatchObject({ cmd: 'connect', clientId: 'web-1', username: 'web', clean: true, keepalive: 600 });
    expect(connect).toMatchObject({ protocolVersion: 4, password: Buffer.from(who.password) });
    const subscriptions = ['$live/stats', '$live/device/é'].map((topic) => expect.objectContaining({ topic, qos: 0 }));
    expect(parsed(subscribePacket(300, ['$live/stats', '$live/device/é']))[0]).toMatchObject({
      cmd: 'subscribe',
      messageId: 300,
      subscriptions,
    });
    expect(parsed(unsubscribePacket(2, ['a/b']))[0]).toMatchObject({ cmd: 'unsubscribe', unsubscriptions: ['a/b'] });
    expect([...parsed(PINGREQ), ...parsed(DISCONNECT)].map(({ cmd }) => cmd)).toEqual(['pingreq', 'disconnect']);
  });
});

describe('what the hub sends', () => {
  const long = 'ö'.repeat(2000);
  const stream = Buffer.concat([
    generate({ cmd: 'connack', returnCode: 4, sessionPresent: false }),
    publish('a', ''),
    generate({ cmd: 'pingresp' }),
    publish('$live/dévices', long, 1),
  ]);
  const all = [
    { kind: 'connack', code: 4 },
    { kind: 'message', topic: 'a', payload: '' },
    { kind: 'other' },
    { kind: 'message', topic: '$live/dévices', payload: long },
  ];

  it('is read, in one piece or byte by byte', () => {
    expect(makeReader()(stream)).toEqual(all);
    const read = makeReader();
    expect([...stream].flatMap((byte) => read(Uint8Array.of(byte)))).toEqual(all);
  });

  it('is refused when it is no MQTT', () => {
    expect(() => makeReader()(Uint8Array.of(0x30, 255, 255, 255, 255, 1))).toThrow('no MQTT');
  });
});
