import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectPacket, openRaw } from '../../../../tests/helpers/raw-mqtt.ts';
import { startBroker, type TestBroker } from '../../../../tests/helpers/start-broker.ts';
import { until } from '../../../../tests/helpers/until.ts';
import { BROKER_LIMITS } from '../limits.ts';

let hub: TestBroker;
beforeEach(async () => {
  hub = await startBroker({
    limits: {
      greetingsPerAddressMax: 8,
      greetingsBurstMax: 16,
      waitingPerAddressMax: 4,
      waitingMax: 4,
      clientsPerAddressMax: 6,
    },
  });
});
afterEach(() => hub.close());

const codes = (): string[] => hub.refusals.map(({ code }) => code);
const MIB = 1024 * 1024;
const lengthOf = (bytes: number): number[] => {
  const digits: number[] = [];
  for (let rest = bytes; ; rest >>>= 7) {
    digits.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    if (rest <= 0x7f) return digits;
  }
};
/** A CONNECT whose fields are the test's own bytes. */
function rawConnect(protocol: string, level: number, flags: number, rest: number[] = []): Buffer {
  const body = [0, protocol.length, ...Buffer.from(protocol), level, flags, 0, 60, ...rest];
  return Buffer.from([0x10, ...lengthOf(body.length), ...body]);
}
const text = (value: string): number[] => [0, value.length, ...Buffer.from(value)];

describe('what announces too much', () => {
  it('is refused before CONNECT at 64 KiB, unread', async () => {
    const client = await openRaw(hub.port);
    client.sendBytes(Buffer.from([0x10, ...lengthOf(5 * MIB)]));
    await client.closed();
    expect(hub.refusals).toMatchObject([{ code: 'FRAME_TOO_LARGE', action: 'connect', address: '127.0.0.1' }]);
  });

  it('is refused when it follows CONNECT before CONNACK', async () => {
    const client = await openRaw(hub.port);
    const connect = rawConnect('MQTT', 4, 0x02, text('early'));
    client.sendBytes(Buffer.concat([connect, Buffer.from([0x30, ...lengthOf(100_000)])]));
    await client.closed();
    expect(codes()).toEqual(['FRAME_TOO_LARGE']);
  });

  it('is refused after CONNACK at 1 MiB, naming the client', async () => {
    const client = await hub.connect('alpha', { clientId: 'alpha' });
    client.publish({ topic: 'ruche/alpha/log', payload: Buffer.alloc(900_000), qos: 1, messageId: 1 });
    await client.take('puback');
    client.sendBytes(Buffer.from([0x30, ...lengthOf(MIB + 1)]));
    await client.closed();
    expect(hub.refusals).toMatchObject([{ code: 'FRAME_TOO_LARGE', clientId: 'alpha' }]);
  });

  it('is refused at 4 KiB from a waiting client', async () => {
    const client = await hub.connect(undefined, { clientId: 'stranger' });
    client.sendBytes(Buffer.from([0x30, ...lengthOf(5000)]));
    await client.closed();
    expect(codes()).toEqual(['FRAME_TOO_LARGE']);
  });

  it('does not make the process grow', async () => {
    await hub.close();
    hub = await startBroker();
    const known = await hub.connect('alpha', { clientId: 'alpha' });
    const before = process.memoryUsage.rss();
    const clients = await Promise.all(Array.from({ length: 40 }, () => openRaw(hub.port)));
    // Half announce 200 MB, half announce what is allowed and never send it.
    clients.forEach((client, at) => {
      client.sendBytes(Buffer.from([0x10, ...lengthOf(at % 2 === 0 ? 200 * MIB : 60_000), 1, 2, 3]));
    });
    for (let turn = 0; turn < 20; turn++) known.sendBytes(Buffer.from([0xc0, 0]));
    known.sendBytes(Buffer.from([0x30, ...lengthOf(MIB - 1), 0]));
    await until(() => hub.refusals.length === 20);
    await until(() => known.inbox.length === 20);
    expect(process.memoryUsage.rss() - before).toBeLessThan(10 * MIB);
    for (const client of clients) client.destroy();
  });
});

describe('what is not a greeting', () => {
  it.each([
    ['a PINGREQ', [0xc0, 0], 'not CONNECT'],
    ['HTTP', [...Buffer.from('GET / HTTP/1.1\r\n\r\n')], 'HTTP'],
    ['TLS', [0x16, 3, 1, 2, 0], 'TLS'],
  ])('is closed when it is %s, with a word about it', async (_what, bytes, word) => {
    const client = await openRaw(hub.port);
    client.sendBytes(Buffer.from(bytes));
    await client.closed();
    expect(hub.refusals).toMatchObject([{ code: 'PROTOCOL_ERROR', detail: expect.stringContaining(word) }]);
  });

  it.each([
    ['a length of five bytes', Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 1])],
    ['nothing in it', Buffer.from([0x10, 0])],
    ['a body that ends early', rawConnect('MQTT', 4, 0x02)],
    ['a name of its own', rawConnect('HTTP', 4, 0x02, text('a'))],
    ['the reserved flag', rawConnect('MQTT', 4, 0x03, text('a'))],
    ['a password without a user name', rawConnect('MQTT', 4, 0x42, [...text('a'), ...text('secret')])],
    ['a will of QoS 3', rawConnect('MQTT', 4, 0x1e, [...text('a'), ...text('t'), ...text('p')])],
    ['a client id with NUL', rawConnect('MQTT', 4, 0x02, text('a\0b'))],
    ['a will for a filter', rawConnect('MQTT', 4, 0x06, [...text('a'), ...text('a/#'), ...text('p')])],
    ['a will without a topic', rawConnect('MQTT', 4, 0x06, [...text('a'), ...text(''), ...text('p')])],
  ])('is closed when CONNECT has %s', async (_what, bytes) => {
    const client = await openRaw(hub.port);
    client.sendBytes(bytes);
    await client.closed();
    expect(codes()).toEqual(['PROTOCOL_ERROR']);
    expect(hub.connected).toEqual([]);
  });

  it('is closed when CONNECT does not come whole in time, however slowly it drips', async () => {
    const client = await openRaw(hub.port);
    const connect = rawConnect('MQTT', 4, 0x02, text('slow'));
    for (const byte of connect.subarray(0, -1)) client.sendBytes(Buffer.from([byte]));
    const silent = await openRaw(hub.port);
    await until(() => hub.broker.stats().clients === 0);
    hub.clock.advance(9_999);
    expect(client.isClosed).toBe(false);
    hub.clock.advance(1);
    await client.closed();
    await silent.closed();
    expect(codes()).toEqual(['CONNECT_TIMEOUT', 'CONNECT_TIMEOUT']);
  });

  it('is taken when it drips in time', async () => {
    const client = await openRaw(hub.port);
    for (const byte of rawConnect('MQTT', 4, 0x02, text('slow'))) client.sendBytes(Buffer.from([byte]));
    expect((await client.take('connack')).returnCode).toBe(0);
  });
});

describe('what a client said before it left', () => {
  const SUBSCRIBE = Buffer.from([0x82, 6, 0, 1, 0, 1, 0x61, 0]);
  const PUBLISH = Buffer.from([0x30, 4, 0, 1, 0x62, 0x78]);
  const DISCONNECT = Buffer.from([0xe0, 0]);

  it('counts, also behind a request that was still being answered', async () => {
    const client = await openRaw(hub.port);
    const connect = rawConnect('MQTT', 4, 0x82, [...text('brief'), ...text('owner')]);
    client.socket.end(Buffer.concat([connect, SUBSCRIBE, PUBLISH]));
    await until(() => hub.departures.length === 1);
    expect(hub.messages.map(({ topic }) => topic)).toEqual(['b']);
    expect(hub.departures).toEqual([{ clientId: 'brief', departure: 'lost' }]);
  });

  it('was a proper goodbye when it ended with DISCONNECT', async () => {
    const client = await openRaw(hub.port);
    const connect = rawConnect('MQTT', 4, 0x86, ['polite', 'w', 'gone', 'owner'].flatMap(text));
    client.socket.end(Buffer.concat([connect, SUBSCRIBE, DISCONNECT]));
    await until(() => hub.departures.length === 1);
    expect(hub.departures).toEqual([{ clientId: 'polite', departure: 'disconnect' }]);
    expect(hub.messages).toEqual([]);
  });
});

describe('the answer to CONNECT', () => {
  const answered = async (bytes: Buffer): Promise<number | undefined> => {
    const client = await openRaw(hub.port);
    client.sendBytes(bytes);
    const { returnCode } = await client.take('connack');
    if (returnCode !== 0) await client.closed();
    return returnCode;
  };

  it.each([
    ['MQTT 5', rawConnect('MQTT', 5, 0x02, [0, ...text('five')]), 0],
    ['a level nobody knows', rawConnect('MQTT', 6, 0x02, text('six')), 1],
    ['MQTT 3.1', rawConnect('MQIsdp', 3, 0x02, text('old')), 0],
    ['MQTT 3.1 without a client id', rawConnect('MQIsdp', 3, 0x02, text('')), 2],
    ['no client id and a session to keep', rawConnect('MQTT', 4, 0x00, text('')), 2],
    ['no client id', rawConnect('MQTT', 4, 0x02, text('')), 0],
    ['a Mosquitto bridge', rawConnect('MQTT', 0x84, 0x02, text('bridge')), 0],
  ])('of %s is a CONNACK with code %#', async (_what, bytes, returnCode) => {
    expect(await answered(bytes)).toBe(returnCode);
    expect(hub.refusals).toHaveLength(returnCode === 0 ? 0 : 1);
  });

  it.each([
    ['wrong', 4, 'TOKEN_WRONG'],
    ['nobody', 5, 'CONNECT_REFUSED'],
  ])('of somebody refused (%s) has code %i', async (who, returnCode, code) => {
    const client = await hub.connect(who, { clientId: 'x' });
    expect(client.connack.returnCode).toBe(returnCode);
    await client.closed();
    expect(hub.refusals).toMatchObject([
      { code, action: 'connect', clientId: 'x', username: who, address: '127.0.0.1' },
    ]);
  });

  it('is "not now" when admission fails or takes too long', async () => {
    await hub.close();
    const never = new Promise<never>(() => undefined);
    hub = await startBroker({
      admit: ({ clientId }) => (clientId === 'slow' ? never : Promise.reject(new Error('a mistake of ours'))),
    });
    const failed = await hub.connect('alpha', { clientId: 'alpha' });
    expect(failed.connack.returnCode).toBe(3);
    const slow = await openRaw(hub.port);
    slow.send(connectPacket({ clientId: 'slow', username: 'alpha' }));
    await until(() => {
      hub.clock.advance(1_000);
      return slow.inbox.length > 0;
    });
    expect((await slow.take('connack')).returnCode).toBe(3);
    expect(codes()).toEqual(['INTERNAL', 'INTERNAL']);
  });

  it.each(['a'.repeat(200), '__proto__', 'constructor', 'a/b:c', '日本'])(
    'takes %s as a client id',
    async (clientId) => {
      const client = await hub.connect('owner', { clientId, clean: false });
      expect(client.connack.returnCode).toBe(0);
      await client.subscribe('__proto__/#', 1);
      client.publish({ topic: '__proto__/constructor', payload: 'x', qos: 1, messageId: 1 });
      await client.take('publish');
      expect(hub.session(clientId)?.clientId).toBe(clientId);
      client.destroy();
      await until(() => hub.departures.length === 1);
      const again = await hub.connect('owner', { clientId, clean: false });
      expect(again.connack.sessionPresent).toBe(true);
    },
  );
});

describe('a will', () => {
  const connectWith = (who: string | undefined, topic: string) =>
    hub.connect(who, { clientId: 'w', will: { topic, payload: 'gone', retain: true } });

  it.each([
    ['owner', '$live/devices', 'PUBLISH_RESERVED'],
    ['owner', `${'a/'.repeat(100)}a`, 'PROTOCOL_ERROR'],
    ['alpha', 'ruche/beta/status', 'PUBLISH_FORBIDDEN'],
    ['viewer', 'a', 'PUBLISH_FORBIDDEN'],
  ])('of %s on %s is refused at CONNECT', async (who, topic, code) => {
    const client = await openRaw(hub.port);
    const flags = 0x86; // user name, will, clean session
    client.sendBytes(rawConnect('MQTT', 4, flags, [...text('w'), ...text(topic), ...text('gone'), ...text(who)]));
    expect((await client.take('connack')).returnCode).toBe(5);
    await client.closed();
    expect(codes()).toEqual([code]);
  });

  it('goes through the same hands as any message when the connection breaks', async () => {
    const reader = await hub.connect('owner', { clientId: 'reader' });
    await reader.subscribe('ruche/#');
    const device = await connectWith('alpha', 'ruche/alpha/kept');
    hub.gate.isHeld = true;
    device.destroy();
    await until(() => hub.gate.started === 1);
    expect(reader.inbox).toEqual([]);
    hub.gate.releaseAll();
    expect((await reader.take('publish')).payload.toString()).toBe('gone');
    expect(hub.departures).toEqual([{ clientId: 'w', departure: 'will' }]);
    expect(hub.committed).toHaveLength(1);
  });

  it('is not published after DISCONNECT', async () => {
    const device = await connectWith('alpha', 'ruche/alpha/kept');
    await device.end();
    await until(() => hub.departures.length === 1);
    expect(hub.departures).toEqual([{ clientId: 'w', departure: 'disconnect' }]);
    expect(hub.messages).toEqual([]);
  });

  it('of a waiting client is dropped with everything else it says', async () => {
    const stranger = await connectWith(undefined, 'attic/lamp');
    expect(stranger.connack.returnCode).toBe(0);
    stranger.destroy();
    await until(() => hub.departures.length === 1);
    expect(hub.departures).toEqual([{ clientId: 'w', departure: 'lost' }]);
    expect(codes()).toEqual(['PUBLISH_WAITING']);
  });

  it('stays unpublished when it is the hub that leaves', async () => {
    await connectWith('alpha', 'ruche/alpha/kept');
    await hub.stop();
    expect(hub.departures).toEqual([{ clientId: 'w', departure: 'dropped' }]);
    expect(hub.messages).toEqual([]);
  });
});

describe('too many', () => {
  it('who do not say who they are make the oldest of them leave, never a newcomer', async () => {
    const silent = [];
    for (let turn = 0; turn < 8; turn++) silent.push(await openRaw(hub.port));
    hub.clock.advance(BROKER_LIMITS.greetingGraceMs);
    const client = await hub.connect('alpha', { clientId: 'alpha' });
    expect(client.connack.returnCode).toBe(0);
    await silent[0]?.closed();
    expect(silent.filter(({ isClosed }) => isClosed)).toHaveLength(1);
    expect(codes()).toEqual(['CONNECTIONS_FULL']);
    for (const one of silent) one.destroy();
  });

  it('at once are all heard, as long as they fit into the room for bursts', async () => {
    const silent = [];
    for (let turn = 0; turn < 12; turn++) silent.push(await openRaw(hub.port));
    // The newest of them is the thirteenth connection: nobody had to leave for it.
    expect((await hub.connect('alpha', { clientId: 'alpha' })).connack.returnCode).toBe(0);
    expect(codes()).toEqual([]);
    for (let turn = 0; turn < 5; turn++) silent.push(await openRaw(hub.port));
    await silent[0]?.closed();
    expect(silent.filter(({ isClosed }) => isClosed)).toHaveLength(1);
    expect(codes()).toEqual(['CONNECTIONS_FULL']);
    for (const one of silent) one.destroy();
  });

  it('waiting clients fill their own room and lock nobody else out', async () => {
    for (let turn = 0; turn < 4; turn++) await hub.connect(undefined, { clientId: `stranger-${turn}` });
    const fifth = await hub.connect(undefined, { clientId: 'stranger-4' });
    expect(fifth.connack.returnCode).toBe(3);
    const known = await hub.connect('alpha', { clientId: 'alpha' });
    expect(known.connack.returnCode).toBe(0);
    expect(codes()).toEqual(['WAITING_ROOM_FULL']);
    // One of them is adopted: there is room for another.
    const names = new Set(['d']);
    hub.broker.upgrade('stranger-0', { kind: 'device', deviceId: 'd', names, isProtected: false });
    expect((await hub.connect(undefined, { clientId: 'stranger-5' })).connack.returnCode).toBe(0);
  });

  it('known clients of one address are told so, and a place is free when one leaves', async () => {
    const clients = [];
    for (let turn = 0; turn < 6; turn++) clients.push(await hub.connect('owner', { clientId: `c${turn}` }));
    expect((await hub.connect('owner', { clientId: 'c6' })).connack.returnCode).toBe(3);
    expect(codes()).toEqual(['CONNECTIONS_FULL']);
    await clients[0]?.end();
    await until(() => hub.departures.length === 1);
    expect((await hub.connect('owner', { clientId: 'c6' })).connack.returnCode).toBe(0);
  });
});
