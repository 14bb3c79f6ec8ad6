/** Pairing, scores and leaderboard over HTTP, with the hub's own guard and validation. */
import { beforeEach, describe, expect, it } from 'vitest';
import { bareHttp, bearer, type TestHttp } from '../../app/http.fixture.ts';
import { ALIAS, answer, DEVICE, makeSimonWorld, type SimonWorld, score } from '../../app/simon.fixture.ts';
import { simonRoutes } from './routes.ts';

/** The fixture's person has this name, whatever the role. */
const ME = 'Ada';

let world: SimonWorld;
let http: TestHttp;

beforeEach(async () => {
  world = await makeSimonWorld();
  world.addDevice();
  http = await bareHttp();
  simonRoutes({ simon: world.simon, devices: world.deps.devices })(http);
});

async function ask(route: string, options: { role?: string; body?: object } = {}) {
  const [method, url = ''] = route.split(' ');
  const answered = await http.inject({
    method: method === 'POST' || method === 'DELETE' ? method : 'GET',
    url: `/api/v1${url}`,
    headers: bearer(options.role ?? 'viewer'),
    ...(options.body && { payload: options.body }),
  });
  return { status: answered.statusCode, body: answered.body === '' ? undefined : answered.json() };
}
const play = (value: number) => world.send(score(value)).done;

describe('pairing over HTTP', () => {
  it('is asked for, looked at and ended by any name of the device', async () => {
    expect(await ask(`POST /devices/${ALIAS}/pairing`)).toEqual({
      status: 202,
      body: { state: 'requested', deviceId: DEVICE },
    });
    await world.send(answer(ME)).done;
    const { body } = await ask(`GET /devices/${ALIAS}/pairing`);
    expect(body).toMatchObject({ deviceId: DEVICE, state: 'paired', username: ME, previousUsername: null });
    const ended = await ask(`DELETE /devices/${ALIAS}/pairing`);
    expect(ended).toMatchObject({ status: 200, body: { state: 'none', username: null, previousUsername: ME } });
  });

  it('takes a body with oneself, and with others only from those who may', async () => {
    const body = { username: 'bob' };
    expect((await ask(`POST /devices/${DEVICE}/pairing`, { body: {} })).status).toBe(202);
    expect(await ask(`POST /devices/${DEVICE}/pairing`, { body })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
    expect((await ask(`POST /devices/${DEVICE}/pairing`, { body, role: 'operator' })).status).toBe(202);
    expect((await ask(`POST /devices/${DEVICE}/pairing`, { body: { username: 5 } })).status).toBe(400);
  });

  it('of a device nobody knows is not found', async () => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect(await ask(`${method} /devices/unknown/pairing`)).toMatchObject({
        status: 404,
        body: { code: 'DEVICE_UNKNOWN' },
      });
    }
  });
});

describe('scores over HTTP', () => {
  beforeEach(async () => {
    await ask(`POST /devices/${DEVICE}/pairing`);
    await world.send(answer(ME)).done;
  });

  it('are listed newest first, page by page, at most 200 at once', async () => {
    for (const value of [1, 2, 3]) await play(value);
    const first = await ask(`GET /scores?limit=2&device=${ALIAS}`);
    expect(first.body.items.map((one: { score: number }) => one.score)).toEqual([3, 2]);
    const rest = await ask(`GET /scores?limit=2&device=${DEVICE}&cursor=${first.body.nextCursor}`);
    expect(rest.body.items.map((one: { score: number }) => one.score)).toEqual([1]);
    expect((await ask('GET /scores?limit=201')).status).toBe(400);
  });

  it('are found by player and device, and are none for another', async () => {
    await play(4);
    expect((await ask(`GET /scores?username=${ME}`)).body.items).toHaveLength(1);
    for (const query of ['username=bob', 'device=OTHER']) {
      expect((await ask(`GET /scores?${query}`)).body).toEqual({ items: [] });
    }
  });

  it('are removed and restored by owners only', async () => {
    await play(9);
    const id = (await ask('GET /scores')).body.items[0].id;
    expect((await ask(`DELETE /scores/${id}`, { role: 'operator' })).status).toBe(403);
    expect(await ask(`DELETE /scores/${id}`, { role: 'owner' })).toEqual({ status: 204, body: undefined });
    expect((await ask('GET /leaderboard')).body).toEqual({ items: [] });
    expect(await ask(`POST /scores/${id}/restore`, { role: 'owner' })).toMatchObject({
      status: 200,
      body: { score: 9 },
    });
    expect((await ask('GET /leaderboard?window=week&limit=1')).body.items).toMatchObject([{ username: ME, best: 9 }]);
    expect((await ask('GET /leaderboard?window=year')).status).toBe(400);
  });
});
