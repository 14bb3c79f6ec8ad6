/** The web app as the hub serves it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testHttp } from './http.fixture.ts';

describe('the web app', () => {
  let dir: string;
  const script = 'assets/app-Ab3_x-9Z.js';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ruche-web-'));
    await mkdir(join(dir, 'assets'));
    await writeFile(join(dir, 'index.html'), '<title>Ruche</title>');
    await writeFile(join(dir, script), 'console.log(1)');
    await writeFile(join(dir, `${script}.br`), 'packed');
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('keeps hashed files for ever and sends them packed to those who take it', async () => {
    const http = await testHttp({ webDir: dir });
    const plain = await http.inject({ url: `/${script}` });
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(plain.headers['content-type']).toContain('javascript');
    const packed = await http.inject({ url: `/${script}`, headers: { 'accept-encoding': 'gzip, br' } });
    expect([packed.headers['content-encoding'], packed.body]).toEqual(['br', 'packed']);
    expect(packed.headers.vary).toContain('accept-encoding');
  });

  it('asks anew for the page, and answers 304 when it is the same', async () => {
    const http = await testHttp({ webDir: dir });
    const page = await http.inject({ url: '/' });
    expect([page.statusCode, page.headers['cache-control']]).toEqual([200, 'no-cache']);
    const again = await http.inject({ url: '/', headers: { 'if-none-match': String(page.headers.etag) } });
    expect(again.statusCode).toBe(304);
  });

  it('is sent for its own addresses, but never in place of the API or of a missing file', async () => {
    const http = await testHttp({ webDir: dir });
    const page = await http.inject({ url: '/devices/kitchen', headers: { accept: 'text/html,*/*' } });
    expect([page.statusCode, page.body]).toEqual([200, '<title>Ruche</title>']);
    const missing = await http.inject({ url: '/assets/old-12345678.js', headers: { accept: '*/*' } });
    expect([missing.statusCode, missing.json().code]).toEqual([404, 'NOT_FOUND']);
    const api = await http.inject({ url: '/api/v1/nothing', headers: { accept: 'text/html' } });
    expect([api.statusCode, api.json().code]).toEqual([404, 'NOT_FOUND']);
    const door = await http.inject({ url: '/api/v1/door', headers: { accept: 'text/html' } });
    expect([door.statusCode, door.json().code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
  });

  it('has a page at /health too: for browsers, with the status that monitors look at', async () => {
    const http = await testHttp({ webDir: dir });
    const look = async (accept: string) => {
      const answer = await http.inject({ url: '/health', headers: { accept } });
      return [answer.statusCode, answer.headers['content-type'], answer.body.includes('<title>')];
    };
    expect(await look('text/html,*/*;q=0.8')).toEqual([200, expect.stringContaining('text/html'), true]);
    expect(await look('*/*')).toEqual([200, expect.stringContaining('application/json'), false]);
    http.health = 'storing_failed';
    expect(await look('text/html')).toEqual([503, expect.stringContaining('text/html'), true]);
    expect(await look('application/json')).toEqual([503, expect.stringContaining('application/json'), false]);
  });

  it.each([
    '/../package.json',
    '/%2e%2e/package.json',
    '/assets/..%2f..%2fetc/passwd',
    '/.git/config',
    '/index.html/x',
    '/%00',
    '/a%',
  ])('gives out nothing for %s', async (url) => {
    const http = await testHttp({ webDir: dir });
    const answer = await http.inject({ url });
    expect(answer.statusCode).toBe(404);
  });

  it('is missed politely when it was not built', async () => {
    const http = await testHttp({ webDir: join(dir, 'not-built') });
    const answer = await http.inject({ url: '/', headers: { accept: 'text/html' } });
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'NOT_FOUND']);
  });
});
