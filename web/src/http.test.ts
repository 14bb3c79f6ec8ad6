import { afterEach, describe, expect, it } from 'vitest';
import { type Answer, type AnswerServer, startAnswerServer } from '../../tests/helpers/answer-server.ts';
import { ApiProblem, exchange, requestOf } from './http.ts';

let server: AnswerServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function problemFrom(answer: Answer): Promise<ApiProblem> {
  server = await startAnswerServer(() => answer);
  const thrown: unknown = await exchange('GET /api/v1/hub', {}, null).catch((error: unknown) => error);
  if (!(thrown instanceof ApiProblem)) throw new Error('expected an ApiProblem');
  return thrown;
}

describe('requestOf', () => {
  it('fills path and query and sends a body only where there is one', () => {
    const { method, url, body, headers } = requestOf('GET /api/v1/devices/:id', {
      params: { id: 'AA:BB' },
      query: { limit: 5, cursor: undefined },
    });
    expect([method, url, body]).toEqual(['GET', '/api/v1/devices/AA%3ABB?limit=5', null]);
    expect(headers.has('content-type')).toBe(false);
  });

  it('sends JSON', () => {
    const { body, headers } = requestOf('POST /api/v1/devices', { body: { id: 'x' } });
    expect([body, headers.get('content-type')]).toEqual(['{"id":"x"}', 'application/json']);
  });
});

describe('exchange', () => {
  it('answers with what the hub said, and with nothing for 204', async () => {
    server = await startAnswerServer(({ url }) =>
      url.endsWith('/hub') ? { body: { version: '1' } } : { status: 204 },
    );
    expect(await exchange('GET /api/v1/hub', {}, 'token')).toEqual({ version: '1' });
    expect(await exchange('DELETE /api/v1/users/:id', { params: { id: 'u' } }, null)).toBeUndefined();
    expect(server.asked.map(({ authorization }) => authorization)).toEqual(['Bearer token', undefined]);
  });

  it('throws the problem the hub described, with the wait it asks for', async () => {
    const body = { status: 429, code: 'AUTH_THROTTLED', title: 'Too many.', hint: 'Wait.', detail: 'x' };
    const problem = await problemFrom({ status: 429, headers: { 'retry-after': '42' }, body });
    expect(problem).toMatchObject({ status: 429, code: 'AUTH_THROTTLED', hint: 'Wait.', detail: 'x', retryAfterS: 42 });
  });

  it('makes a problem of an answer that is none', async () => {
    expect(await problemFrom({ status: 500, body: '<h1>proxy</h1>' })).toMatchObject({ status: 500, code: 'INTERNAL' });
  });

  it('says that the hub does not answer when a proxy says so', async () => {
    expect(await problemFrom({ status: 502, body: 'Bad gateway' })).toMatchObject({ code: 'UNREACHABLE' });
  });

  it('says that the hub does not answer when nobody does', async () => {
    const gone = await startAnswerServer(() => ({}));
    const stubbed = globalThis.fetch;
    await gone.close();
    globalThis.fetch = stubbed;
    await expect(exchange('GET /api/v1/hub', {}, null)).rejects.toMatchObject({ code: 'UNREACHABLE', status: 0 });
  });

  it('throws the abort of the caller as it is', async () => {
    server = await startAnswerServer(() => ({}));
    const signal = AbortSignal.abort();
    await expect(exchange('GET /api/v1/hub', { signal }, null)).rejects.toMatchObject({ name: 'AbortError' });
  });
});
