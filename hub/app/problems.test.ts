/** How refusals look from outside. */
import { describe, expect, it } from 'vitest';
import { bearer, testHttp } from './http.fixture.ts';

describe('a refusal', () => {
  it('is application/problem+json with code, sentence and cure', async () => {
    const http = await testHttp();
    const answer = await http.inject({ url: '/api/v1/busy' });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.headers['retry-after']).toBe('7');
    expect(answer.json()).toEqual({
      status: 429,
      code: 'AUTH_THROTTLED',
      title: expect.any(String),
      hint: expect.any(String),
    });
  });

  it('names the field that is wrong, and ignores fields it does not know', async () => {
    const http = await testHttp();
    const send = (payload: unknown) =>
      http.inject({ method: 'POST', url: '/api/v1/things/1', headers: bearer('owner'), payload: Object(payload) });
    expect((await send({ name: 5 })).json().detail).toBe('body.name must be string.');
    expect((await send({ name: 'ok', size: '5' })).json().detail).toBe('body.size must be integer.');
    expect((await send({})).json().detail).toBe('body.name is missing.');
    const fine = await send({ name: 'ok', other: true });
    expect([fine.statusCode, fine.json()]).toEqual([200, { name: 'ok' }]);
  });

  it('reads numbers and yes or no from a query, and nothing that only looks like one', async () => {
    const http = await testHttp();
    const ask = async (query: string) => (await http.inject({ url: `/api/v1/list?${query}` })).json();
    expect(await ask('limit=5&all=true&sort=up&other=1')).toEqual({ limit: 5, all: true, sort: 'up', other: '1' });
    expect(await ask('limit=1.5')).toMatchObject({
      code: 'BODY_INVALID',
      detail: 'querystring.limit must be integer.',
    });
    expect(await ask('limit=')).toMatchObject({ detail: 'querystring.limit must be integer.' });
    expect(await ask('limit=201')).toMatchObject({ code: 'BODY_INVALID' });
    expect(await ask('all=maybe')).toMatchObject({ code: 'BODY_INVALID' });
    expect(await ask('sort=off')).toMatchObject({ detail: 'querystring.sort must be one of "up", "down".' });
  });

  it.each([
    ['text/plain', 'name=x', 400, 'BODY_INVALID'],
    ['application/json', '{"name":', 400, 'BODY_INVALID'],
    ['application/json', '{"__proto__":{"a":1},"name":"ok"}', 400, 'BODY_INVALID'],
    ['application/json', '', 400, 'BODY_INVALID'],
    ['application/json', `{"name":"${'x'.repeat(1024 * 1024)}"}`, 413, 'BODY_TOO_LARGE'],
  ])('tells what is wrong with a body of %s', async (type, payload, expected, code) => {
    const http = await testHttp();
    const headers = { ...bearer('owner'), 'content-type': type };
    const answer = await http.inject({ method: 'POST', url: '/api/v1/things/1', headers, payload });
    expect([answer.statusCode, answer.json().code]).toEqual([expected, code]);
  });

  it('says nothing about the inside when the hub itself fails, and logs it once', async () => {
    const http = await testHttp();
    const answer = await http.inject({ url: '/api/v1/bug' });
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'INTERNAL']);
    expect(answer.body).not.toContain('secret');
    expect(http.logged.filter((line) => line.includes('secret inner words'))).toHaveLength(1);
    const guard = await http.inject({ url: '/api/v1/hub', headers: bearer('broken') });
    expect([guard.statusCode, guard.json().code]).toEqual([500, 'INTERNAL']);
  });

  it('is a 404 for unknown paths, and a 405 that lists the methods for known ones', async () => {
    const http = await testHttp();
    const missing = await http.inject({ url: '/api/v1/nothing', headers: { accept: 'text/html' } });
    expect([missing.statusCode, missing.json().code]).toEqual([404, 'NOT_FOUND']);
    const wrong = await http.inject({ method: 'DELETE', url: '/api/v1/list?limit=5' });
    expect([wrong.statusCode, wrong.json().code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(wrong.headers.allow).toBe('GET, HEAD');
    expect((await http.inject({ url: '/api/v1/things/1' })).headers.allow).toBe('POST');
    expect((await http.inject({ url: '/api/%zz' })).json().code).toBe('NOT_FOUND');
  });
});
