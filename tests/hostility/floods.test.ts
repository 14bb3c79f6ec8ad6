/** Attacks that do not break the protocol but ask for too much of it: each is bounded, and innocent clients lose nothing. */
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { PACKET } from '../../hub/features/broker/front/codec.ts';
import { openInspector, WITH_INSPECTOR } from '../helpers/inspector.ts';
import { repeats } from '../helpers/long.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { connectWire, MQTT_3, settle, subscribe } from '../helpers/wire.ts';
import { makeDice } from './dice.ts';
import { type Innocents, startInnocents } from './innocents.ts';
import { connectPacket, digits, frame, text, two } from './packets.ts';
import { expectUnharmed, type RssWatch, rssMib, watchRss } from './watch.ts';

/** What the hub may grow by in one attack. */
const RSS_GROWTH_MAX_MIB = 256;
/** And by declarations of what never comes. */
const DECLARED_GROWTH_MAX_MIB = 10;
const SEED = 7;

let hub: Hub;
let innocents: Innocents;
let rss: RssWatch;
const sockets = new Set<Socket>();
beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_ANONYMOUS: 'open', ...WITH_INSPECTOR } });
  innocents = await startInnocents(port());
});
beforeEach(() => {
  rss = watchRss(hub);
});
afterEach(async () => {
  rss.stop();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await expectUnharmed(hub);
  const { sent, received, outOfOrder, closed } = await innocents.settled();
  expect({ received, outOfOrder, closed }).toEqual({ received: sent, outOfOrder: 0, closed: 0 });
  expect(rss.peakMib).toBeLessThan(rss.startMib + RSS_GROWTH_MAX_MIB);
});
afterAll(async () => {
  innocents?.close();
  await hub?.close();
});

const port = (): number => hub.ports.mqtt ?? 0;

/** A connection whose answers are thrown away. */
function open(bytes: Buffer = Buffer.alloc(0)): Socket {
  const socket = connect({ port: port(), host: '127.0.0.1', noDelay: true });
  sockets.add(socket);
  socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  socket.resume().write(bytes);
  return socket;
}

const plainConnect = (clientId: string, level: 4 | 5 = 4, isClean = true): Buffer =>
  frame(PACKET.connect, 0, [
    ...[text('MQTT'), Buffer.from([level, isClean ? 2 : 0]), two(60)],
    ...(level === 5 ? [Buffer.from([5, 0x11, 0, 0, 0xff, 0xff])] : []),
    text(clientId),
  ]);
const publishOf = (topic: string, payload: string | Buffer, retain = false): Buffer =>
  frame(PACKET.publish, retain ? 1 : 0, [text(topic), Buffer.from(payload)]);
const isAlive = (socket: Socket): boolean => !socket.destroyed;

it('10,000 connects, in hurries of 100', async () => {
  const CONNECTS = 10_000;
  const AT_A_TIME = 100;
  let answered = 0;
  const once = (at: number): Promise<void> =>
    new Promise((resolve) => {
      const socket = open(plainConnect(`hurry-${at}`, at % 2 === 0 ? 4 : 5));
      socket.once('data', () => {
        answered++;
        socket.destroy();
      });
      socket.once('close', () => resolve());
    });
  const lane = async (first: number): Promise<void> => {
    for (let at = first; at < CONNECTS; at += AT_A_TIME) await once(at);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, (_none, at) => lane(at)));
  expect(answered).toBe(CONNECTS);
});

it('connections that say nothing, half of CONNECT, or one byte at a time', async () => {
  const greeting = connectPacket(makeDice(SEED), 5, 'slow');
  const slow = Array.from({ length: 500 }, () => open());
  for (let at = 0; at < 500; at++) {
    open();
    open(greeting.subarray(0, 1 + (at % (greeting.length - 1))));
  }
  for (let at = 0; at < greeting.length - 1; at++) {
    for (const socket of slow) socket.write(greeting.subarray(at, at + 1));
    await expectUnharmed(hub);
  }
  await until(() => [...sockets].filter(isAlive).length === 0, {
    timeoutMs: 25_000,
    everyMs: 100,
    what: 'the hub to hang up',
  });
});

it('200 MB declared before CONNECT, and after it, without ever sending them', async () => {
  const inspector = await openInspector(hub);
  const declaration = Buffer.concat([Buffer.from([0x30]), digits(200_000_000), Buffer.alloc(1000)]);
  const greeting = Buffer.concat([Buffer.from([0x10]), digits(200_000_000), Buffer.alloc(1000)]);
  const declare = async (times: number): Promise<number> => {
    const watch = watchRss(hub, 5);
    for (let at = 0; at < times; at++) {
      open(greeting);
      open(Buffer.concat([plainConnect(`declares-${at}`), declaration]));
    }
    await until(() => sockets.size === 0, { timeoutMs: 20_000, what: 'the hub to hang up' });
    watch.stop();
    await inspector.collectGarbage();
    return watch.peakMib;
  };
  // The first of them fill lists of refusals, and make the runtime compile what they meet.
  await declare(50);
  const beforeMib = rssMib(hub.pid);
  expect(await declare(4)).toBeLessThan(beforeMib + DECLARED_GROWTH_MAX_MIB);
  await declare(repeats(200, 1_000));
  expect(rssMib(hub.pid)).toBeLessThan(beforeMib + DECLARED_GROWTH_MAX_MIB);
  inspector.close();
});

it('topic aliases that are too many, not known, or changed with every message', async () => {
  const aliased = (alias: number, topic: string): Buffer =>
    frame(PACKET.publish, 0, [text(topic), Buffer.from([3, 0x23]), two(alias), Buffer.from('x')]);
  for (const alias of [0, 65, 1000, 65_535])
    open(Buffer.concat([plainConnect(`alias-${alias}`, 5), aliased(alias, 'a')]));
  open(Buffer.concat([plainConnect('alias-unknown', 5), aliased(7, '')]));
  await until(() => sockets.size === 0, { what: 'the hub to hang up' });
  const changing = open(plainConnect('alias-changing', 5));
  for (let at = 0; at < repeats(20_000, 200_000); at++) {
    if (!changing.write(aliased(1 + (at % 64), `alias/${'x'.repeat(200)}/${at}`))) {
      await until(() => changing.writableLength < 100_000 || changing.destroyed, { everyMs: 1, timeoutMs: 30_000 });
    }
  }
});

it('subscription bombs: thousands of filters of many levels in kept sessions, and unsubscribing what was never there', async () => {
  /** Not enough to fill what strangers may have: others could not subscribe either. */
  const SESSIONS = 20;
  for (let at = 0; at < SESSIONS; at++) {
    const bomber = await connectWire(hub, { clientId: `bomb-${at}`, clean: false }, MQTT_3);
    for (let page = 0; page < 12 && !bomber.isClosed; page++) {
      const filters = Array.from({ length: 100 }, (_none, nth) => ({
        topic: `${at}/${page}/${nth}/${'+/'.repeat(90)}#`,
        qos: 1 as const,
      }));
      bomber.send({ cmd: 'subscribe', messageId: page + 1, subscriptions: filters });
    }
    bomber.send({ cmd: 'unsubscribe', messageId: 99, unsubscriptions: ['never', '__proto__', 'constructor'] });
    await settle(bomber).catch(() => undefined);
    bomber.destroy();
  }
});

it('kept sessions that ask for everything, and a flood for all of them', async () => {
  const SESSIONS = repeats(100, 400);
  const MESSAGES = repeats(500, 4_000);
  for (let at = 0; at < SESSIONS; at++) {
    const hoarder = await connectWire(hub, { clientId: `hoard-${at}`, clean: false }, MQTT_3);
    await subscribe(hoarder, { topic: 'hoard/#', qos: 1 });
    hoarder.destroy();
  }
  const flooder = await connectWire(hub, { clientId: 'hoard-flooder' }, MQTT_3);
  let answered = 0;
  const openOf = (sent: number): number => {
    answered += flooder.drain().length;
    return sent - answered;
  };
  for (let sent = 0; sent < MESSAGES; sent++) {
    flooder.publish({ topic: `hoard/${sent % 10}`, payload: 'x'.repeat(200), qos: 1, messageId: (sent % 65_535) + 1 });
    if (openOf(sent) > 200) await until(() => openOf(sent) < 100, { everyMs: 1, timeoutMs: 60_000 });
  }
  await until(() => openOf(MESSAGES) === 0, { timeoutMs: 60_000, what: 'every acknowledgement' });
  flooder.destroy();
});

it('retained values under ever new names', async () => {
  const flooder = open(plainConnect('retains'));
  for (let at = 0; at < repeats(20_000, 250_000) && isAlive(flooder); at++) {
    if (!flooder.write(publishOf(`retained/${at % 100}/${at}/__proto__`, 'x'.repeat(50), true))) {
      await until(() => flooder.writableLength < 100_000 || flooder.destroyed, { everyMs: 1, timeoutMs: 60_000 });
    }
  }
  const reader = await connectWire(hub, {}, MQTT_3);
  await settle(reader);
  reader.destroy();
});

it('last wills that make others break off, again and again', async () => {
  const willed = (at: number): Buffer =>
    frame(PACKET.connect, 0, [
      ...[text('MQTT'), Buffer.from([4, 0x06]), two(60), text(`will-${at % 10}`)],
      ...[text(`wills/${at % 10}`), text(Buffer.alloc(500, 0x78))],
    ]);
  const watching = frame(PACKET.subscribe, 2, [two(1), text('wills/#'), Buffer.from([0])]);
  for (let at = 0; at < repeats(1_000, 10_000); at++) {
    // Each takes the client id of an earlier one, whose will is published to everybody who is still there.
    const socket = open(Buffer.concat([willed(at), watching]));
    await new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
    if (at % 3 === 0) socket.resetAndDestroy();
  }
});
