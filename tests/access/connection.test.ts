/** How a device is connected, as the broker tells it, and who is told what. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';

const VIEWER = { username: 'vera', password: 'a long password' };
const params = { id: 'pump' };

let hub: Hub;
let owner: ApiClient;
let viewer: ApiClient;
let token: string;

beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_REGISTRATION: 'open' } });
  owner = await setUpOwner(hub);
  await owner.call('POST /api/v1/auth/register', { body: VIEWER });
  viewer = await logIn(hub, VIEWER);
  ({ token } = await owner.call('POST /api/v1/devices', { body: params }));
});
afterAll(() => hub?.close());

const switchOn = (will?: { topic: string; payload: string; qos: 1; retain: boolean }): Promise<RawMqtt> =>
  connectRaw({
    ...{ port: hub.ports.mqtt ?? 0, clientId: 'pump', username: 'pump', password: token },
    ...(will && { will }),
  });
const connection = (who = owner) => who.call('GET /api/v1/devices/:id/connection', { params });
const isConnected = async (): Promise<boolean> => (await connection()).connectedMs !== null;

it('reconnects are counted, the last end has its reason, and the will is that of the present connection', async () => {
  const first = await switchOn();
  await until(isConnected);
  expect(await connection()).toMatchObject({
    ...{ reconnects: { day: 0, sinceStart: 0 }, lastDisconnect: null, will: null },
  });
  first.send({ cmd: 'disconnect' });
  await until(async () => !(await isConnected()));
  expect((await connection()).lastDisconnect?.reason).toBe('disconnect');
  const will = { topic: 'ruche/pump/status', payload: '{"status":"offline"}', qos: 1, retain: true } as const;
  const second = await switchOn(will);
  await until(isConnected);
  const shown = { topic: will.topic, bytes: will.payload.length, qos: 1, retain: true };
  expect(await connection()).toMatchObject({ reconnects: { day: 1, sinceStart: 1 }, will: shown });
  const third = await switchOn(will);
  await until(async () => (await connection()).reconnects.sinceStart === 2);
  expect((await connection()).lastDisconnect?.reason).toBe('taken-over');
  third.destroy();
  await until(async () => !(await isConnected()));
  expect(await connection()).toMatchObject({ lastDisconnect: { reason: 'will' }, will: null });
  second.destroy();
});

it('the will is for who manages the device, the rest for everybody who may see it', async () => {
  const device = await switchOn({ topic: 'ruche/pump/status', payload: 'x', qos: 1, retain: false });
  await until(isConnected);
  const { will, ...others } = await connection();
  expect(will).toBeTruthy();
  expect(await connection(viewer)).toEqual(others);
  device.destroy();
});
