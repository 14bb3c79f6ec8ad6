/** Seed 3, unmodified: telemetry with a token in the body, the state back, limits. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, setUpOwner } from '../helpers/api-client.ts';
import { followSse } from '../helpers/sse.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { makeThing, type Thing } from './esp32-thingsnxt.ts';

const ID = '6123456abcdef12345678901';
const MAC = 'AABBCCDDEE01';
/** S3-10. */
const LIMIT = 100;

let hub: Hub;
let owner: ApiClient;
let thing: Thing;
let token: string;
const latest = async (id: string) => (await owner.call('GET /api/v1/devices/:id/latest', { params: { id } })).metrics;
const create = async (id: string) => (await owner.call('POST /api/v1/devices', { body: { id } })).token;

beforeAll(async () => {
  hub = await startHub();
  owner = await setUpOwner(hub);
  token = await create(ID);
  thing = makeThing(hub.url, ID, token);
});
afterAll(() => hub?.close());

const POLL_MS = 3000;

describe('seed 3: from the app to a device that polls', () => {
  const id = 'polling-led';
  let led: Thing;
  const press = (widgetId: string, state: number): Promise<Response> =>
    owner.fetch(`/widgets/${widgetId}/state`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ state }),
    });

  it('S3-3, S3-16, S3-19, S3-26, S3-36: the button is pressed, the next poll tells, the next report shows it', async () => {
    led = makeThing(hub.url, id, await create(id));
    await led.sendTelemetry({ temperature: 25.5, v0: 0 });
    const body = { type: 'switch', name: 'LED', deviceId: id, pin: 'v0' } as const;
    const widget = await owner.call('POST /api/v1/widgets', { body });
    const abort = new AbortController();
    const stream = followSse(await owner.fetch(`/api/v1/stream?device=${id}`, { signal: abort.signal }), abort);
    expect((await led.poll()).body.data).toMatchObject({ v0: 0 });
    const pressedMs = performance.now();
    expect((await press(widget.id, 1)).status).toBe(200);
    expect((await led.poll()).body.data).toMatchObject({ v0: 1 });
    expect(performance.now() - pressedMs).toBeLessThan(POLL_MS);
    await led.sendTelemetry({ temperature: 25.8, v0: 1 });
    expect(await latest(id)).toMatchObject({ temperature: { value: 25.8 }, v0: { value: 1 } });
    const { items } = await owner.call('GET /api/v1/devices/:id/commands', { params: { id }, query: {} });
    expect(items).toMatchObject([{ name: 'v0', value: 1, state: 'acknowledged', via: 'http' }]);
    // S3-13, S3-14: whoever watches hears of the command's life and of the values.
    await until(() =>
      stream.messages.some(({ event, data }) => event === 'command' && Object(data).state === 'acknowledged'),
    );
    await until(() => stream.messages.some(({ event }) => event === 'reading'));
    stream.close();
  });

  it('S3-2, S3-5: a value the device reports by the older route is what its widget shows', async () => {
    await led.sendLegacy({ v0: 0 });
    expect((await latest(id)).v0?.value).toBe(0);
    expect((await led.poll()).body.data).toMatchObject({ v0: 0 });
  });

  it('S3-9: what is left of a widget whose device was deleted can be seen, not set', async () => {
    const { items } = await owner.call('GET /api/v1/widgets', { query: {} });
    const widget = items.find(({ deviceId }) => deviceId === id);
    await owner.call('DELETE /api/v1/devices/:id', { params: { id } });
    const refused = await press(widget?.id ?? '', 1);
    expect([refused.status, await refused.json()]).toMatchObject([404, { error: expect.any(String) }]);
    expect((await owner.call('GET /api/v1/widgets', { query: {} })).items).toContainEqual(widget);
  });
});

describe('seed 3: ThingsNXT', () => {
  it('S3-1, S3-26: telemetry is stored, and answered with the current state', async () => {
    const answer = await thing.sendTelemetry({ temperature: 25.5, humidity: 60, v0: 1 });
    expect(answer).toMatchObject({ status: 200, body: { data: { temperature: 25.5, humidity: 60, v0: 1 } } });
    expect(await latest(ID)).toMatchObject({ temperature: { value: 25.5 }, v0: { value: 1 } });
    const later = await thing.sendTelemetry({ temperature: 25.8 });
    expect(later.body).toEqual({ data: { temperature: 25.8, humidity: 60, v0: 1 } });
  });

  it('S3-3: the device asks for the state with its token alone', async () => {
    expect(await thing.poll()).toMatchObject({
      status: 200,
      body: { data: { temperature: 25.8, humidity: 60, v0: 1 } },
    });
  });

  it('S3-2: the older route takes the same, also beside the token', async () => {
    expect((await thing.sendLegacy({ v1: 5 })).body.data).toMatchObject({ v1: 5, v0: 1 });
    const flat = await fetch(`${hub.url}/telemetry`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ device_token: token, v1: 6 }),
    });
    expect(await flat.json()).toMatchObject({ data: { v1: 6 } });
  });

  it('S3-8: token and device must belong together, on every request', async () => {
    const other = await create('another-device');
    const refused = [
      await makeThing(hub.url, ID, 'dev_token_12345').sendTelemetry({ v0: 1 }),
      await makeThing(hub.url, ID, '').sendTelemetry({ v0: 1 }),
      await makeThing(hub.url, 'unknown', 'x').sendLegacy({ v0: 1 }),
      await makeThing(hub.url, ID, 'nonsense').poll(),
      await makeThing(hub.url, ID, '').poll(),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    for (const { body } of refused) expect(body.error).toEqual(expect.any(String));
    expect((await makeThing(hub.url, ID, other).sendTelemetry({ v0: 9 })).status).toBe(403);
    expect((await latest(ID)).v0?.value).toBe(1);
  });

  it('takes the token from the header as well, and knows a device by every name', async () => {
    const macToken = await create(MAC);
    for (const name of [MAC, 'aa:bb:cc:dd:ee:01', 'AA%3ABB%3ACC%3ADD%3AEE%3A01']) {
      expect((await makeThing(hub.url, name, macToken).sendTelemetry({ v0: 1 })).status).toBe(200);
    }
    const answer = await fetch(`${hub.url}/devices/${MAC}/telemetry`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${macToken}` },
      body: JSON.stringify({ data: { v0: 0 } }),
    });
    expect(await answer.json()).toEqual({ data: { v0: 0 } });
  });

  it('S3-8: without a token nobody learns whether the body was any good', async () => {
    for (const body of ['{ no JSON', '{}', '[]', 'null', '{"device_token":5}']) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${hub.url}/telemetry`, { method: 'POST', headers, body });
      expect(answer.status, body).toBe(401);
      expect(await answer.json()).toMatchObject({ error: expect.any(String), code: 'AUTH_REQUIRED' });
    }
  });

  it('names what is wrong with the values', async () => {
    const wrong = await thing.sendTelemetry({ temperature: { c: 5 } });
    expect(wrong).toMatchObject({ status: 400, body: { error: expect.stringContaining('data.temperature') } });
    expect((await thing.sendTelemetry({})).status).toBe(400);
  });

  it('S3-6, S3-7: logs out as often as one likes; health and docs are there', async () => {
    for (let attempt = 0; attempt < LIMIT + 5; attempt++) {
      const answer = await fetch(`${hub.url}/api/v1/auth/logout`, { method: 'POST' });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ status: 'logged_out' });
    }
    expect((await fetch(`${hub.url}/health`)).status).toBe(200);
    expect((await fetch(`${hub.url}/docs`)).status).toBe(200);
  });

  it('S3-10: a device has 100 requests in 60 s, its neighbours have theirs', async () => {
    const eager = makeThing(hub.url, 'eager', await create('eager'));
    const neighbour = makeThing(hub.url, 'neighbour', await create('neighbour'));
    for (let at = 0; at < LIMIT; at += 2) {
      expect((await eager.poll()).status).toBe(200);
      expect((await eager.sendTelemetry({ v0: at })).status).toBe(200);
    }
    const refused = await eager.poll();
    expect(refused.status).toBe(429);
    expect(refused.retryAfterS).toBeGreaterThan(0);
    expect(refused.body.error).toEqual(expect.any(String));
    expect((await eager.sendTelemetry({ v0: 1 })).status).toBe(429);
    expect((await neighbour.sendTelemetry({ v0: 1 })).status).toBe(200);
  });

  it('S3-18: an answer takes far less than 100 ms', async () => {
    const fast = makeThing(hub.url, 'fast', await create('fast'));
    await fast.sendTelemetry({ v0: 0 });
    const times: number[] = [];
    for (let at = 0; at < 50; at++) {
      const startedMs = performance.now();
      await fast.sendTelemetry({ v0: at });
      times.push(performance.now() - startedMs);
    }
    expect(times.toSorted((a, b) => a - b)[25]).toBeLessThan(100);
  });
});
