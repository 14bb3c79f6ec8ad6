/** What the hub says about itself: health, description, headers. */
import { describe, expect, it } from 'vitest';
import { docs, testHttp } from './http.fixture.ts';

describe('what the hub says about itself', () => {
  it.each([
    ['ok', 200],
    ['starting', 503],
    ['stopping', 503],
    ['storing_failed', 503],
  ] as const)('is %s with %i', async (state, code) => {
    const http = await testHttp();
    http.health = state;
    const answer = await http.inject({ url: '/health' });
    expect([answer.statusCode, answer.json()]).toEqual([code, { status: state, version: '1.2.3', uptimeS: 5 }]);
  });

  it('describes every route, who may call it, and how it refuses', async () => {
    const http = await testHttp();
    const api = (await http.inject({ url: '/openapi.json' })).json();
    expect(api.openapi).toBe('3.1.0');
    expect(Object.keys(api.paths).sort()).toEqual(
      ['/api/v1/bug', '/api/v1/busy', '/api/v1/door', '/api/v1/hub', '/api/v1/list', '/api/v1/local'].concat([
        '/api/v1/things/{id}',
        '/docs',
        '/health',
        '/metrics',
        '/openapi.json',
      ]),
    );
    const thing = api.paths['/api/v1/things/{id}'].post;
    expect(thing).toMatchObject({
      summary: docs.summary,
      'x-access': 'devices.create',
      security: [{ accessToken: [] }],
    });
    const problem = thing.responses.default.content['application/problem+json'].schema;
    expect(problem).toEqual({ $ref: '#/components/schemas/Problem' });
    expect(api.components.schemas.Problem.properties.code.type).toBe('string');
    expect(api.paths['/health'].get.security).toEqual([]);
  });

  it('shows the same to people, as a page without scripts', async () => {
    const http = await testHttp();
    const page = await http.inject({ url: '/docs' });
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.body).toContain('/api/v1/things/<var>:id</var>');
    expect(page.body).toContain('<span class="who">owner, operator</span>');
    expect(page.body).not.toMatch(/<script|style=|https?:\/\//);
    expect((await http.inject({ url: '/docs/style.css' })).headers['content-type']).toContain('text/css');
  });

  it('allows its own files and sockets, no scripts in pages, and works on plain http', async () => {
    const http = await testHttp();
    const { headers } = await http.inject({ url: '/docs', headers: { host: '192.168.1.9:8080' } });
    const csp = String(headers['content-security-policy']);
    expect(csp).toContain("script-src 'self';");
    expect(csp).toContain("connect-src 'self' ws://192.168.1.9:8080 wss://192.168.1.9:8080;");
    expect(csp).not.toContain('upgrade-insecure-requests');
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['x-content-type-options']).toBe('nosniff');
    const strange = await http.inject({ url: '/docs', headers: { host: "x; script-src 'unsafe-inline'" } });
    expect(strange.headers['content-security-policy']).not.toContain("script-src 'unsafe-inline'");
  });
});
