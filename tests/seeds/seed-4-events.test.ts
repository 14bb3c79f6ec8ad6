/** Seed 4's backend: its bridge posts events and reads them back; its front end sees them as they come. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SeedEvent } from '../../hub/contract/event.ts';
import type { LiveEvents } from '../../hub/contract/live.ts';
import { LIVE_EVENTS } from '../../hub/contract/topics.ts';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { connectRaw } from '../helpers/raw-mqtt.ts';
import { followSse } from '../helpers/sse.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';

const VIEWER = { username: 'viewer', password: 'a long password' };

/** S4-3, as the bridge converts what S4-1 is. */
const CONVERTED = {
  type: 'motion_detected',
  device_id: 'raspberry-1',
  details: {
    event_id: '5b0f4a0e-6d0f-4a3e-9e39-8a2f0b7c1d11',
    source: 'sensor-motion',
    data: { presence: true, gpio_pin: 17 },
    original_timestamp: 1734567890.123,
    mqtt_topic: 'sensor/motion',
  },
};
/** S4-2, as the sensor publishes it. */
const PRESSURE = {
  event_id: '0f3b7c1d-2222-4a3e-9e39-8a2f0b7c1d22',
  device_id: 'raspberry-1',
  source: 'sensor-pressure',
  type: 'PRESSURE_DETECTED',
  data: { pressure: 'high', duration_ms: 500 },
  timestamp: 1734567891,
};

describe('seed 4: events', () => {
  let hub: Hub;
  let owner: ApiClient;
  const post = (body: unknown, who = owner): Promise<Response> =>
    who.fetch('/api/events', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const list = async (): Promise<SeedEvent[]> => (await owner.fetch('/api/events')).json();

  beforeAll(async () => {
    hub = await startHub({ env: { RUCHE_REGISTRATION: 'open' } });
    owner = await setUpOwner(hub);
    await owner.call('POST /api/v1/auth/register', { body: VIEWER });
  });
  afterAll(() => hub?.close());

  it('S4-12: POST /api/events takes what the bridge converted', async () => {
    const answer = await post(CONVERTED);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: 'success', ...CONVERTED });
  });

  it('S4-13: GET /api/events is a bare list, newest first, in the same form', async () => {
    await post(PRESSURE);
    const [pressure, motion, ...rest] = await list();
    expect(rest).toEqual([]);
    expect(motion).toMatchObject(CONVERTED);
    expect(pressure).toMatchObject({
      type: 'button_pressed',
      device_id: 'raspberry-1',
      details: {
        event_id: PRESSURE.event_id,
        source: 'sensor-pressure',
        data: PRESSURE.data,
        original_timestamp: 1734567891,
      },
      timestamp: 1734567891,
    });
  });

  it('S4-12: the same event_id again is the same event, however it is sent', async () => {
    const before = await list();
    expect((await post(CONVERTED)).status).toBe(200);
    expect((await post({ ...CONVERTED, event_id: CONVERTED.details.event_id, details: undefined })).status).toBe(200);
    expect(await list()).toEqual(before);
  });

  it('S4-12: an event with nothing but its type and device is one, and each such is another', async () => {
    const before = (await list()).length;
    for (let n = 0; n < 2; n++) await post({ type: 'GAS_DETECTED', device_id: 'raspberry-2' });
    const [newest] = await list();
    expect(newest).toMatchObject({ type: 'gas_detected', device_id: 'raspberry-2', details: { data: {} } });
    expect((await list()).length).toBe(before + 2);
  });

  it('S4-14: events reach the front end as they happen, and so does the mode', async () => {
    const browser = await connectRaw({
      port: hub.ports.mqtt ?? 0,
      clientId: 'front',
      username: 'x',
      password: owner.accessToken,
    });
    await browser.subscribe(LIVE_EVENTS);
    const news = async (): Promise<LiveEvents> =>
      JSON.parse((await browser.take('publish', ({ topic }) => topic === LIVE_EVENTS)).payload.toString());
    expect((await news()).mode).toMatchObject({ mode: 'active' });
    const abort = new AbortController();
    const stream = followSse(await owner.fetch('/api/v1/stream', { signal: abort.signal }), abort);
    await post({ ...CONVERTED, details: { ...CONVERTED.details, event_id: 'another' } });
    expect((await news()).events).toMatchObject([
      { type: 'motion_detected', deviceId: 'raspberry-1', source: 'sensor-motion' },
    ]);
    await until(() => stream.messages.some(({ event }) => event === 'event'));
    stream.close();
    await owner.call('PUT /api/v1/mode', { body: { mode: 'surveillance' } });
    await until(async () => (await news()).mode?.mode === 'surveillance');
    await post({ ...PRESSURE, event_id: 'in surveillance' });
    await until(async () => (await news()).alerts.some(({ kind }) => kind === 'surveillance'));
    await browser.end();
  });

  it('is for those who may: credentials before the body, a device of one’s own, no shape but the two', async () => {
    const stranger = await fetch(`${hub.url}/api/events`, {
      method: 'POST',
      body: '{ no JSON',
      headers: { 'content-type': 'application/json' },
    });
    expect(stranger.status).toBe(401);
    expect((await fetch(`${hub.url}/api/events`)).status).toBe(401);
    const viewer = await logIn(hub, VIEWER);
    expect((await viewer.fetch('/api/events')).status).toBe(200);
    expect((await post(CONVERTED, viewer)).status).toBe(403);
    for (const wrong of [
      {},
      { type: 'x' },
      { type: '', device_id: 'd' },
      { ...CONVERTED, device_id: 7 },
      { ...CONVERTED, device_id: 'a b' },
    ]) {
      expect((await post(wrong)).status, JSON.stringify(wrong)).toBe(400);
    }
  });

  it('S4-12: takes events of a device with its token, and of an account where its rules let it publish', async () => {
    const { token } = await owner.call('POST /api/v1/devices', { body: { id: 'pir-7' } });
    const as = (authorization: string, body: unknown): Promise<Response> =>
      fetch(`${hub.url}/api/events`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', authorization },
      });
    const headers = { authorization: `Bearer ${token}`, 'x-device-id': 'pir-7' };
    const own = await fetch(`${hub.url}/api/events`, {
      method: 'POST',
      body: JSON.stringify({ type: 'MOTION_DETECTED', device_id: 'pir-7' }),
      headers: { 'content-type': 'application/json', ...headers },
    });
    expect([own.status, (await list())[0]?.device_id]).toEqual([200, 'pir-7']);
    expect((await fetch(`${hub.url}/api/events`, { headers })).status).toBe(403);
    const password = 'a long password';
    await owner.call('POST /api/v1/accounts', {
      body: { name: 'bridge', password, rules: ['topic readwrite sensor/#'] },
    });
    await owner.call('POST /api/v1/accounts', {
      body: { name: 'other', password, rules: ['topic readwrite other/#'] },
    });
    const basic = (name: string): string => `Basic ${btoa(`${name}:${password}`)}`;
    const bridged = { ...CONVERTED, details: { ...CONVERTED.details, event_id: 'bridged' } };
    expect((await as(basic('bridge'), bridged)).status).toBe(200);
    expect((await as(basic('other'), bridged)).status).toBe(403);
    expect((await fetch(`${hub.url}/api/events`, { headers: { authorization: basic('bridge') } })).status).toBe(200);
    expect((await fetch(`${hub.url}/api/events`, { headers: { authorization: basic('other') } })).status).toBe(403);
    // Nobody speaks for a device that has a token of its own.
    expect((await as(basic('bridge'), { type: 'X', device_id: 'pir-7' })).status).toBeGreaterThanOrEqual(401);
  });

  it('S4-13, S4-20: what a sensor publishes by MQTT is in the list too, converted, once with what a bridge posts of it', async () => {
    const password = 'a long password';
    await owner.call('POST /api/v1/accounts', {
      body: { name: 'sensors', password, rules: ['topic readwrite sensor/#'] },
    });
    const sensor = await connectRaw({ port: hub.ports.mqtt ?? 0, clientId: 's', username: 'sensors', password });
    const said = { ...PRESSURE, event_id: 'by mqtt' };
    sensor.publish({ topic: 'sensor/pressure', payload: JSON.stringify(said), qos: 1, messageId: 1 });
    await sensor.take('puback');
    await sensor.end();
    const [newest] = await list();
    expect(newest).toMatchObject({
      type: 'button_pressed',
      details: { event_id: 'by mqtt', mqtt_topic: 'sensor/pressure', data: PRESSURE.data },
    });
    const before = (await list()).length;
    await post({ type: newest?.type, device_id: newest?.device_id, details: newest?.details });
    expect((await list()).length).toBe(before);
  });

  it('keeps what it answered for over kill -9', async () => {
    const before = await list();
    await hub.kill();
    await hub.restart();
    owner = await logIn(hub);
    expect(await list()).toEqual(before);
  });
});
