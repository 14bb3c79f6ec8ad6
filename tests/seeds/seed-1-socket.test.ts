/** Seed 1, unmodified: its WebSocket, what it is told there, and what the hub does not let it do. */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, setUpOwner } from '../helpers/api-client.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { makeJwt, openSocket, post, type Socket } from './esp32-fajma.ts';

let hub: Hub;
let owner: ApiClient;
const socketUrl = (id: string): string => `${hub.url.replace('http', 'ws')}/ws/iot/${id}/`;
const create = (id: string) => owner.call('POST /api/v1/devices', { body: { id } });
const bearer = (token: string, id: string) => ({ authorization: `Bearer ${token}`, 'x-device-id': id });
async function values(id: string) {
  const { metrics } = await owner.call('GET /api/v1/devices/:id/latest', { params: { id } });
  return Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value]));
}

beforeAll(async () => {
  hub = await startHub();
  owner = await setUpOwner(hub);
});
afterAll(() => hub?.close());

describe('over a WebSocket', () => {
  const id = 'ESP32_ws';
  let token: string;
  let secret: string;

  beforeAll(async () => {
    ({ token, secret } = await create(id));
    await create('ESP32_http');
  });

  it('S1-18, S1-21 to S1-25: takes what the device says and tells everybody with a socket on it', async () => {
    const board = await openSocket(socketUrl(id), `Bearer ${makeJwt({ deviceId: id, secret })}`);
    const watcher = await openSocket(socketUrl(id), `Bearer ${owner.accessToken}`);
    board.send({ type: 'connection', device_id: id, timestamp: 2000, data: `${id} connecté` });
    for (let second = 3; second < 6; second++) {
      board.send({
        type: 'realtime_data',
        device_id: id,
        timestamp: second * 1000,
        heart_rate: 70.5 + second,
        spo2: 98,
      });
    }
    await until(() => board.heard.length === 3 && watcher.heard.length === 3);
    expect(watcher.heard[0]).toEqual({
      type: 'sensor_data',
      data: { temperature: null, heart_rate: 73.5, timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
    });
    expect(board.heard).toEqual(watcher.heard);
    expect(await values(id)).toEqual({ heart_rate: 75.5, spo2: 98 });
    for (const { client } of [board, watcher]) client.close();
  });

  it('hears of values that came by another way', async () => {
    const watcher = await openSocket(socketUrl(id), `Bearer ${owner.accessToken}`);
    const timestamp = Date.now() - 1000;
    await post(`${hub.url}/api/iot/data`, { device_id: id, temperature: 36.6, timestamp }, bearer(token, id));
    await until(() => watcher.heard.length === 1);
    const data = { temperature: 36.6, heart_rate: null, timestamp: new Date(timestamp).toISOString() };
    expect(watcher.heard).toEqual([{ type: 'sensor_data', data }]);
    watcher.client.close();
  });

  it('S1-21: knows the header its library writes, and the token itself', async () => {
    const jwt = makeJwt({ deviceId: id, secret });
    for (const header of [
      `Basic ${Buffer.from(`Bearer:${jwt}`).toString('base64')}`,
      `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`,
      `Bearer ${token}`,
    ]) {
      const socket = await openSocket(socketUrl(id), header);
      socket.client.close();
    }
  });

  it('is closed to everybody else', async () => {
    await expect(openSocket(socketUrl(id))).rejects.toThrow('refused with 401');
    await expect(openSocket(socketUrl(id), 'Bearer nonsense')).rejects.toThrow('refused with 401');
    await expect(openSocket(socketUrl('ESP32_http'), `Bearer ${token}`)).rejects.toThrow('refused with 403');
    await expect(openSocket(socketUrl('nobody'), `Bearer ${owner.accessToken}`)).rejects.toThrow('refused with 404');
    await expect(openSocket(`${hub.url.replace('http', 'ws')}/ws/other`)).rejects.toThrow('refused with 404');
  });

  it('names what it could not take, stays open, and closes for binary, too long and too many frames', async () => {
    const socket = await openSocket(socketUrl(id), `Bearer ${token}`);
    socket.client.send('{');
    socket.send({ type: 'realtime_data', device_id: 'ESP32_http', heart_rate: 1 });
    socket.send({ type: 'realtime_data', device_id: id, heart_rate: 'high' });
    await until(() => socket.heard.length === 3);
    expect(socket.heard.map(({ code }) => code).sort()).toEqual([
      'DEVICE_MISMATCH',
      'PAYLOAD_INVALID',
      'PAYLOAD_NOT_JSON',
    ]);
    const closing = async (send: (client: Socket['client']) => void): Promise<unknown> => {
      const { client } = await openSocket(socketUrl(id), `Bearer ${token}`);
      const closed = once(client, 'close');
      send(client);
      return (await closed)[0];
    };
    expect(await closing((client) => client.send(Buffer.from('{}')))).toBe(1003);
    expect(await closing((client) => client.send('x'.repeat(20_000)))).toBeGreaterThanOrEqual(1006);
    expect(
      await closing((client) => {
        for (let frame = 0; frame < 150; frame++) client.send('{}');
      }),
    ).toBe(1008);
    socket.client.close();
  });

  it('ends when the credentials end', async () => {
    const { token: old } = await create('ESP32_rotated');
    const { client } = await openSocket(socketUrl('ESP32_rotated'), `Bearer ${old}`);
    const closed = once(client, 'close');
    await owner.call('POST /api/v1/devices/:id/token', { params: { id: 'ESP32_rotated' } });
    expect((await closed)[0]).toBe(1008);
    await expect(openSocket(socketUrl('ESP32_rotated'), `Bearer ${old}`)).rejects.toThrow('refused with 401');
  });
});
