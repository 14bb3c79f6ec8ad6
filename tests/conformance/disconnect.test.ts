/** DISCONNECT both ways, and how long a session lives after it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpOwner } from '../helpers/api-client.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import {
  BOTH_VERSIONS,
  block,
  connectWire,
  expectEnd,
  heard,
  packetOf,
  publish,
  receive,
  subscribe,
  unique,
} from '../helpers/wire.ts';

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_ANONYMOUS: 'open' } });
});
afterAll(() => hub?.close());

const NEVER = 0xffff_ffff;

describe.each(BOTH_VERSIONS)('$name', (way) => {
  it('drops the will [MQTT-3.14.4-3]', async () => {
    const topic = unique();
    const reader = await connectWire(hub, {}, way);
    await subscribe(reader, topic);
    const client = await connectWire(hub, { will: { topic, payload: 'gone' } }, way);
    await client.end();
    await publish(reader, { topic, payload: 'after' });
    expect(await heard(reader)).toEqual(['after']);
    await reader.end();
  });

  it('ends the connection at flags in the first byte, and the will is published [MQTT-3.14.1-1]', async () => {
    const topic = unique();
    const reader = await connectWire(hub, {}, way);
    await subscribe(reader, topic);
    const client = await connectWire(hub, { will: { topic, payload: 'gone' } }, way);
    client.sendBytes(packetOf(0xe1, []));
    await expectEnd(client, 0x81);
    expect(String((await receive(reader)).payload)).toBe('gone');
    await reader.end();
  });

  it('processes what came before it', async () => {
    const topic = unique();
    const reader = await connectWire(hub, {}, way);
    await subscribe(reader, topic);
    const client = await connectWire(hub, {}, way);
    client.publish({ topic, payload: 'last words', qos: 0 });
    await client.end();
    expect(String((await receive(reader)).payload)).toBe('last words');
    await reader.end();
  });
});

describe('MQTT 5 session expiry', () => {
  /** Connects, subscribes, leaves; answers whether the session is there when it comes back, asked for so long. */
  const isThere = async (clientId: string): Promise<boolean> => {
    const { connack, ...client } = await connectWire(hub, { clientId, clean: false });
    await client.end();
    return connack.sessionPresent;
  };
  const leave = async (
    expiry: number | undefined,
    atDisconnect?: number,
  ): Promise<{ clientId: string; leftMs: number }> => {
    const clientId = unique();
    const properties = expiry === undefined ? {} : { sessionExpiryInterval: expiry };
    const client = await connectWire(hub, { clientId, clean: false, properties });
    await subscribe(client, clientId);
    if (atDisconnect === undefined) await client.end();
    else {
      client.send({ cmd: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: atDisconnect } });
      await client.closed();
    }
    return { clientId, leftMs: performance.now() };
  };

  it('is at once without an interval, or with 0 (3.1.2.11.2)', async () => {
    expect(await isThere((await leave(undefined)).clientId)).toBe(false);
    expect(await isThere((await leave(0)).clientId)).toBe(false);
  });

  it('leaves the session there within the interval, and never ends with 0xFFFFFFFF [MQTT-3.1.2-23]', async () => {
    expect(await isThere((await leave(60)).clientId)).toBe(true);
    expect(await isThere((await leave(NEVER)).clientId)).toBe(true);
  });

  it('comes after the interval', async () => {
    const { clientId, leftMs } = await leave(1);
    await until(() => performance.now() - leftMs > 1300, { everyMs: 50 });
    expect(await isThere(clientId)).toBe(false);
  });

  it('is changed by DISCONNECT (3.14.2.2.2)', async () => {
    expect(await isThere((await leave(60, 0)).clientId)).toBe(false);
    expect(await isThere((await leave(1, 60)).clientId)).toBe(true);
  });

  it('cannot be asked for by DISCONNECT when CONNECT had none: 0x82', async () => {
    const client = await connectWire(hub);
    client.send({ cmd: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 60 } });
    await expectEnd(client, 0x82);
  });

  it('holds over a restart of the hub', async () => {
    const long = await leave(600);
    const short = await leave(1);
    await hub.stop();
    await hub.restart();
    await until(() => performance.now() - short.leftMs > 1300, { everyMs: 50 });
    expect(await isThere(short.clientId)).toBe(false);
    expect(await isThere(long.clientId)).toBe(true);
  });

  it('goes by the latest CONNECT', async () => {
    const { clientId } = await leave(60);
    const again = await connectWire(hub, { clientId, clean: false });
    expect(again.connack.sessionPresent).toBe(true);
    await again.end();
    expect(await isThere(clientId)).toBe(false);
  });
});

describe('MQTT 5', () => {
  it('publishes the will when DISCONNECT asks for it: 0x04', async () => {
    const topic = unique();
    const reader = await connectWire(hub);
    await subscribe(reader, topic);
    const client = await connectWire(hub, { will: { topic, payload: 'gone' } });
    client.send({ cmd: 'disconnect', reasonCode: 0x04 });
    expect(String((await receive(reader)).payload)).toBe('gone');
    await client.closed();
    await reader.end();
  });

  it.each([
    ['an unknown reason', [0x42], 0x82],
    ['a property DISCONNECT does not have', [0, ...block([0x21, 0, 1])], 0x81],
    ['half a property', [0, ...block([0x11, 0])], 0x81],
  ])('answers DISCONNECT with %s', async (_what, body, code) => {
    const client = await connectWire(hub);
    client.sendBytes(packetOf(0xe0, body));
    await expectEnd(client, code);
  });

  it('says that the administrator ended it: 0x98', async () => {
    const fresh = await startHub();
    const owner = await setUpOwner(fresh);
    const { token } = await owner.call('POST /api/v1/devices', { body: { id: 'bench-1' } });
    const device = await connectWire(fresh, { username: 'bench-1', password: Buffer.from(token) });
    await owner.call('DELETE /api/v1/devices/:id', { params: { id: 'bench-1' } });
    expect(await expectEnd(device, 0x98)).toMatch(/\w/);
    await fresh.close();
  });

  it('says that the hub shuts down: 0x8B', async () => {
    const client = await connectWire(hub);
    await Promise.all([hub.stop(), expectEnd(client, 0x8b)]);
    await hub.restart();
  });
});
