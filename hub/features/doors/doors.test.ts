/** The routes of devices on a real web server, with a store that can fail. */
import { describe, expect, it } from 'vitest';
import { bareHttp } from '../../app/http.fixture.ts';
import { RucheError } from '../../contract/errors.ts';
import { parseRules, rulesetFor } from '../../domain/acl-rules.ts';
import type { Report } from '../../domain/report.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import type { Speaker } from '../route.ts';
import { makeDoor } from './door.ts';
import { iotRoutes } from './iot-routes.ts';
import { thingsnxtRoutes } from './thingsnxt-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

const ID = 'ESP32_001';
const device: Speaker = { kind: 'device', deviceId: ID, names: new Set([ID]), isProtected: true };
const account = (...lines: string[]): Speaker => ({
  kind: 'account',
  name: 'gateway',
  rules: rulesetFor(parseRules(lines), { clientId: 'http', username: 'gateway' }),
});

async function setUp(speaker: Speaker = device) {
  const clock = new FakeClock();
  const stored: Report[] = [];
  const failure: { of?: unknown } = {};
  const door = makeDoor({
    clock,
    async store({ reports }) {
      if (failure.of !== undefined) throw failure.of;
      stored.push(...reports);
    },
  });
  const http = await bareHttp({
    deviceOf: async ({ authorization, token }) => ((authorization ?? token) === undefined ? null : speaker),
  });
  iotRoutes(door)(http);
  webhookRoutes(door)(http);
  thingsnxtRoutes({ door, stateOf: async () => ({ v0: 1 }) })(http);
  await http.ready();
  const post = async (url: string, payload: object) => {
    const answer = await http.inject({ method: 'POST', url, payload, headers: { authorization: 'Bearer x' } });
    return { status: answer.statusCode, body: answer.json(), type: answer.headers['content-type'] };
  };
  return { clock, stored, failure, http, post };
}

const values = (parts: object = {}) => ({ device_id: ID, temperature: 20, ...parts });

describe('a body with a name that is a trap', () => {
  const trap = (parts: string) => `{${parts}"device_id":"${ID}","data":{"__proto__":1,"temperature":20}}`;
  const urls = ['/api/iot/data', '/api/iot/batch', `/devices/${ID}/telemetry`, '/telemetry'];
  const send = async (url: string, payload: string, headers: Record<string, string>) => {
    const { http, stored } = await setUp();
    const more = { 'content-type': 'application/json', ...headers };
    const answer = await http.inject({ method: 'POST', url, payload, headers: more });
    expect(stored).toEqual([]);
    return { status: answer.statusCode, ...answer.json() };
  };

  it.each(urls)('is refused with a sentence that names it on %s', async (url) => {
    const refusal = { status: 400, code: 'BODY_INVALID', error: expect.stringContaining('"__proto__"') };
    expect(await send(url, trap(''), { authorization: 'Bearer x' })).toMatchObject(refusal);
    const nested = `{"device_id":"${ID}","data":{"constructor":{"prototype":1}}}`;
    expect(await send(url, nested, { authorization: 'Bearer x' })).toMatchObject(refusal);
  });

  it.each(urls.slice(2))(
    'is refused for itself on %s when the token is in it, and for that when there is none',
    async (url) => {
      expect(await send(url, trap('"device_token":"x",'), {})).toMatchObject({ status: 400, code: 'BODY_INVALID' });
      for (const payload of [trap(''), '{"__proto__":{"device_token":"x"}}', '{"device_token":"x",']) {
        expect(await send(url, payload, {})).toMatchObject({ status: 401, code: 'AUTH_REQUIRED' });
      }
    },
  );
});

describe('what cannot be stored', () => {
  it('is not acknowledged: 503 in the form of the seed when the disk is full', async () => {
    const { post, failure, stored } = await setUp();
    failure.of = new RucheError('STORE_UNAVAILABLE');
    for (const url of ['/api/iot/data', `/devices/${ID}/telemetry`, '/telemetry']) {
      const { status, body, type } = await post(url, { device_id: ID, data: { temperature: 20 } });
      expect([status, body.code, typeof body.error], url).toEqual([503, 'STORE_UNAVAILABLE', 'string']);
      expect(type).not.toContain('problem');
    }
    const batch = await post('/api/iot/batch', { device_id: ID, measurements: [{ temperature: 20 }] });
    expect(batch.status).toBe(503);
    expect(stored).toEqual([]);
  });

  it('may be sent again, and is not taken for a repetition', async () => {
    const { post, failure, stored, clock } = await setUp();
    failure.of = new RucheError('STORE_BUSY');
    const document = values({ timestamp: clock.nowMs() - 1000 });
    expect((await post('/api/iot/data', document)).status).toBe(503);
    delete failure.of;
    expect((await post('/api/iot/data', document)).status).toBe(200);
    expect(stored).toHaveLength(1);
  });

  it('because the hub failed is a 500 of the seed, without inner words (S1-16)', async () => {
    const { post, failure } = await setUp();
    failure.of = new Error('secret inner words');
    const { status, body } = await post('/api/iot/data', values());
    expect(status).toBe(500);
    expect(body).toMatchObject({ error: expect.any(String) });
    expect(JSON.stringify(body)).not.toContain('secret');
  });
});

describe('the same measurement', () => {
  it('sent again has its id and is stored once, for as long as somebody could be repeating it', async () => {
    const { post, stored, clock } = await setUp();
    const document = values({ timestamp: clock.nowMs() - 1000 });
    const first = await post('/api/iot/data', document);
    expect((await post('/api/iot/data', document)).body).toEqual(first.body);
    expect(stored).toHaveLength(1);
    clock.advance(600_000);
    expect((await post('/api/iot/data', document)).body).toEqual(first.body);
    expect(stored).toHaveLength(2); // at the same time again, which the store keeps once
  });

  it('of a device that counts from boot is a repetition for 20 s: later it may have slept and started again', async () => {
    const { post, stored, clock } = await setUp();
    const document = values({ timestamp: 2000 });
    await post('/api/iot/data', document);
    clock.advance(19_000);
    await post('/api/iot/data', document);
    expect(stored).toHaveLength(1);
    clock.advance(16_000);
    await post('/api/iot/data', document);
    expect(stored).toHaveLength(2);
  });

  it('is another one when it does not say when it was', async () => {
    const { post, stored } = await setUp();
    const ids = [await post('/api/iot/data', values()), await post('/api/iot/data', values())].map(
      ({ body }) => body.id,
    );
    expect(new Set(ids).size).toBe(2);
    expect(stored).toHaveLength(2);
  });

  it('within a batch is answered for each place and stored once', async () => {
    const { post, stored, clock } = await setUp();
    const batch = {
      device_id: ID,
      measurements: [{ temperature: 1, timestamp: clock.nowMs() - 5000 }, { temperature: 2 }],
    };
    await post('/api/iot/batch', batch);
    await post('/api/iot/batch', { ...batch, measurements: batch.measurements.slice(0, 1) });
    expect(stored).toHaveLength(2);
  });
});

describe('an account', () => {
  it('speaks where its rules would let it publish', async () => {
    const { post, stored } = await setUp(account('topic write fajma/esp32/#'));
    expect((await post('/api/iot/data', values())).status).toBe(200);
    expect(stored).toHaveLength(1);
    expect((await post(`/devices/${ID}/telemetry`, { data: { v0: 1 } })).status).toBe(403);
    const uplink = { deviceInfo: { applicationId: 'a', devEui: '24e124445d198a01' }, object: { t: 1 } };
    expect((await post('/api/v1/webhooks/chirpstack', uplink)).body).toMatchObject({ code: 'PUBLISH_FORBIDDEN' });
  });

  it('speaks for a network server as far as its application', async () => {
    const { post } = await setUp(account('topic write application/a/#', 'topic write v3/clinic/#'));
    const uplink = (applicationId: unknown) => ({
      deviceInfo: { applicationId, devEui: '24e124445d198a01' },
      object: { t: 1 },
    });
    expect((await post('/api/v1/webhooks/chirpstack', uplink('a'))).status).toBe(200);
    for (const other of ['b', 'a/device', '+', '', undefined]) {
      expect((await post('/api/v1/webhooks/chirpstack', uplink(other))).status, String(other)).toBe(403);
    }
    const ttn = { end_device_ids: { device_id: 'd', application_ids: { application_id: 'clinic' } } };
    expect((await post('/api/v1/webhooks/ttn', ttn)).body).toEqual({ status: 'ignored', ids: [] });
    expect((await post('/api/v1/webhooks/ttn', { ...ttn, uplink_message: { decoded_payload: { t: 1 } } })).status).toBe(
      200,
    );
    const broken = await post('/api/v1/webhooks/chirpstack', { deviceInfo: 5 });
    expect([broken.status, broken.type]).toEqual([403, expect.stringContaining('problem+json')]);
  });
});

describe('a batch', () => {
  it('has at most 500 measurements', async () => {
    const { post } = await setUp();
    const many = (count: number) => ({
      device_id: ID,
      measurements: Array.from({ length: count }, (_, at) => ({ at })),
    });
    expect((await post('/api/iot/batch', many(500))).body).toMatchObject({ created_count: 500 });
    expect((await post('/api/iot/batch', many(501))).status).toBe(400);
  });
});

it('a token that is to come in the body is asked for when there is none', async () => {
  const { http } = await setUp();
  const ask = async (payload: string) =>
    (await http.inject({ method: 'POST', url: '/telemetry', payload, headers: { 'content-type': 'application/json' } }))
      .statusCode;
  expect(await ask('{"device_token":"x","v0":1}')).toBe(200);
  for (const payload of ['{"v0":1}', '{', '[]', '"x"']) expect(await ask(payload), payload).toBe(401);
});
