/** The first owner, and how everybody after that gets an account. */
import { describe, expect, it } from 'vitest';
import { LAN, PASSWORD, startPeople } from '../../app/people.fixture.ts';
import { SETUP_ATTEMPTS_MAX } from './setup-code.ts';

const owner = { username: 'Ada', password: PASSWORD };

describe('setup', () => {
  it('needs no code from the machine of the hub, and signs the owner in', async () => {
    const hub = await startPeople();
    expect((await hub.ask('GET /api/v1/setup')).body).toEqual({
      required: true,
      codeRequired: false,
      registration: 'open',
      version: '1.2.3',
    });
    const answer = await hub.ask('POST /api/v1/setup', { body: { ...owner, language: 'fr' } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ expiresInS: 900, user: { username: 'Ada', role: 'owner', language: 'fr' } });
    expect(answer.cookie).toMatch(/^ruche_refresh=\w{32}\.[\w-]{43}$/);
    expect((await hub.ask('GET /api/v1/auth/me', { token: answer.body.accessToken })).body).toEqual(answer.body.user);
    expect(hub.users.setupCode()).toBeUndefined();
  });

  it('needs the code of the log from everywhere else, in any spelling', async () => {
    const hub = await startPeople();
    const code = hub.users.setupCode() ?? '';
    expect(code).toMatch(/^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/);
    expect((await hub.ask('GET /api/v1/setup', LAN)).body).toMatchObject({ required: true, codeRequired: true });
    const without = await hub.ask('POST /api/v1/setup', { ...LAN, body: owner });
    expect([without.status, without.body.code]).toEqual([403, 'SETUP_CODE_WRONG']);
    const proxied = await hub.ask('POST /api/v1/setup', { headers: { 'x-forwarded-for': '10.0.0.1' }, body: owner });
    expect(proxied.status).toBe(403);
    const typed = ` ${code.toLowerCase().replace('-', ' ')}`;
    expect((await hub.ask('POST /api/v1/setup', { ...LAN, body: { ...owner, code: typed } })).status).toBe(201);
  });

  it('makes a new code after too many wrong ones and says so in the log', async () => {
    const hub = await startPeople();
    const first = hub.users.setupCode();
    for (let i = 1; i <= SETUP_ATTEMPTS_MAX; i++) {
      const from = { ...LAN, remoteAddress: `192.168.1.${i}` };
      expect((await hub.ask('POST /api/v1/setup', { ...from, body: { ...owner, code: 'AAAA-AAAA' } })).status).toBe(
        403,
      );
    }
    const second = hub.users.setupCode();
    expect(second).not.toBe(first);
    expect(hub.logged.join()).toContain(`"setupCode":"${second}"`);
    expect((await hub.ask('POST /api/v1/setup', { ...LAN, body: { ...owner, code: first } })).status).toBe(403);
    expect((await hub.ask('POST /api/v1/setup', { ...LAN, body: { ...owner, code: second } })).status).toBe(201);
  });

  it('lets one address guess ten times, then makes it wait', async () => {
    const hub = await startPeople();
    const guess = () => hub.ask('POST /api/v1/setup', { ...LAN, body: { ...owner, code: 'AAAA-AAAA' } });
    for (let i = 0; i < 10; i++) expect((await guess()).status).toBe(403);
    expect((await guess()).body.code).toBe('AUTH_THROTTLED');
    hub.clock.advance(1000);
    expect((await guess()).status).toBe(403);
  });

  it('makes one owner of two who try at the same moment', async () => {
    const hub = await startPeople();
    const answers = await Promise.all(
      ['Ada', 'Bob'].map((username) => hub.ask('POST /api/v1/setup', { body: { username, password: PASSWORD } })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409]);
    expect((await hub.store.users.list({ limit: 10 })).items).toHaveLength(1);
    expect((await hub.store.sessions.list({ limit: 10 })).items).toHaveLength(1);
    const late = await hub.ask('POST /api/v1/setup', { body: owner });
    expect([late.status, late.body.code]).toEqual([409, 'SETUP_DONE']);
  });

  it('can come from the settings instead, once', async () => {
    const hub = await startPeople();
    await expect(hub.users.accounts.ensureOwner('Ada', 'short')).rejects.toThrow('10 to 256 characters');
    await expect(hub.users.accounts.ensureOwner('-Ada', PASSWORD)).rejects.toThrow('letters and digits');
    expect(await hub.users.accounts.ensureOwner('Ada', PASSWORD)).toBe(true);
    expect(await hub.users.accounts.ensureOwner('Bob', PASSWORD)).toBe(false);
    expect((await hub.logIn('ada')).user.role).toBe('owner');
  });

  it('comes before everything else', async () => {
    const hub = await startPeople();
    const login = await hub.ask('POST /api/v1/auth/login', { body: owner });
    const register = await hub.ask('POST /api/v1/auth/register', { body: owner });
    expect([login.body.code, register.body.code]).toEqual(['SETUP_REQUIRED', 'SETUP_REQUIRED']);
  });
});

describe('registration', () => {
  const bob = { username: 'Bob', password: PASSWORD };

  it('makes viewers, each name once, whatever the spelling', async () => {
    const hub = await startPeople();
    await hub.setUp();
    const answer = await hub.ask('POST /api/v1/auth/register', { body: { ...bob, username: 'Élodie B' } });
    expect([answer.status, answer.body.user.role]).toEqual([201, 'viewer']);
    expect(answer.cookie).toBe('');
    for (const username of ['élodie b', 'ÉLODIE B', 'Élodie B ']) {
      const again = await hub.ask('POST /api/v1/auth/register', { body: { ...bob, username } });
      expect([again.status, again.body.code], username).toEqual([409, 'USERNAME_TAKEN']);
    }
  });

  it('gives a name to one of many who ask for it at once', async () => {
    const hub = await startPeople();
    await hub.setUp();
    const answers = await Promise.all(
      ['bob', 'Bob', 'BOB', 'bOb'].map((username) =>
        hub.ask('POST /api/v1/auth/register', { body: { ...bob, username } }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409]);
    expect((await hub.store.users.list({ limit: 10 })).items).toHaveLength(2);
  });

  it.each([
    [{ ...bob, password: 'too short' }, 'body.password'],
    [{ ...bob, username: '' }, 'body.username'],
    [{ ...bob, username: 'a/b' }, 'body.username'],
    [{ username: 'Bob' }, 'body.password is missing'],
    [{ ...bob, language: 'de' }, 'body.language must be one of "en", "fr"'],
  ])('refuses %j and names the field', async (body, detail) => {
    const hub = await startPeople();
    await hub.setUp();
    const answer = await hub.ask('POST /api/v1/auth/register', { body });
    expect([answer.status, answer.body.code]).toEqual([400, 'BODY_INVALID']);
    expect(answer.body.detail).toContain(detail);
  });

  it('is nobody’s when closed', async () => {
    const hub = await startPeople({ registration: 'closed' });
    await hub.setUp();
    const answer = await hub.ask('POST /api/v1/auth/register', { body: bob });
    expect([answer.status, answer.body.code]).toEqual([403, 'REGISTRATION_CLOSED']);
  });

  it('takes an invitation that works once, for seven days', async () => {
    const hub = await startPeople({ registration: 'invite' });
    const { accessToken: token } = await hub.setUp();
    const register = (username: string, invite?: string) =>
      hub.ask('POST /api/v1/auth/register', { body: { username, password: PASSWORD, invite } });
    expect((await register('Bob')).body.code).toBe('INVITE_INVALID');
    const first = await hub.ask('POST /api/v1/invites', { token });
    expect(first.status).toBe(201);
    expect(JSON.stringify(await hub.store.invites.list({ limit: 5 }))).not.toContain(first.body.code);
    expect((await hub.ask('GET /api/v1/invites', { token })).body.items).toEqual([first.body.invite]);
    const both = await Promise.all([register('Bob', first.body.code), register('Eve', first.body.code)]);
    expect(both.map((answer) => answer.status).sort()).toEqual([201, 403]);

    const second = await hub.ask('POST /api/v1/invites', { token });
    hub.clock.advance(7 * 24 * 60 * 60_000);
    expect((await register('Zoe', second.body.code)).body.code).toBe('INVITE_INVALID');
  });

  it('can be taken back', async () => {
    const hub = await startPeople({ registration: 'invite' });
    const { accessToken: token } = await hub.setUp();
    const { body } = await hub.ask('POST /api/v1/invites', { token });
    expect((await hub.ask(`DELETE /api/v1/invites/${body.invite.id}`, { token })).status).toBe(204);
    expect((await hub.ask(`DELETE /api/v1/invites/${body.invite.id}`, { token })).status).toBe(404);
    const late = await hub.ask('POST /api/v1/auth/register', { body: { ...bob, invite: body.code } });
    expect(late.body.code).toBe('INVITE_INVALID');
  });
});
