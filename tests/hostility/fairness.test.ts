/** Clients that follow the protocol and nothing else: they send without end, or never read. It is their own affair. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PACKET } from '../../hub/features/broker/front/codec.ts';
import { repeats } from '../helpers/long.ts';
import type { Hub } from '../helpers/start-hub.ts';
import { frame, text, two } from './packets.ts';
import { type Arena, openArena } from './slices.ts';
import { expectUnharmed } from './watch.ts';

const SLICES = repeats(3, 20);
const SLICE_MS = 2_000;
const FLOODERS = 10;
const FROZEN = 5;
/** Read in one go by the hub: thousands of packets. */
const CHUNK_BYTES = 64 * 1024;

let arena: Arena;
beforeAll(async () => {
  arena = await openArena();
});
afterAll(() => arena?.close());

const greeting = (clientId: string): Buffer =>
  frame(PACKET.connect, 0, [text('MQTT'), Buffer.from([4, 2]), two(60), text(clientId)]);
const subscribe = (filter: string): Buffer => frame(PACKET.subscribe, 2, [two(1), text(filter), Buffer.from([0])]);

function chunkOf(packet: Buffer): Buffer {
  return Buffer.concat(Array.from({ length: Math.ceil(CHUNK_BYTES / packet.length) }, () => packet));
}

/** Sends as fast as the hub reads. */
function flood(socket: Socket, chunk: Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', more);
  more();
}

async function attack(hub: Hub): Promise<void> {
  const open = (...bytes: Buffer[]): Socket => {
    const socket = connect({ port: hub.ports.mqtt ?? 0, host: '127.0.0.1', noDelay: true });
    socket.on('error', () => undefined).write(Buffer.concat(bytes));
    return socket;
  };
  const tiny = chunkOf(frame(PACKET.publish, 0, [text('f/1'), Buffer.from('x')]));
  const pings = chunkOf(Buffer.from([0xc0, 0]));
  const frozen = Array.from({ length: FROZEN }, (_none, at) =>
    open(greeting(`frozen-${at}`), subscribe('f/#')).pause(),
  );
  const flooders = Array.from({ length: FLOODERS }, (_none, at) => {
    const socket = open(greeting(`flooder-${at}`)).resume();
    flood(socket, at === 0 ? pings : tiny);
    return socket;
  });
  await new Promise((resolve) => setTimeout(resolve, SLICE_MS));
  for (const socket of [...frozen, ...flooders]) socket.destroy();
}

it('clients that flood the hub, and clients that do not read what is flooded, cost the others nothing', async () => {
  const { hub, decoy, innocents, calm, attacked } = arena;
  for (const target of [decoy, hub]) await attack(target);
  for (let slice = 0; slice < SLICES; slice++) {
    await calm.during(() => attack(decoy));
    await attacked.during(() => attack(hub));
    await expectUnharmed(hub);
  }
  const { sent, received, outOfOrder, closed } = await innocents.settled();
  expect({ received, outOfOrder, closed }).toEqual({ received: sent, outOfOrder: 0, closed: 0 });
  arena.expectUnnoticed(`${FLOODERS} flooders, ${FROZEN} frozen readers`);
});
