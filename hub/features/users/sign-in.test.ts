/** Signing in, refreshing and signing out, over HTTP. */
import { describe, expect, it, vi } from 'vitest';
import { LAN, PASSWORD, startPeople } from '../../app/people.fixture.ts';
import { KEPT_MS, NOT_KEPT_MS, REUSE_GRACE_MS, SESSIONS_PER_USER_MAX } from './sessions.ts';
import { ACCESS_TOKEN_S } from './sign-in.ts';

const LOGIN = 'POST /api/v1/auth/login';
const REFRESH = 'POST /api/v1/auth/refresh';
const LOGOUT = 'POST /api/v1/auth/logout';
const ME = 'GET /api/v1/auth/me';
const right = { username: 'ada', password: PASSWORD };
const wrong = { username: 'ada', password: 'not the password' };

describe('login', () => {
  it('answers an access token and a cookie that scripts and other sites cannot use', async () => {
    const hub = await startPeople();
    await hub.setUp();
    const answer = await hub.ask(LOGIN, { ...LAN, body: right });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ expiresInS: 900, user: { username: 'Ada', role: 'owner' } });
    expect(answer.setCookie).toContain('; Max-Age=2592000; Path=/api/v1/auth; HttpOnly; SameSite=Strict');
    expect(answer.setCookie).not.toContain('Secure');
    expect(JSON.stringify(answer.body)).not.toContain('scrypt');
  });

  it('gives a cookie that ends with the browser to those who do not want to stay', async () => {
    const hub = await startPeople();
    await hub.setUp();
    const answer = await hub.ask(LOGIN, { body: { ...right, keep: false } });
    expect(answer.setCookie).not.toContain('Max-Age');
    hub.clock.advance(NOT_KEPT_MS);
    expect((await hub.ask(REFRESH, { cookie: answer.cookie })).body.code).toBe('AUTH_EXPIRED');
  });

  it('says the same about a wrong password and an unknown name', async () => {
    const hub = await startPeople();
    await hub.setUp();
    const bad = await hub.ask(LOGIN, { body: wrong });
    const unknown = await hub.ask(LOGIN, { body: { ...right, username: 'nobody' } });
    expect([bad.status, bad.body.code]).toEqual([401, 'AUTH_BAD_CREDENTIALS']);
    expect(unknown.body).toEqual(bad.body);
  });

  it('makes one wait after ten failures, longer each time, and forgets them after success', async () => {
    const hub = await startPeople();
    await hub.setUp();
    for (let i = 0; i < 10; i++) {
      expect((await hub.ask(LOGIN, { ...LAN, remoteAddress: `10.0.0.${i}`, body: wrong })).status).toBe(401);
    }
    const blocked = await hub.ask(LOGIN, { body: right });
    expect([blocked.status, blocked.body.code, blocked.headers['retry-after']]).toEqual([429, 'AUTH_THROTTLED', '1']);
    hub.clock.advance(1000);
    expect((await hub.ask(LOGIN, { body: wrong })).status).toBe(401);
    expect((await hub.ask(LOGIN, { body: right })).headers['retry-after']).toBe('2');
    hub.clock.advance(2000);
    expect((await hub.ask(LOGIN, { body: right })).status).toBe(200);
    expect((await hub.ask(LOGIN, { body: wrong })).status).toBe(401);
    expect((await hub.ask(LOGIN, { body: right })).status).toBe(200);
  });

  it('counts the failures of one address over all names', async () => {
    const hub = await startPeople();
    await hub.setUp();
    for (let i = 0; i < 10; i++) await hub.ask(LOGIN, { ...LAN, body: { ...wrong, username: `guess${i}` } });
    expect((await hub.ask(LOGIN, { ...LAN, body: right })).status).toBe(429);
    expect((await hub.ask(LOGIN, { body: right })).status).toBe(200);
  });

  it('gives a burst of guesses no more tries than a queue', async () => {
    const hub = await startPeople();
    await hub.setUp();
    const answers = await Promise.all(Array.from({ length: 30 }, () => hub.ask(LOGIN, { body: wrong })));
    const judged = answers.filter((answer) => answer.status === 401).length;
    expect(judged).toBeGreaterThanOrEqual(10);
    expect(judged).toBeLessThanOrEqual(11);
  });

  it('drops the session used longest ago when there are too many', async () => {
    const hub = await startPeople();
    const first = await hub.setUp();
    for (let i = 0; i < SESSIONS_PER_USER_MAX; i++) {
      hub.clock.advance(1000);
      await hub.logIn('ada');
    }
    expect((await hub.ask(ME, { token: first.accessToken })).status).toBe(401);
    expect(hub.ended).toHaveLength(1);
    expect((await hub.store.sessions.list({ limit: 100 })).items).toHaveLength(SESSIONS_PER_USER_MAX);
  });
});

describe('an access token', () => {
  it('lasts fifteen minutes, and its session longer', async () => {
    const hub = await startPeople();
    const { accessToken: token } = await hub.setUp();
    hub.clock.advance(ACCESS_TOKEN_S * 1000 - 1000);
    const person = await hub.users.principalOfToken(token);
    expect(person).toMatchObject({ kind: 'person', username: 'Ada', role: 'owner' });
    hub.clock.advance(1000);
    const late = await hub.ask(ME, { token });
    expect([late.status, late.body.code]).toEqual([401, 'AUTH_EXPIRED']);
    expect(hub.users.sessionAlive(person.sessionId)).toBe(true);
  });

  it('that was found genuine is worth nothing when its session has ended', async () => {
    const hub = await startPeople();
    const { accessToken } = await hub.setUp();
    const person = await hub.users.principalOfToken(accessToken);
    expect(await hub.users.principalOfToken(accessToken)).toEqual(person);
    await hub.ask(LOGOUT, { token: accessToken });
    await expect(hub.users.principalOfToken(accessToken)).rejects.toMatchObject({ code: 'AUTH_EXPIRED' });
  });

  it('is worth nothing when another key or no key signed it', async () => {
    const [hub, stranger] = await Promise.all([startPeople(), startPeople()]);
    const { accessToken } = await hub.setUp();
    const [, claims = ''] = accessToken.split('.');
    const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${claims}.`;
    for (const token of [unsigned, `${accessToken.slice(0, -4)}AAAA`, 'x.y.z', '']) {
      await expect(hub.users.principalOfToken(token)).rejects.toMatchObject({ code: 'AUTH_EXPIRED' });
    }
    await stranger.setUp();
    // Same key in these tests, but the session is not one of that hub.
    await expect(stranger.users.principalOfToken(accessToken)).rejects.toMatchObject({ code: 'AUTH_EXPIRED' });
  });
});

describe('refresh', () => {
  it('rotates the token and moves the end of the session', async () => {
    const hub = await startPeople();
    const { cookie } = await hub.setUp();
    hub.clock.advance(KEPT_MS - 1);
    const answer = await hub.ask(REFRESH, { cookie });
    expect(answer.status).toBe(200);
    expect(answer.cookie).not.toBe(cookie);
    hub.clock.advance(KEPT_MS - 1);
    expect((await hub.ask(REFRESH, { cookie: answer.cookie })).status).toBe(200);
  });

  it('answers two tabs that race with the same token, and rotates once', async () => {
    const hub = await startPeople();
    const { cookie } = await hub.setUp();
    const [one, two] = await Promise.all([hub.ask(REFRESH, { cookie }), hub.ask(REFRESH, { cookie })]);
    expect([one?.status, two?.status]).toEqual([200, 200]);
    expect([one?.cookie, two?.cookie].filter((text) => text !== '')).toHaveLength(1);
    hub.clock.advance(REUSE_GRACE_MS);
    const late = await hub.ask(REFRESH, { cookie });
    expect([late.status, late.cookie]).toEqual([200, '']);
    expect((await hub.ask(ME, { token: late.body.accessToken })).status).toBe(200);
  });

  it('ends the session when a used token comes back later', async () => {
    const hub = await startPeople();
    const { cookie } = await hub.setUp();
    const renewed = await hub.ask(REFRESH, { cookie });
    hub.clock.advance(REUSE_GRACE_MS + 1);
    const stolen = await hub.ask(REFRESH, { cookie });
    expect([stolen.status, stolen.body.code]).toEqual([401, 'AUTH_REUSED']);
    expect(stolen.setCookie).toContain('ruche_refresh=;');
    expect(hub.ended).toHaveLength(1);
    expect((await hub.ask(REFRESH, { cookie: renewed.cookie })).body.code).toBe('AUTH_EXPIRED');
    expect((await hub.ask(ME, { token: renewed.body.accessToken })).status).toBe(401);
    expect((await hub.store.sessions.list({ limit: 10 })).items).toEqual([]);
  });

  it('takes a token from two rotations ago as stolen at once', async () => {
    const hub = await startPeople();
    const { cookie } = await hub.setUp();
    const second = await hub.ask(REFRESH, { cookie });
    await hub.ask(REFRESH, { cookie: second.cookie });
    expect((await hub.ask(REFRESH, { cookie })).body.code).toBe('AUTH_REUSED');
  });

  it.each([
    '',
    'ruche_refresh=',
    'ruche_refresh=nonsense',
    `ruche_refresh=${'x'.repeat(3000)}`,
    'ruche_refresh=%E0%A4%A',
  ])('is 401 with the cookie "%.40s"', async (cookie) => {
    const hub = await startPeople();
    expect((await hub.ask(REFRESH, { cookie })).status).toBe(401);
  });

  it('does not work for a page on another port of this host', async () => {
    const hub = await startPeople();
    const { cookie } = await hub.setUp();
    const host = '192.168.1.2:8080';
    const from = (headers: Record<string, string>) => hub.ask(REFRESH, { cookie, headers: { host, ...headers } });
    expect((await from({ origin: 'http://192.168.1.2:3000' })).status).toBe(401);
    expect((await from({ origin: 'http://192.168.1.2:3000', 'sec-fetch-site': 'same-site' })).status).toBe(401);
    expect((await from({ origin: `http://${host}` })).status).toBe(200);
    expect((await from({ origin: 'https://proxied.example', 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  it('goes on after a restart of the hub', async () => {
    const hub = await startPeople();
    const { cookie } = await hub.setUp();
    hub.clock.advance(60_000);
    const again = await startPeople({ store: hub.store });
    expect((await again.ask(REFRESH, { cookie })).status).toBe(200);
    expect((await again.ask('GET /api/v1/setup')).body.required).toBe(false);
  });
});

describe('logout', () => {
  it('ends the session of the cookie, and says the same when there is none', async () => {
    const hub = await startPeople();
    const { cookie, accessToken } = await hub.setUp();
    for (const cookies of [cookie, cookie, '', 'ruche_refresh=broken', 'ruche_refresh=%E0%A4%A']) {
      const answer = await hub.ask(LOGOUT, { cookie: cookies });
      expect([answer.status, answer.body]).toEqual([200, { status: 'logged_out' }]);
      expect(answer.setCookie).toContain('ruche_refresh=;');
    }
    expect(hub.ended).toHaveLength(1);
    expect((await hub.ask(ME, { token: accessToken })).status).toBe(401);
  });

  it('ends the session of the access token, and minds no body and no expired token', async () => {
    const hub = await startPeople();
    const { accessToken: token } = await hub.setUp();
    for (const headers of [{ 'content-type': 'application/json' }, { 'content-type': 'application/xml' }]) {
      const answer = await hub.ask(LOGOUT, { token, headers, payload: '{ not JSON' });
      expect(answer.status).toBe(200);
    }
    expect(hub.ended).toHaveLength(1);
  });
});

describe('a session that expires', () => {
  it('is swept within five seconds, and whoever listens is told', async () => {
    const hub = await startPeople();
    const { cookie } = await hub.setUp();
    hub.clock.advance(KEPT_MS - 1);
    await hub.store.commit([]);
    expect(hub.ended).toEqual([]);
    hub.clock.advance(5000);
    expect((await hub.ask(REFRESH, { cookie })).body.code).toBe('AUTH_EXPIRED');
    await vi.waitFor(() => expect(hub.ended).toHaveLength(1));
    expect((await hub.store.sessions.list({ limit: 10 })).items).toEqual([]);
  });
});
