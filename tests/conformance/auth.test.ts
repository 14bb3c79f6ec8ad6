/** AUTH, packets only a server sends, and packet types that do not exist. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import {
  BOTH_VERSIONS,
  connectBytes,
  connectWire,
  expectEnd,
  expectHealthy,
  expectRefused,
  packetOf,
  text,
} from '../helpers/wire.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_ANONYMOUS: 'open' } });
});
afterAll(() => hub?.close());

it('answers an authentication method with 0x8C and what to do instead [MQTT-4.12.0-1]', async () => {
  const properties = [0x15, ...text('K'), 0x16, ...text('data')];
  expect(await expectRefused(hub, connectBytes({ properties }), { code: 0x8c })).toMatch(/password/);
});

it('ends a connection that sends AUTH without having asked for it [MQTT-4.12.0-7]', async () => {
  const client = await connectWire(hub);
  client.send({ cmd: 'auth', reasonCode: 0x19, properties: { authenticationMethod: 'K' } });
  await expectEnd(client, 0x82);
});

describe.each(BOTH_VERSIONS)('$name', (way) => {
  it.each([
    ['CONNACK', packetOf(0x20, [0, 0])],
    ['SUBACK', packetOf(0x90, [0, 1, 0])],
    ['UNSUBACK', packetOf(0xb0, [0, 1])],
    ['PINGRESP', packetOf(0xd0, [])],
  ])('ends the connection of a client that sends %s', async (_what, bytes) => {
    const client = await connectWire(hub, {}, way);
    client.sendBytes(bytes);
    await expectEnd(client, 0x82);
  });

  it('ends the connection at packet type 0', async () => {
    const client = await connectWire(hub, {}, way);
    client.sendBytes(packetOf(0x00, [0]));
    await expectEnd(client, 0x81);
  });

  it('ends the connection at a length of five bytes [MQTT-1.5.5-1]', async () => {
    const client = await connectWire(hub, {}, way);
    client.sendBytes(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]));
    await expectEnd(client, 0x81);
  });
});

it('ends a 3.1.1 connection at AUTH', async () => {
  const client = await connectWire(hub, {}, { version: 4, transport: 'tcp' });
  client.sendBytes(packetOf(0xf0, [0]));
  await client.closed();
  expect(client.inbox).toEqual([]);
});

it('serves others after all that', async () => {
  await expectHealthy(hub);
});
