/** What people change about themselves, and owners about people and sessions. */
import { describe, expect, it } from 'vitest';
import { PASSWORD, type PeopleHub, startPeople } from '../../app/people.fixture.ts';

const ME = 'GET /api/v1/auth/me';

/** An owner Ada and a viewer Bob, both signed in. */
async function adaAndBob() {
  const hub = await startPeople();
  const ada = await hub.setUp();
  await hub.ask('POST /api/v1/auth/register', { body: { username: 'Bob', password: PASSWORD } });
  return { hub, ada, bob: await hub.logIn('bob') };
}

const sessionIds = async (hub: PeopleHub, token: string, query = ''): Promise<string[]> => {
  const { body } = await hub.ask(`GET /api/v1/sessions${query}`, { token });
  return body.items.map((session: { id: string }) => session.id);
};

describe('oneself', () => {
  it('chooses a language', async () => {
    const { hub, bob } = await adaAndBob();
    const answer = await hub.ask('PATCH /api/v1/auth/me', { token: bob.accessToken, body: { language: 'fr' } });
    expect(answer.body.language).toBe('fr');
    expect((await hub.ask(ME, { token: bob.accessToken })).body.language).toBe('fr');
  });

  it('changes the password with the present one, which ends the other sessions', async () => {
    const { hub, bob, ada } = await adaAndBob();
    const other = await hub.logIn('bob');
    const change = (body: object) => hub.ask('PATCH /api/v1/auth/me', { token: bob.accessToken, body });
    expect((await change({ password: 'another password' })).body.detail).toContain('body.currentPassword');
    const wrong = await change({ password: 'another password', currentPassword: 'wrong' });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'AUTH_BAD_CREDENTIALS']);
    expect((await change({ password: 'another password', currentPassword: PASSWORD })).status).toBe(200);
    expect((await hub.ask(ME, { token: other.accessToken })).status).toBe(401);
    expect((await hub.ask(ME, { token: bob.accessToken })).status).toBe(200);
    expect((await hub.ask(ME, { token: ada.accessToken })).status).toBe(200);
    await expect(hub.logIn('bob')).rejects.toThrow('AUTH_BAD_CREDENTIALS');
    expect(hub.ended).toHaveLength(1);
  });

  it('lets nobody guess the present password without end', async () => {
    const { hub, bob } = await adaAndBob();
    const body = { password: 'another password', currentPassword: 'wrong' };
    const guess = () => hub.ask('PATCH /api/v1/auth/me', { token: bob.accessToken, body });
    for (let i = 0; i < 10; i++) expect((await guess()).status).toBe(401);
    expect((await guess()).status).toBe(429);
  });
});

describe('an owner', () => {
  it('lists people by name, a page at a time', async () => {
    const { hub, ada } = await adaAndBob();
    const token = ada.accessToken;
    const first = (await hub.ask('GET /api/v1/users?limit=1', { token })).body;
    expect(first.items).toEqual([ada.user]);
    const second = (await hub.ask(`GET /api/v1/users?limit=1&cursor=${first.nextCursor}`, { token })).body;
    expect(second.items).toMatchObject([{ username: 'Bob', role: 'viewer' }]);
  });

  it('changes a role, which counts at once, also for tokens that are out', async () => {
    const { hub, ada, bob } = await adaAndBob();
    const promote = (role: string) =>
      hub.ask(`PATCH /api/v1/users/${bob.user.id}`, { token: ada.accessToken, body: { role } });
    expect((await hub.ask('GET /api/v1/users', { token: bob.accessToken })).body.code).toBe('FORBIDDEN');
    expect((await promote('owner')).body.role).toBe('owner');
    expect(hub.changed).toEqual([bob.user.id]);
    expect((await hub.ask('GET /api/v1/users', { token: bob.accessToken })).status).toBe(200);
    await promote('owner');
    expect(hub.changed).toHaveLength(1);
    await promote('operator');
    expect((await hub.ask('GET /api/v1/users', { token: bob.accessToken })).status).toBe(403);
  });

  it('removes a person with their sessions', async () => {
    const { hub, ada, bob } = await adaAndBob();
    const remove = () => hub.ask(`DELETE /api/v1/users/${bob.user.id}`, { token: ada.accessToken });
    const answer = await remove();
    expect([answer.status, answer.body]).toEqual([204, undefined]);
    expect(hub.removed).toEqual([bob.user.id]);
    expect(hub.ended).toHaveLength(1);
    expect((await hub.ask(ME, { token: bob.accessToken })).status).toBe(401);
    expect((await hub.ask('POST /api/v1/auth/refresh', { cookie: bob.cookie })).status).toBe(401);
    expect((await remove()).body.code).toBe('USER_UNKNOWN');
    expect(hub.users.findByName('bob')).toBeUndefined();
  });

  it('is always left', async () => {
    const { hub, ada, bob } = await adaAndBob();
    const token = ada.accessToken;
    const demote = (id: string) => hub.ask(`PATCH /api/v1/users/${id}`, { token, body: { role: 'viewer' } });
    expect((await demote(ada.user.id)).body.code).toBe('LAST_OWNER');
    expect((await hub.ask(`DELETE /api/v1/users/${ada.user.id}`, { token })).body.code).toBe('LAST_OWNER');
    await hub.ask(`PATCH /api/v1/users/${bob.user.id}`, { token, body: { role: 'owner' } });
    const both = await Promise.allSettled([ada, bob].map(({ user }) => hub.users.accounts.remove(user.id)));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('sees and ends the sessions of everybody', async () => {
    const { hub, ada, bob } = await adaAndBob();
    expect(await sessionIds(hub, ada.accessToken)).toHaveLength(1);
    expect(await sessionIds(hub, ada.accessToken, '?all=true')).toHaveLength(2);
    const [id] = await sessionIds(hub, bob.accessToken);
    expect((await hub.ask(`DELETE /api/v1/sessions/${id}`, { token: ada.accessToken })).status).toBe(204);
    expect(hub.ended).toEqual([id]);
    expect((await hub.ask(ME, { token: bob.accessToken })).status).toBe(401);
  });
});

describe('sessions', () => {
  it('tell from where, with what and when, and which one is asking', async () => {
    const hub = await startPeople({ isConnected: () => true });
    const { accessToken: token } = await hub.setUp();
    hub.clock.advance(5000);
    const from = { remoteAddress: '192.168.1.7', headers: { 'user-agent': 'F'.repeat(500) } };
    await hub.logIn('ada', from);
    const { items } = (await hub.ask('GET /api/v1/sessions', { token })).body;
    expect(items).toMatchObject([
      { username: 'Ada', address: '192.168.1.7', agent: 'F'.repeat(200), current: false, live: true },
      { username: 'Ada', address: '127.0.0.1', current: true },
    ]);
    expect(items[1].lastUsedMs - items[1].createdMs).toBe(5000);
    expect(JSON.stringify(items)).not.toContain('Hash');
  });

  it('of others are not even there for those who are not owners', async () => {
    const { hub, ada, bob } = await adaAndBob();
    const [id] = await sessionIds(hub, ada.accessToken);
    const ending = await hub.ask(`DELETE /api/v1/sessions/${id}`, { token: bob.accessToken });
    const missing = await hub.ask('DELETE /api/v1/sessions/nothing', { token: bob.accessToken });
    expect([ending.status, ending.body]).toEqual([404, missing.body]);
    expect((await hub.ask('GET /api/v1/sessions?all=true', { token: bob.accessToken })).body.code).toBe('FORBIDDEN');
    expect((await hub.ask(ME, { token: ada.accessToken })).status).toBe(200);
  });

  it('stay as they were when the end of one cannot be stored', async () => {
    const hub = await startPeople();
    const { accessToken: token } = await hub.setUp();
    const [id] = await sessionIds(hub, token);
    await hub.store.close();
    const answer = await hub.ask(`DELETE /api/v1/sessions/${id}`, { token });
    expect(answer.status).toBe(503);
    expect(hub.ended).toEqual([]);
  });
});
