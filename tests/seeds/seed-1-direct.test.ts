/** Seed 1, unmodified: a health sensor over MQTT, HTTP, WebSocket and LoRaWAN, and what people see of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, setUpOwner } from '../helpers/api-client.ts';
import { connectRaw } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import {
  type BoardClock,
  loraBytes,
  makeBuffer,
  makeJwt,
  openSocket,
  post,
  powerOn,
  type Socket,
} from './esp32-fajma.ts';

const LOGIN = { username: 'esp32_device', password: 'mot_de_passe_securise' };
const ID = 'ESP32_001';
const MINUTE_MS = 60_000;
const HEALTH = { temperature: 36.6, humidity: 41, heart_rate: 72, spo2: 98.5, battery_level: 87 };

let hub: Hub;
let owner: ApiClient;
const port = (): number => hub.ports.mqtt ?? 0;
const socketUrl = (id: string): string => `${hub.url.replace('http', 'ws')}/ws/iot/${id}/`;
const latest = async (id: string) => (await owner.call('GET /api/v1/devices/:id/latest', { params: { id } })).metrics;
const device = (id: string) => owner.call('GET /api/v1/devices/:id', { params: { id } });
const create = (id: string) => owner.call('POST /api/v1/devices', { body: { id } });
const values = async (id: string) =>
  Object.fromEntries(Object.entries(await latest(id)).map(([name, { value }]) => [name, value]));
/** Every temperature in the history, oldest first. */
async function readings(id: string): Promise<number[]> {
  const answer = await owner.fetch(`/api/v1/devices/${id}/history/export?format=csv&metrics=temperature`);
  const lines = (await answer.text()).trim().split(/\r?\n/).slice(1);
  return lines.map((line) => Number(line.split(',').at(-1)));
}
const bearer = (token: string, id = ID) => ({ authorization: `Bearer ${token}`, 'x-device-id': id });

beforeAll(async () => {
  hub = await startHub();
  owner = await setUpOwner(hub);
  const rules = ['topic readwrite fajma/esp32/#', 'topic write application/#', 'topic write v3/#'];
  await owner.call('POST /api/v1/accounts', { body: { name: LOGIN.username, password: LOGIN.password, rules } });
});
afterAll(() => hub?.close());

describe('over MQTT, as the account esp32_device', () => {
  const clock: BoardClock = { millis: 12_000 };

  it('S1-3, S1-5, S1-8: values and heartbeats are kept, the device is there by itself', async () => {
    const board = await powerOn({ port: port(), deviceId: ID, clock, login: LOGIN });
    board.sendData(HEALTH);
    await until(async () => Object.keys(await latest(ID)).length === 5);
    expect(await values(ID)).toEqual(HEALTH);
    for (const { atMs } of Object.values(await latest(ID))) expect(Math.abs(atMs - Date.now())).toBeLessThan(10_000);
    expect(await device(ID)).toMatchObject({ id: ID, dialects: ['fajma'], status: 'online', protected: false });
    board.powerOff();
  });

  it('S1-6: diagnostics become values', async () => {
    const board = await powerOn({ port: port(), deviceId: ID, clock, login: LOGIN });
    board.sendDiagnostics();
    await until(async () => 'sdk_version' in (await latest(ID)));
    expect(await values(ID)).toMatchObject({
      ...{ wifi_rssi: -61, free_heap: 184_320, uptime_s: 12, reset_reason: 1, chip_revision: 3 },
      sdk_version: 'v4.4.6',
    });
    board.powerOff();
  });

  it('S1-4: an alert is taken and reaches whoever listens', async () => {
    const reader = await connectRaw({ port: port(), clientId: 'reader', ...LOGIN });
    await reader.subscribe('fajma/esp32/alert');
    const board = await powerOn({ port: port(), deviceId: ID, clock, login: LOGIN });
    board.sendAlert('fever', 'Température élevée');
    const heard = await reader.take('publish');
    expect(JSON.parse(heard.payload.toString())).toMatchObject({
      device_id: ID,
      alert_type: 'fever',
      priority: 'high',
    });
    board.powerOff();
    await reader.end();
  });

  it('S1-7: hears commands on the shared topic', async () => {
    const board = await powerOn({ port: port(), deviceId: ID, clock, login: LOGIN });
    const command = JSON.stringify({ id: 'c1', device_id: ID, command: 'led', value: 1 });
    const person = await connectRaw({ port: port(), clientId: 'p', username: 'owner', password: owner.accessToken });
    person.publish({ topic: 'fajma/esp32/commands', payload: command });
    await until(() => board.commands.length > 0);
    expect(board.commands).toEqual([command]);
    board.powerOff();
    await person.end();
  });

  it('S1-7: a command given to the device reaches its board, under an account that many boards share', async () => {
    const board = await powerOn({ port: port(), deviceId: ID, clock, login: LOGIN });
    const other = await powerOn({ port: port(), deviceId: 'ESP32_other', clock, login: LOGIN });
    await other.raw.subscribe('fajma/esp32/commands', 0, 8); // a round trip: both were heard
    const body = { name: 'led', value: 1 };
    const { id } = await owner.call('POST /api/v1/devices/:id/commands', { params: { id: ID }, body });
    await until(() => board.commands.length > 0);
    expect(board.commands.map((text) => JSON.parse(text))).toEqual([{ id, device_id: ID, command: 'led', value: 1 }]);
    // All boards of one user read the topic, as on any broker: a command names the device it is for.
    for (const text of other.commands) expect(JSON.parse(text)).toMatchObject({ device_id: ID });
    const known = async () =>
      owner.call('GET /api/v1/devices/:id/commands/:commandId', { params: { id: ID, commandId: id } });
    expect(['sent', 'delivered']).toContain((await known()).state);
    // It has no acknowledgement: a report that shows the value is one.
    board.sendData({ led: 1 });
    await until(async () => (await known()).state === 'acknowledged');
    board.powerOff();
    other.powerOff();
  });

  it('S1-4: an alert is in the feed of events, with its priority', async () => {
    const { items } = await owner.call('GET /api/v1/events', { query: { device: ID, type: 'fever' } });
    expect(items).toMatchObject([{ type: 'fever', severity: 'critical', message: 'Température élevée' }]);
  });

  it('a value that is none costs the message, with the field named', async () => {
    const board = await powerOn({ port: port(), deviceId: 'ESP32_wrong', clock, login: LOGIN });
    board.sendData({ temperature: 'hot' });
    const [refusal] = await until(async () => {
      const { items } = await owner.call('GET /api/v1/refusals', { query: {} });
      const found = items.filter(({ detail }) => detail === 'temperature: must be a number.');
      return found.length > 0 && found;
    });
    expect(refusal).toMatchObject({ code: 'PAYLOAD_INVALID', topic: 'fajma/esp32/data' });
    board.powerOff();
  });
});

describe('S1-30, S1-31: after ten minutes without a network', () => {
  const id = 'ESP32_buffered';
  const STEP_MS = 12_000;
  let watch: Socket;
  const seen = () => watch.heard.filter(({ type }) => type === 'sensor_data');

  it('all 50 buffered readings are stored once, at the times they were measured', async () => {
    const clock: BoardClock = { millis: 5 * MINUTE_MS };
    const first = await powerOn({ port: port(), deviceId: id, clock, login: LOGIN });
    first.sendData({ temperature: 20 });
    await until(async () => 'temperature' in (await latest(id).catch(() => ({}))));
    watch = await openSocket(socketUrl(id), `Bearer ${owner.accessToken}`);
    first.powerOff();

    const buffer = makeBuffer();
    for (let at = 0; at < 60; at++) {
      clock.millis += STEP_MS;
      const temperature = 30 + at / 100;
      buffer.save({ temperature, humidity: 40, heartRate: 70, spO2: 98, timestamp: clock.millis });
    }
    clock.millis += STEP_MS;
    const again = await powerOn({ port: port(), deviceId: id, clock, login: LOGIN });
    const bootMs = Date.now() - clock.millis;
    await buffer.flush(({ temperature, humidity, heartRate, spO2, timestamp }) => {
      again.sendData({ temperature, humidity, heart_rate: heartRate, spo2: spO2 }, timestamp);
      return true;
    });
    expect(buffer.unsent).toBe(0);
    await until(() => seen().length >= 50);
    again.sendHeartbeat();
    await again.raw.subscribe('fajma/esp32/commands', 0, 9); // a round trip: nothing more is on its way
    const times = seen().map(({ data }) => Date.parse(String(Object(data).timestamp)));
    const temperatures = seen().map(({ data }) => Number(Object(data).temperature));
    expect(seen()).toHaveLength(50);
    expect(new Set(temperatures).size).toBe(50);
    expect(Math.min(...temperatures)).toBeCloseTo(30.1); // the ten oldest were overwritten
    const inOrder = times.toSorted((a, b) => a - b);
    for (const [at, time] of inOrder.entries()) {
      expect(Math.abs(time - (bootMs + 5 * MINUTE_MS + (at + 11) * STEP_MS))).toBeLessThan(5000);
    }
    const kept = await readings(id);
    expect(kept.filter((value) => value >= 30)).toEqual(Array.from({ length: 50 }, (_, at) => 30 + (at + 10) / 100));
    again.sendData({ temperature: 36.6 });
    await until(async () => (await latest(id)).temperature?.value === 36.6);
    watch.client.close();
    again.powerOff();
  });

  it('over HTTP an answer that was lost makes no second reading', async () => {
    const { token } = await create('ESP32_http_buffer');
    const watching = await openSocket(socketUrl('ESP32_http_buffer'), `Bearer ${owner.accessToken}`);
    const timestamp = Math.floor(Date.now() / 1000) - 300;
    const ids: unknown[] = [];
    for (let at = 0; at < 10; at++) {
      const document = { device_id: 'ESP32_http_buffer', timestamp: timestamp + at, data: { temperature: at } };
      for (let attempt = 0; attempt < 2; attempt++) {
        const { status, body } = await post(`${hub.url}/api/iot/data`, document, bearer(token, 'ESP32_http_buffer'));
        expect(status).toBe(200);
        ids.push(Object(body).id);
      }
    }
    expect(new Set(ids).size).toBe(10);
    await until(() => watching.heard.length >= 10);
    expect(watching.heard).toHaveLength(10);
    expect(await readings('ESP32_http_buffer')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    watching.client.close();
  });
});

describe('over HTTP', () => {
  const id = 'ESP32_http';
  let token: string;
  let secret: string;
  const data = (document: unknown, headers = bearer(token, id)) => post(`${hub.url}/api/iot/data`, document, headers);

  beforeAll(async () => {
    ({ token, secret } = await create(id));
  });

  it('S1-12, S1-13, S1-16: takes the nested form with a JWT of the device', async () => {
    const nowS = Math.floor(Date.now() / 1000);
    const document = {
      ...{ device_id: id, timestamp: nowS - 5, data: { temperature: 36.7, humidity: 40, heart_rate: 71 } },
      location: { latitude: 48.85, longitude: 2.35 },
    };
    const answer = await data(document, bearer(makeJwt({ deviceId: id, secret }), id));
    expect(answer).toEqual({ status: 200, body: { status: 'success', id: expect.any(Number) } });
    expect(await values(id)).toEqual({
      temperature: 36.7,
      humidity: 40,
      heart_rate: 71,
      latitude: 48.85,
      longitude: 2.35,
    });
    expect((await latest(id)).temperature?.atMs).toBe((nowS - 5) * 1000);
  });

  it('S1-16, S1-19, S1-20: takes the flat form, with milliseconds, seconds or the time since boot', async () => {
    const nowMs = Date.now();
    for (const [timestamp, atMs] of [
      [nowMs - 3000, nowMs - 3000],
      [Math.floor(nowMs / 1000) - 2, (Math.floor(nowMs / 1000) - 2) * 1000],
      [93_000, nowMs],
    ] as const) {
      expect(await data({ device_id: id, ...HEALTH, timestamp })).toMatchObject({ status: 200 });
      expect(Math.abs(((await latest(id)).spo2?.atMs ?? 0) - atMs)).toBeLessThan(timestamp === 93_000 ? 5000 : 1);
    }
  });

  it('S1-16: says what is missing in the words of its server', async () => {
    for (const document of [{ temperature: 20 }, { device_id: '' }, { device_id: null }, [], 'null']) {
      expect(await data(document)).toEqual({ status: 400, body: { error: 'device_id requis' } });
    }
    const wrong = await data({ device_id: id, temperature: 'hot' });
    expect(wrong).toMatchObject({ status: 400, body: { error: 'temperature: must be a number.' } });
    expect(await data('{ "device_id": ')).toMatchObject({ status: 400, body: { error: expect.any(String) } });
  });

  it('S1-14, S1-17: takes a batch, and names the bad measurement without losing the others', async () => {
    const nowS = Math.floor(Date.now() / 1000);
    const measurements = [
      { temperature: 20, timestamp: nowS - 30 },
      { temperature: 'hot', timestamp: nowS - 20 },
      { temperature: 22, heart_rate: 60, timestamp: nowS - 10 },
    ];
    const batch = (document: object) =>
      post(`${hub.url}/api/iot/batch`, document, { authorization: `Bearer ${makeJwt({ deviceId: id, secret })}` });
    const answer = await batch({ device_id: id, batch_timestamp: nowS, measurements });
    expect(answer).toEqual({
      status: 200,
      body: {
        ...{ status: 'success', created_count: 2, ids: [expect.any(Number), expect.any(Number)] },
        errors: [{ index: 1, error: 'temperature: must be a number.' }],
      },
    });
    const good = await batch({
      device_id: id,
      batch_timestamp: nowS,
      measurements: [{ heart_rate: 61 }, { heart_rate: 62 }],
    });
    expect(good.body).toEqual({ status: 'success', created_count: 2, ids: expect.any(Array) });
    const none = await batch({ device_id: id, measurements: [{ temperature: 'hot' }] });
    expect(none).toMatchObject({ status: 400, body: { error: 'temperature: must be a number.' } });
  });

  it('S1-35, S1-37: believes a JWT only with the right secret, device, issuer and time', async () => {
    const nowS = Math.floor(Date.now() / 1000);
    const good = { deviceId: id, secret };
    const document = { device_id: id, temperature: 20 };
    const urlSafe = makeJwt(good).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    // Signed as it was written: another alphabet is another text, unless nothing in it differs.
    const status = async (jwt: string) => (await data(document, bearer(jwt, id))).status;
    expect(await status(makeJwt(good))).toBe(200);
    if (makeJwt(good).split('.').slice(0, 2).join('.') === urlSafe.split('.').slice(0, 2).join('.')) {
      expect(await status(urlSafe)).toBe(200);
    }
    expect(await status(makeJwt({ ...good, nowS: nowS - 3700 }))).toBe(200); // within the tolerance for clocks
    for (const wrong of [
      makeJwt({ ...good, secret: 'another secret' }),
      makeJwt({ ...good, secret: token }),
      makeJwt({ ...good, deviceId: 'ESP32_unknown' }),
      makeJwt({ ...good, claims: { iss: 'somebody' } }),
      makeJwt({ ...good, nowS: nowS - 4000 }),
      makeJwt({ ...good, nowS: nowS + 600 }),
      makeJwt({ ...good, claims: { exp: nowS + 86_400 } }),
    ]) {
      expect(await status(wrong)).toBe(401);
    }
    expect((await data(document, bearer(makeJwt(good), 'ESP32_other'))).status).toBe(403);
    expect((await data({ device_id: 'ESP32_other', temperature: 1 }, bearer(makeJwt(good), id))).status).toBe(403);
  });

  it('asks for credentials before it looks at the body, in the form of the seed', async () => {
    for (const headers of [{}, { 'x-device-id': id }]) {
      const answer = await post(`${hub.url}/api/iot/data`, '{ no JSON', headers);
      expect(answer).toMatchObject({ status: 401, body: { error: expect.any(String), code: 'AUTH_REQUIRED' } });
    }
    const person = await post(`${hub.url}/api/iot/data`, { device_id: id }, bearer(owner.accessToken, id));
    expect(person.status).toBe(403);
  });
});

describe('over LoRaWAN (S1-27)', () => {
  const basic = { authorization: `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}` };
  const deviceInfo = (devEui: string) => ({ applicationId: 'a-1', deviceName: 'ward', devEui });

  it('comes from ChirpStack over MQTT and by webhook, from an account', async () => {
    const data = loraBytes(-3.25, 64, 3600);
    const uplink = { time: new Date().toISOString(), deviceInfo: deviceInfo('24e124445d198a01'), fPort: 1, data };
    const server = await connectRaw({ port: port(), clientId: 'chirpstack', ...LOGIN });
    server.publish({
      topic: 'application/a-1/device/24e124445d198a01/event/up',
      payload: JSON.stringify(uplink),
      qos: 1,
      messageId: 1,
    });
    await server.take('puback');
    expect(await values('24E124445D198A01')).toEqual({ temperature: -3.25, heart_rate: 64 });
    await server.end();
    const second = { ...uplink, deviceInfo: deviceInfo('24e124445d198a02') };
    const answer = await post(`${hub.url}/api/v1/webhooks/chirpstack?event=up`, second, basic);
    expect(answer).toEqual({ status: 200, body: { status: 'stored', ids: [expect.any(Number)] } });
    expect(await values('24E124445D198A02')).toEqual({ temperature: -3.25, heart_rate: 64 });
    const join = await post(`${hub.url}/api/v1/webhooks/chirpstack?event=join`, second, basic);
    expect(join.body).toEqual({ status: 'ignored', ids: [] });
    expect((await post(`${hub.url}/api/v1/webhooks/chirpstack`, second)).status).toBe(401);
  });

  it('comes from The Things Stack by webhook', async () => {
    const end_device_ids = {
      device_id: 'ward-3',
      application_ids: { application_id: 'clinic' },
      dev_eui: '0004A30B001C0530',
    };
    const uplink_message = { f_port: 1, frm_payload: loraBytes(38.5, 90, 60), received_at: new Date().toISOString() };
    const answer = await post(`${hub.url}/api/v1/webhooks/ttn`, { end_device_ids, uplink_message }, basic);
    expect(answer).toMatchObject({ status: 200, body: { status: 'stored' } });
    expect(await values('0004A30B001C0530')).toEqual({ temperature: 38.5, heart_rate: 90 });
  });
});

describe('without credentials', () => {
  it('a board waits, is listed with the name it gives itself, and speaks after it was adopted, under any client id', async () => {
    const id = 'ESP32_stranger';
    const clock: BoardClock = { millis: 5000 };
    const board = await powerOn({ port: port(), deviceId: id, clock });
    board.sendData(HEALTH);
    const waiting = await until(async () => {
      const { items } = await owner.call('GET /api/v1/devices/waiting');
      return items.find(({ deviceId }) => deviceId === id);
    });
    expect(waiting).toMatchObject({ deviceId: id, dialect: 'fajma', connected: true });
    await owner.call('POST /api/v1/devices/waiting/:id/adopt', { params: { id: waiting.id }, body: {} });
    expect(await latest(id)).toEqual({});
    board.sendData({ temperature: 36 });
    await until(async () => 'temperature' in (await latest(id)));
    board.powerOff();
    const again = await powerOn({ port: port(), deviceId: id, clock });
    again.sendData({ temperature: 37 });
    await until(async () => (await latest(id)).temperature?.value === 37);
    expect(await device(id)).toMatchObject({ protected: false, owner: 'owner', connected: true });
    again.powerOff();
  });
});
