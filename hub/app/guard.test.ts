/** Who gets in, decided before anything else; and how often. */
import { once } from 'node:events';
import { request } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { RucheError } from '../contract/errors.ts';
import { ROLES } from '../contract/permissions.ts';
import type { Person } from '../domain/principal.ts';
import { speakerOf } from '../features/route.ts';
import { bareHttp, bearer, docs, testHttp } from './http.fixture.ts';

describe('the guard', () => {
  it('refuses to start with a route that does not say who may call it', async () => {
    const http = await bareHttp();
    expect(() => http.get('/api/v1/forgotten', { schema: docs }, async () => 'hello')).toThrow(
      'GET /api/v1/forgotten does not declare config.access',
    );
  });

  it('answers missing credentials before it looks at the body', async () => {
    const http = await testHttp();
    const request = { method: 'POST', url: '/api/v1/things/1', payload: '{ no JSON' } as const;
    const type = { 'content-type': 'application/json' };
    const stranger = await http.inject({ ...request, headers: type });
    expect(stranger.statusCode).toBe(401);
    expect(stranger.json()).toMatchObject({ code: 'AUTH_REQUIRED', status: 401 });
    const viewer = await http.inject({ ...request, headers: { ...type, ...bearer('viewer') } });
    expect([viewer.statusCode, viewer.json().code]).toEqual([403, 'FORBIDDEN']);
    const operator = await http.inject({ ...request, headers: { ...type, ...bearer('operator') } });
    expect([operator.statusCode, operator.json().code]).toEqual([400, 'BODY_INVALID']);
  });

  it('does not wait for a body that it would not read', async () => {
    const http = await testHttp();
    const url = await http.listen({ host: '127.0.0.1', port: 0 });
    const headers = { 'content-type': 'application/json', 'content-length': 1024 };
    const sent = request(`${url}/api/v1/things/1`, { method: 'POST', headers });
    sent.flushHeaders();
    const [answer] = await once(sent, 'response');
    expect(answer.statusCode).toBe(401);
    sent.destroy();
    await http.close();
  });

  it.each(['Bearer', 'Basic dTpw', 'Bearer a b', `Bearer ${'x'.repeat(5000)}`, 'Bearer nonsense'])(
    'refuses the header %.20s and names the way to sign in',
    async (authorization) => {
      const http = await testHttp();
      const answer = await http.inject({ url: '/api/v1/hub', headers: { authorization } });
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['www-authenticate']).toContain('Bearer');
    },
  );

  it('lets a useless token pass where nobody needs one', async () => {
    const http = await testHttp();
    expect((await http.inject({ url: '/api/v1/list', headers: bearer('old') })).statusCode).toBe(200);
  });

  it('opens local routes to this machine and to owners, not to a proxy on this machine', async () => {
    const http = await testHttp();
    const ask = async (more: object): Promise<number> =>
      (await http.inject({ url: '/api/v1/local', ...more })).statusCode;
    expect(await ask({})).toBe(200);
    expect(await ask({ headers: { host: '[::1]:8080' }, remoteAddress: '::1' })).toBe(200);
    expect(await ask({ remoteAddress: '192.168.1.7' })).toBe(401);
    expect(await ask({ headers: { 'x-forwarded-for': '192.168.1.7' } })).toBe(401);
    expect(await ask({ headers: { host: 'rebound.example' } })).toBe(401);
    expect(await ask({ remoteAddress: '192.168.1.7', headers: bearer('operator') })).toBe(403);
    expect(await ask({ remoteAddress: '192.168.1.7', headers: bearer('owner') })).toBe(200);
  });

  it('does not take the word of X-Forwarded-For for an address', async () => {
    const http = await bareHttp();
    http.get('/api/v1/ip', { config: { access: 'public' }, schema: docs }, async (request) => ({ ip: request.ip }));
    const answer = await http.inject({ url: '/api/v1/ip', headers: { 'x-forwarded-for': '10.0.0.9' } });
    expect(answer.json()).toEqual({ ip: '127.0.0.1' });
  });
});

describe('the rate limit', () => {
  const rateLimits = { strictMax: 2, sessionMax: 4 };

  it('answers 429 with Retry-After, per address where somebody could guess', async () => {
    const http = await testHttp({ rateLimits });
    const knock = (remoteAddress: string, headers = {}) =>
      http.inject({ method: 'POST', url: '/api/v1/door', remoteAddress, headers });
    await knock('10.0.0.1');
    await knock('10.0.0.1');
    // A token nobody gave out is no way to a counter of its own.
    const third = await knock('10.0.0.1', bearer('made-up'));
    expect([third.statusCode, third.json().code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(third.headers['retry-after'])).toBeGreaterThan(0);
    expect((await knock('10.0.0.2')).statusCode).toBe(200);
  });

  it('gives a session more, wherever it comes from', async () => {
    const http = await testHttp({ rateLimits });
    const ask = async (remoteAddress: string) =>
      (await http.inject({ url: '/api/v1/list', remoteAddress, headers: bearer('viewer') })).statusCode;
    for (let i = 0; i < 4; i++) expect(await ask(`10.0.0.${i}`)).toBe(200);
    expect(await ask('10.0.0.9')).toBe(429);
  });

  it('never counts health, documents and metrics', async () => {
    const http = await testHttp({ rateLimits });
    for (const url of ['/health', '/docs', '/openapi.json', '/metrics']) {
      for (let i = 0; i < 6; i++) expect((await http.inject({ url })).statusCode, url).toBe(200);
    }
  });
});

describe('a route of devices', () => {
  const names = new Set(['lamp']);
  const lamp = { kind: 'device', deviceId: 'lamp', names, isProtected: true } as const;
  async function deviceHttp(more: Parameters<typeof bareHttp>[0] = {}) {
    const asked: object[] = [];
    const http = await bareHttp({
      async deviceOf(presented) {
        asked.push(presented);
        const secret = presented.token ?? presented.authorization;
        if (secret === undefined) return null;
        if (secret === 'right' || secret === 'Bearer right') return lamp;
        throw new RucheError('TOKEN_WRONG');
      },
      ...more,
    });
    const answer = async (request: FastifyRequest) => ({ kind: speakerOf(request).kind });
    http.get('/api/d/:id', { config: { access: 'device' }, schema: docs }, answer);
    http.get('/api/old', { config: { access: 'devices.read', compatOpen: true }, schema: docs }, answer);
    http.get('/api/shared', { config: { access: 'device', people: 'topics.publish' }, schema: docs }, answer);
    http.post('/d', { config: { access: 'device', tokenInBody: true, errorForm: 'seed' }, schema: docs }, answer);
    await http.ready();
    return { http, asked };
  }
  const json = { 'content-type': 'application/json' };

  it('asks with everything that may name or prove the device', async () => {
    const { http, asked } = await deviceHttp();
    const headers = { ...bearer('right'), 'x-device-id': 'lamp' };
    expect((await http.inject({ url: '/api/d/la%6Dp', headers })).json()).toEqual({ kind: 'device' });
    expect((await http.inject({ url: '/api/shared', headers })).statusCode).toBe(200);
    expect((await http.inject({ url: '/api/d/x?device_token=right' })).statusCode).toBe(200);
    expect((await http.inject({ url: '/api/d/x?device_token=a&device_token=right' })).statusCode).toBe(401);
    expect(asked).toMatchObject([
      { authorization: 'Bearer right', namedId: 'lamp', address: '127.0.0.1' },
      { namedId: 'lamp' },
      { token: 'right', namedId: 'x' },
      { token: undefined },
    ]);
  });

  it('answers a wrong token before the body, and a missing one too', async () => {
    const { http } = await deviceHttp();
    const post = (headers: object, payload: string) =>
      http.inject({ method: 'POST', url: '/d', headers: { ...json, ...headers }, payload });
    expect((await post(bearer('wrong'), '{ no JSON')).json()).toMatchObject({
      code: 'TOKEN_WRONG',
      error: expect.any(String),
    });
    expect((await post({}, '{ no JSON')).json()).toMatchObject({ code: 'AUTH_REQUIRED' });
    expect((await post({}, '{"device_token":"wrong"}')).json()).toMatchObject({ code: 'TOKEN_WRONG' });
    expect((await post({}, '{"device_token":"right"}')).statusCode).toBe(200);
    expect((await post(bearer('right'), '{ no JSON')).statusCode).toBe(400);
  });

  it('is for people only where it says so, and for their role', async () => {
    const { http } = await deviceHttp({ principalOfToken: personByRole });
    const ask = async (url: string, role: string) =>
      (await http.inject({ url, headers: bearer(`a.${role}.c`) })).statusCode;
    expect(await ask('/api/d/x', 'owner')).toBe(403);
    expect(await ask('/api/shared', 'viewer')).toBe(403);
    expect(await ask('/api/shared', 'operator')).toBe(200);
  });

  it('counts each device by itself, on all such routes together', async () => {
    const rateLimits = { strictMax: 3, sessionMax: 50 };
    const { http } = await deviceHttp({ rateLimits });
    const get = async () => (await http.inject({ url: '/api/d/x', headers: bearer('right') })).statusCode;
    const post = (payload: object) => http.inject({ method: 'POST', url: '/d', payload });
    expect([await get(), await get(), (await post({ device_token: 'right' })).statusCode]).toEqual([200, 200, 200]);
    const refused = await post({ device_token: 'right' });
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await post({ device_token: 'wrong' })).statusCode).toBe(401);
  });

  it('opens old routes to private addresses when RUCHE_COMPAT_OPEN says so, and to nobody else', async () => {
    const { http } = await deviceHttp({ isCompatOpen: true });
    const ask = async (remoteAddress: string, headers: object = {}) =>
      (await http.inject({ url: '/api/old', remoteAddress, headers: { host: '192.168.1.2:8080', ...headers } }))
        .statusCode;
    for (const address of ['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.9', '::1', 'fd00::1', '::ffff:10.0.0.1']) {
      expect(await ask(address), address).toBe(200);
    }
    for (const address of ['8.8.8.8', '172.32.0.1', '2001:db8::1', '::ffff:8.8.8.8']) {
      expect(await ask(address), address).toBe(401);
    }
    expect(await ask('10.1.2.3', { 'x-forwarded-for': '10.0.0.9' })).toBe(401);
    expect(await ask('10.1.2.3', { host: 'rebound.example' })).toBe(401);
    expect(await ask('10.1.2.3', { host: 'ruche.local' })).toBe(200);
    expect(await ask('10.1.2.3', { origin: 'http://somewhere.example' })).toBe(401);
    expect(await ask('10.1.2.3', { origin: 'http://192.168.1.2:8080' })).toBe(200);
    expect(await ask('10.1.2.3', bearer('nonsense'))).toBe(401);
    const { http: closed } = await deviceHttp();
    expect((await closed.inject({ url: '/api/old', headers: { host: '127.0.0.1' } })).statusCode).toBe(401);
  });
});

async function personByRole(token: string): Promise<Person> {
  const role = ROLES.find((one) => token === `a.${one}.c`);
  if (role === undefined) throw new RucheError('AUTH_EXPIRED');
  return { kind: 'person', userId: 'u', username: 'Ada', sessionId: 's', role };
}
