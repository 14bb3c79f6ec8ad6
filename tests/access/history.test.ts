/** Readings on a real hub: kept, drawn, shown live, taken away and forgotten, by whom it may be. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiveDevice, LiveDevices } from '../../hub/contract/live.ts';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';

const PASSWORD = 'a long password';
const REFUSED = 128;

let hub: Hub;
let owner: ApiClient;
let viewer: ApiClient;
let device: RawMqtt;
let messages = 0;

beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_REGISTRATION: 'open' } });
  owner = await setUpOwner(hub);
  const who = { username: 'vera', password: PASSWORD };
  await owner.call('POST /api/v1/auth/register', { body: who });
  viewer = await logIn(hub, who);
  device = await join('serre');
});
afterAll(async () => {
  await device?.end();
  await hub?.close();
});

async function join(id: string): Promise<RawMqtt> {
  const { token } = await owner.call('POST /api/v1/devices', { body: { id } });
  return connectRaw({ port: hub.ports.mqtt ?? 0, clientId: `ruche-${id}`, username: id, password: token });
}

async function say(v: object, t = Date.now(), id = 'serre'): Promise<void> {
  const messageId = ++messages;
  device.publish({ topic: `ruche/${id}/telemetry`, payload: JSON.stringify({ v, t }), qos: 1, messageId });
  await device.take('puback', (packet) => packet.messageId === messageId);
}

const watch = (person: ApiClient): Promise<RawMqtt> =>
  connectRaw({
    port: hub.ports.mqtt ?? 0,
    clientId: `browser of ${person.user.username}`,
    username: person.user.username,
    password: person.accessToken,
  });

/** The next message for which it holds. */
async function next<Message>(client: RawMqtt, isWanted: (message: Message) => boolean): Promise<Message> {
  for (;;) {
    const { payload } = await client.take('publish');
    const message: Message = JSON.parse(payload.toString());
    if (isWanted(message)) return message;
  }
}

const chartOf = async (person: ApiClient, metrics: string) =>
  (await person.call('GET /api/v1/devices/:id/history', { params: { id: 'serre' }, query: { metrics } })).metrics;

describe('readings', () => {
  it('are in the history as soon as they are acknowledged, for everybody who may see devices', async () => {
    const t = Date.now() - 60_000;
    await say({ temp: 20.5, door: true, mode: 'auto' }, t);
    await say({ temp: 20.5, door: true, mode: 'auto' }, t);
    expect(await chartOf(viewer, 'temp,door,mode')).toEqual({
      temp: { t: [t], min: [20.5], avg: [20.5], max: [20.5], last: [20.5], count: [1] },
      door: { t: [t], min: [1], avg: [1], max: [1], last: [true], count: [1] },
      mode: { t: [t], min: [null], avg: [null], max: [null], last: ['auto'], count: [1] },
    });
    expect((await fetch(`${hub.url}/api/v1/devices/serre/history`)).status).toBe(401);
  });

  it('are shown live to who looks at the device, and on lists, to nobody but people', async () => {
    const browser = await watch(viewer);
    await browser.subscribe('$live/device/serre', 0, 1);
    const first = await next<LiveDevice>(browser, ({ snapshot }) => snapshot);
    expect(first.readings.map(({ metric }) => metric).sort()).toEqual(['door', 'mode', 'temp']);
    await say({ temp: 21 });
    const news = await next<LiveDevice>(browser, ({ snapshot }) => !snapshot);
    expect(news).toMatchObject({ readings: [{ metric: 'temp', value: 21 }], of: 1 });
    await browser.end();

    const list = await watch(owner);
    await list.subscribe('$live/devices', 0, 1);
    const all = await next<LiveDevices>(list, ({ snapshot }) => snapshot);
    const shown = all.devices.find(({ id }) => id === 'serre')?.values ?? [];
    expect(shown.map(({ metric }) => metric)).toEqual(['temp', 'door', 'mode']);
    await say({ temp: 22 });
    const isTold = ({ devices }: LiveDevices) => devices.some(({ values }) => values?.[0]?.value === 22);
    const change = await next<LiveDevices>(list, isTold);
    expect(change.snapshot).toBe(false);
    const { items } = await viewer.call('GET /api/v1/devices');
    expect(items.find(({ id }) => id === 'serre')?.values[0]).toMatchObject({ metric: 'temp', value: 22 });
    await list.end();

    expect((await device.subscribe('$live/device/serre', 0, 9999)).granted).toEqual([REFUSED]);
  });

  it('are exported by who may see them, and forgotten by who owns the device', async () => {
    const file = await viewer.fetch('/api/v1/devices/serre/history/export?format=csv&metrics=temp');
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="ruche-serre-history.csv"');
    expect((await file.text()).split('\r\n').length).toBeGreaterThanOrEqual(4);
    expect((await viewer.fetch('/api/v1/devices/serre/history', { method: 'DELETE' })).status).toBe(403);
    expect((await owner.fetch('/api/v1/devices/serre/history?metrics=temp', { method: 'DELETE' })).status).toBe(204);
    const left = await chartOf(owner, 'temp,door');
    expect([left.temp?.t, left.door?.t.length]).toEqual([[], 1]);
  });

  it('outlive a restart, and end with their device', async () => {
    await say({ temp: 5 });
    await hub.stop();
    await hub.restart();
    owner = await logIn(hub);
    expect((await chartOf(owner, 'temp')).temp?.last).toEqual([5]);
    const { items } = await owner.call('GET /api/v1/devices');
    expect(items[0]?.values.map(({ metric }) => metric)).toEqual(['temp', 'door', 'mode']);
    await owner.call('DELETE /api/v1/devices/:id', { params: { id: 'serre' } });
    await owner.call('POST /api/v1/devices', { body: { id: 'serre' } });
    expect((await chartOf(owner, 'temp')).temp?.t).toEqual([]);
  });
});
