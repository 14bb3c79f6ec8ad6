import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { RucheError } from '../../contract/errors.ts';
import type { Role } from '../../contract/permissions.ts';
import type { Http } from '../route.ts';
import { MAC, person, SIMON_CLIENT, setUp } from './devices.fixture.ts';
import { deviceRoutes } from './routes.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** The routes alone: the guard is app/http's; here the header says who asks. */
async function setUpHttp() {
  const test = await setUp();
  const http: Http = Fastify().withTypeProvider<TypeBoxTypeProvider>();
  http.decorateRequest('person', null);
  http.addHook('onRequest', async (request) => {
    const [name = '', role] = String(request.headers.who).split(' ');
    request.person = person(name, roleOf(role));
  });
  http.setErrorHandler((error, _request, reply) => {
    if (error instanceof RucheError) return reply.code(error.status).send({ code: error.code });
    throw error;
  });
  const latestOf = (id: string) => test.store.latest.list(id, 256);
  deviceRoutes({ devices: test.devices, clock: test.clock, latestOf })(http);
  const call = async (who: string, method: Method, url: string, body?: object) => {
    const answer = await http.inject({
      method,
      url: `/api/v1${url}`,
      headers: { who },
      ...(body && { payload: body }),
    });
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
  };
  return { ...test, call };
}
const roleOf = (text: string | undefined): Role => (text === 'operator' || text === 'owner' ? text : 'viewer');

const OPERATOR = 'olga operator';

describe('devices over HTTP', () => {
  it('are created with a token that is shown once', async () => {
    const { call } = await setUpHttp();
    const created = await call(OPERATOR, 'POST', '/devices', { id: 'aa:bb:cc:dd:ee:ff', name: 'Serre' });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ device: { id: MAC, name: 'Serre', owner: 'olga', protected: true } });
    expect(created.body.token).toMatch(/^[\w-]{43}$/);
    const read = await call('ada', 'GET', `/devices/${MAC}`);
    expect(JSON.stringify(read.body)).not.toContain(created.body.token);
    expect((await call(OPERATOR, 'POST', '/devices', { id: MAC })).body).toEqual({ code: 'DEVICE_EXISTS' });
    expect((await call(OPERATOR, 'POST', '/devices', { id: 'a b' })).status).toBe(400);
  });

  it('are read by any of their names', async () => {
    const { call, connect, devices } = await setUpHttp();
    connect(SIMON_CLIENT);
    await devices.admitWaitingFor(MAC, person('ada'));
    for (const name of [MAC, 'aa:bb:cc:dd:ee:ff', 'aa%3Abb%3Acc%3Add%3Aee%3Aff', SIMON_CLIENT]) {
      expect(await call('bob', 'GET', `/devices/${name}`)).toMatchObject({ status: 200, body: { id: MAC } });
    }
    expect(await call('bob', 'GET', '/devices/__proto__')).toEqual({ status: 404, body: { code: 'DEVICE_UNKNOWN' } });
  });

  it('say how they are connected to everybody, and their last will to who manages them', async () => {
    const { call, devices, connect, clock } = await setUpHttp();
    const { token } = await devices.create({ id: 'serre' }, 'id-of-ada');
    const read = async (who: string) => (await call(who, 'GET', '/devices/serre/connection')).body;
    const never = { connectedMs: null, reconnects: { day: 0, sinceStart: 0 } };
    expect(await read('bob')).toEqual({ ...never, lastDisconnect: null });
    expect(await read('ada')).toEqual({ ...never, lastDisconnect: null, will: null });
    const firstMs = clock.nowMs();
    const credentials = { username: 'serre', password: token };
    devices.disconnected(connect('c', credentials), 'lost');
    clock.advance(5000);
    const will = { topic: 'ruche/serre/status', payload: Buffer.from('offline'), qos: 1, retain: true } as const;
    connect('c', { ...credentials, will });
    const present = {
      ...{ connectedMs: clock.nowMs(), reconnects: { day: 1, sinceStart: 1 } },
      lastDisconnect: { reason: 'lost', atMs: firstMs },
    };
    expect(await read('bob')).toEqual(present);
    const shown = { ...present, will: { topic: 'ruche/serre/status', bytes: 7, qos: 1, retain: true } };
    expect([await read('ada'), await read(OPERATOR)]).toEqual([shown, shown]);
    expect(await call('ada', 'GET', '/devices/nobody/connection')).toMatchObject({ body: { code: 'DEVICE_UNKNOWN' } });
  });

  it('have every field the contract promises, with its values', async () => {
    const { call, devices } = await setUpHttp();
    await devices.create({ id: 'serre' }, 'id-of-ada');
    const { body } = await call('bob', 'GET', '/devices');
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toEqual(devices.view('serre'));
    expect(body.items[0]).toMatchObject({ status: 'never', reason: 'never', lastSeenMs: null, owner: 'ada' });
  });

  it('are listed in pages', async () => {
    const { call, devices } = await setUpHttp();
    for (const id of ['c', 'a', 'b']) await devices.create({ id }, 'u');
    const first = await call('bob', 'GET', '/devices?limit=2');
    expect(first.body.items.map(({ id }: { id: string }) => id)).toEqual(['a', 'b']);
    const next = await call('bob', 'GET', `/devices?limit=2&cursor=${first.body.nextCursor}`);
    expect(next.body).toMatchObject({ items: [{ id: 'c' }] });
    expect((await call('bob', 'GET', '/devices?limit=201')).status).toBe(400);
  });

  it.each([
    ['PATCH', '', { name: 'x' }, 200],
    ['POST', '/token', {}, 200],
    ['DELETE', '/token', undefined, 204],
    ['DELETE', '', undefined, 204],
  ] as const)('are changed by %s %s only by their owner and by operators', async (method, path, body, status) => {
    const { call, devices } = await setUpHttp();
    for (const id of ['one', 'two']) await devices.create({ id }, 'id-of-ada');
    expect(await call('bob', method, `/devices/one${path}`, body)).toEqual({
      status: 403,
      body: { code: 'NOT_YOURS' },
    });
    expect((await call('ada', method, `/devices/one${path}`, body)).status).toBe(status);
    expect((await call(OPERATOR, method, `/devices/two${path}`, body)).status).toBe(status);
    expect((await call('ada', method, `/devices/none${path}`, body)).status).toBe(404);
  });

  it('take a name and an interval, and refuse what is neither', async () => {
    const { call, devices } = await setUpHttp();
    await devices.create({ id: 'serre' }, 'id-of-ada');
    const patched = await call('ada', 'PATCH', '/devices/serre', { name: 'Serre', expectedIntervalMs: 60_000 });
    expect(patched.body).toMatchObject({ name: 'Serre', expectedIntervalMs: 60_000 });
    for (const wrong of [{ name: '' }, { name: 'x'.repeat(65) }, { expectedIntervalMs: 5 }]) {
      expect((await call('ada', 'PATCH', '/devices/serre', wrong)).status).toBe(400);
    }
  });

  it('are gone after their deletion, with their values', async () => {
    const { call, devices, store } = await setUpHttp();
    await devices.create({ id: 'serre' }, 'id-of-ada');
    await store.commit([store.latest.put('serre', 1, [['temp', 1]])]);
    expect((await call('ada', 'DELETE', '/devices/serre')).status).toBe(204);
    expect((await call('ada', 'GET', '/devices/serre/latest')).status).toBe(404);
    await devices.create({ id: 'serre' }, 'id-of-ada');
    expect((await call('ada', 'GET', '/devices/serre/latest')).body).toEqual({ metrics: {} });
  });

  it('show their latest values, with names that are traps elsewhere', async () => {
    const { call, devices, store } = await setUpHttp();
    await devices.create({ id: 'serre' }, 'u');
    const put = (metric: string, value: number | string | boolean) => store.latest.put('serre', 5, [[metric, value]]);
    await store.commit([put('temp', 21.5), put('open', true), put('mode', 'éco'), put('__proto__', 1)]);
    const { body } = await call('bob', 'GET', '/devices/serre/latest');
    expect(body.metrics.temp).toEqual({ value: 21.5, atMs: 5 });
    expect(body.metrics.open).toEqual({ value: true, atMs: 5 });
    expect(body.metrics.mode).toEqual({ value: 'éco', atMs: 5 });
  });

  it('show their pulse with the time it ends', async () => {
    const { call, devices, clock } = await setUpHttp();
    await devices.create({ id: 'serre' }, 'u');
    const { body } = await call('bob', 'GET', '/devices/serre/pulse');
    expect(body).toEqual({ bucketMs: 120_000, endMs: clock.nowMs() + 120_000, marks: 'n'.repeat(60) });
  });
});

describe('the waiting room over HTTP', () => {
  it('is listed, and its clients are adopted by anybody who may', async () => {
    const { call, connect } = await setUpHttp();
    connect(SIMON_CLIENT);
    const { body } = await call('ada', 'GET', '/devices/waiting');
    expect(body.items).toMatchObject([{ clientId: SIMON_CLIENT, deviceId: MAC, dialect: 'simon', demo: false }]);
    const adopted = await call('ada', 'POST', `/devices/waiting/${body.items[0].id}/adopt`, { name: 'Mine' });
    expect(adopted).toMatchObject({ status: 200, body: { id: MAC, name: 'Mine', owner: 'ada', protected: false } });
    const again = await call('ada', 'POST', `/devices/waiting/${body.items[0].id}/adopt`);
    expect(again).toEqual({ status: 404, body: { code: 'WAITING_UNKNOWN' } });
  });
});
