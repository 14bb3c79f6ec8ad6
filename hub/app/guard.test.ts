/** Who gets in, decided before anything else; and how often. */
import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
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
